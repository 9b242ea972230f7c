"""What is said in the same words is said once: 300 buckets under one provider are one reason and a list."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from dpa_guard.model import Finding, Gap, Note, Resource, Verdict
from dpa_guard.report.page import Subject
from dpa_guard.report.plain import plain
from dpa_guard.report.prose import Prose, rows

__all__ = ["GapGroup", "Group", "NoteGroup", "finding_groups", "gap_groups", "note_groups"]

_FEW = 2
"""So many gaps of one reason are each said in full; more are said together."""


class Group(Struct):
    """Findings of one rule with one verdict for one reason."""

    rule: str
    article: str
    verdict: Verdict
    reason: str
    cure: str
    """"" where there is nothing to mend."""
    subjects: list[Subject]
    planned: int = 0
    """How many of them do not exist yet."""
    parties: int = 0
    """How many of them are third parties."""


class NoteGroup(Struct):
    """Notes of one kind in the same words."""

    text: str
    subjects: list[str]


class GapGroup(Struct):
    """Gaps of one scope for one reason; a single one, or more, which are then listed by where they are."""

    scope: str
    text: str
    subjects: list[Subject]


def gap_groups(gaps: Iterable[Gap], prose: Prose) -> list[GapGroup]:
    """Return the gaps, many of one scope and reason together where a sentence ``<code>-many`` says them as one."""
    alike: dict[tuple[str, str, str], list[Gap]] = {}
    for gap in gaps:
        alike.setdefault((gap.scope, gap.reason_code, gap.detail.get("code", "")), []).append(gap)
    groups: list[GapGroup] = []
    for (scope, reason, code), found in alike.items():
        together = f"{reason}-many"
        if len(found) > _FEW and ("gap", together) in rows():
            text = prose("gap", together, {"count": str(len(found)), "code": code})
            groups.append(GapGroup(scope, plain(text), [_missed(gap) for gap in found]))
        else:
            groups += [GapGroup(scope, plain(prose("gap", reason, gap.detail)), []) for gap in found]
    return groups


def finding_groups(findings: Iterable[Finding], shown: Iterable[Verdict], prose: Prose, sources: bool) -> list[Group]:
    """Return the findings with the verdicts ``shown``, in that order of verdicts, else in the order they came.

    ``sources``: name the input behind each resource, where there are several.
    """
    by_verdict: dict[str, dict[tuple[str, str, str], Group]] = {verdict: {} for verdict in shown}
    first: dict[int, Finding] = {}
    for finding in findings:
        groups = by_verdict.get(finding.verdict)
        if groups is None:
            continue
        measured = _measured(finding)
        params = {**finding.params, "attribute": prose.word("read-from-several")} if measured else finding.params
        reason = prose("reason", finding.reason_code, params)
        key = (finding.rule, reason, finding.cure)
        group = groups.get(key)
        if group is None:
            cure = prose("cure", finding.cure, finding.params) if finding.cure else ""
            group = Group(finding.rule, finding.article, finding.verdict, plain(reason), plain(cure), [])
            groups[key] = group
            if measured:
                first[id(group)] = finding
        group.subjects.append(_subject(finding, prose, sources, finding.params["attribute"] if measured else ""))
        group.planned += finding.resource is not None and finding.resource.fate == "planned"
        group.parties += finding.resource is None and finding.party is not None
    found = [group for groups in by_verdict.values() for group in groups.values()]
    for group in found:
        if len(group.subjects) == 1 and id(group) in first:  # alone, it says itself where it was read
            finding = first[id(group)]
            group.reason = plain(prose("reason", finding.reason_code, finding.params))
            group.subjects = [_subject(finding, prose, sources, "")]
    return found


def note_groups(notes: Iterable[Note], prose: Prose) -> list[NoteGroup]:
    """Return the notes, those in the same words together."""
    groups: dict[str, NoteGroup] = {}
    for note in notes:
        text = prose("note", note.kind, note.params)
        groups.setdefault(text, NoteGroup(plain(text), [])).subjects.append(plain(note.subject))
    return list(groups.values())


def _missed(gap: Gap) -> Subject:
    where = gap.detail.get("where") or gap.detail.get("account", "")
    return Subject(plain(where), plain(gap.detail.get("operations") or gap.detail.get("state", "")))


def _measured(finding: Finding) -> bool:
    """Was it read off a live cloud, where each kind has a call of its own that says the same?"""
    read = finding.params.get("attribute")
    return bool(read) and any(one.basis == "measured" and one.read_from == read for one in finding.locations)


def _subject(finding: Finding, prose: Prose, sources: bool, read: str) -> Subject:
    resource, party = finding.resource, finding.party
    if resource is not None:
        return Subject(plain(resource.id), " ".join(filter(None, (_beside(resource, prose, sources), plain(read)))))
    if party is None:
        return Subject(prose.word("whole-estate"))
    named = party.identifier if party.vendor is None else f"{party.vendor} ({party.identifier})"
    wired = finding.params.get("resources", "")
    return Subject(plain(named), below=plain(prose.word("wired-in-by", resources=wired)) if wired else "")


def _beside(resource: Resource, prose: Prose, sources: bool) -> str:
    """Which instance of a resource it is where there are several, and where it was read."""
    told = []
    if resource.instance:
        key = resource.instance.partition(":")[2]
        told.append(f"({plain(prose.word('deposed', key=key) if key else prose.word('forgotten'))})")
    if sources:
        told.append(f"[{prose.word('standard-input') if resource.source == '-' else plain(resource.source)}]")
    return " ".join(told)
