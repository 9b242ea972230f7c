"""A missed run is recorded by the next one: as a note, since what was not looked at then cannot be mended tonight.

``evidence gaps`` is the command that fails on it (article 11.3); the verdict of the run that follows is its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from dpa_guard.agreement import EvidenceTerms
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.read.schedule import Terms, missed_since
from dpa_guard.model import Note, RunKind
from dpa_guard.toml_file.kinds import hours

__all__ = ["missed_note", "terms_of"]


def terms_of(agreed: EvidenceTerms) -> Terms | None:
    """Return how often a run was agreed to be made; None where nothing was."""
    if not agreed.run_every and not agreed.max_gap:
        return None
    return Terms(*(timedelta(hours=hours(text)) if text else None for text in (agreed.run_every, agreed.max_gap)))


def missed_note(folder: Path, kind: RunKind, agreed: EvidenceTerms, now: datetime) -> Note | None:
    """Return the note that a run beginning now leaves in this log, where the last one was longer ago than agreed."""
    terms = terms_of(agreed)
    if terms is None:
        return None
    from dpa_guard.evidence.read.last import last_begun

    try:
        last = last_begun(folder, kind)
    except EvidenceError as error:  # the past is damaged: tonight is judged all the same, and `verify` fails
        return Note("runs-unread", "", {"why": error.message})
    missed = None if last is None else missed_since(last, now, terms)
    if missed is None or terms.longest is None:
        return None
    told = {
        "from": _moment(missed.since),
        "until": _moment(missed.until),
        "missed": str(missed.runs),
        "hours": f"{terms.longest / timedelta(hours=1):g}",
    }
    return Note("run-missed", "", told)


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"
