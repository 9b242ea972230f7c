"""Known deviations: old ones being mended. The finding stays a fail; a note says until when it is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dpa_guard.config import Known
from dpa_guard.model import Finding, Note


def known_notes(findings: Iterable[Finding], known: Iterable[Known], day: date) -> list[Note]:
    """Return ``known-until`` for each fail on a known deviation, ``known-expired`` from the day after its last one.

    A deviation is met by its rule and the resource's id, or the identifier of the third party.
    """
    by_subject = {(entry.rule, entry.resource): entry for entry in known}
    if not by_subject:
        return []
    notes: dict[tuple[str, str], Note] = {}
    for finding in findings:
        subject = _subject(finding)
        entry = by_subject.get((finding.rule, subject))
        if entry is None or finding.verdict != "fail":
            continue
        kind = "known-until" if day <= entry.until else "known-expired"
        params = {"rule": entry.rule, "until": entry.until.isoformat(), "reason": entry.reason}
        notes[finding.rule, subject] = Note(kind, subject, params)
    return list(notes.values())


def _subject(finding: Finding) -> str:
    if finding.resource is not None:
        return finding.resource.id
    return finding.party.identifier if finding.party else ""
