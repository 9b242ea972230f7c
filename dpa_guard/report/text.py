"""The page for people: what failed first, why, and what to do; then what is unknown; then the rest and the counts.

A page without a deviation does not contain the letters "fail" in English, because Atlantis' policy checks look for
them; each deviation begins a line with FAIL, in either language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from dpa_guard.assessment import Assessment
from dpa_guard.model import Verdict
from dpa_guard.report.groups import Group, finding_groups, note_groups
from dpa_guard.report.page import Look, listed, paragraph, tagged
from dpa_guard.report.plain import plain
from dpa_guard.report.prose import Prose
from dpa_guard.report.run import Run
from dpa_guard.report.tally import tally

__all__ = ["page"]

_SHOWN: tuple[Verdict, ...] = ("fail", "unknown", "authorised")
_COLOUR = {"fail": "red", "unknown": "yellow", "authorised": "cyan"}
_EXIT_COLOUR = {0: "green", 1: "red", 2: "red", 3: "yellow", 4: "red"}
_MARGIN = 14


def page(run: Run, prose: Prose, look: Look) -> Iterator[str]:
    """Yield the lines of the report, without line ends."""
    yield from _recorded(run, prose, look)
    for assessment in run.assessments:
        yield ""
        if len(run.assessments) > 1:
            yield "=" * 80
        yield from _assessment(assessment, run, prose, look)
    yield ""
    yield from _end(run, prose, look)


def _assessment(assessment: Assessment, run: Run, prose: Prose, look: Look) -> Iterator[str]:
    yield from _head(assessment, run, prose)
    for refusal in assessment.inventory.refusals:
        yield ""
        yield from tagged(
            prose.word("error-tag"), "red", prose.word("refused", input=_label(refusal.input, prose)), look
        )
        yield from paragraph(plain(prose("refusal", refusal.code, refusal.params)), " " * 7)
    several = len(assessment.inventory.inputs) > 1
    for group in finding_groups(assessment.findings, _SHOWN, prose, several):
        yield ""
        yield from _group(group, prose, look)
    yield from _gaps(assessment, prose, look)
    if assessment.inventory.resources or not assessment.inventory.refusals:  # else there is nothing they are about
        yield from _notes(assessment, prose, look)
        yield from tally(assessment, prose)


def _head(assessment: Assessment, run: Run, prose: Prose) -> Iterator[str]:
    agreement, inventory = assessment.agreement, assessment.inventory
    moment = inventory.taken_at.astimezone(ZoneInfo(agreement.time_zone))
    named = prose.word("agreement-named", id=agreement.id, sha256=agreement.sha256[:12])
    yield from _field(prose.word("agreement"), plain(named))
    yield from _field("", plain(f"{agreement.controller.name} - {agreement.processor.name}"))
    yield from _field(prose.word("taken-at"), moment.isoformat(" ", "minutes"))
    held = Counter([resource.source for resource in inventory.resources])
    partly = {row.source for row in inventory.coverage if "looked-partly" in row.services.values()}
    label = prose.word("looked-at")
    for given in inventory.inputs:
        seen = "input-partly" if given.label in partly else "input"
        count = _objects(held[given.label], prose)
        kind = prose.word(f"kind-of-{given.kind}")
        yield from _field(label, prose.word(seen, label=_label(given.label, prose), kind=kind, count=count))
        label = ""
    if not inventory.inputs:
        yield from _field(label, prose.word("nothing"))
    label = prose.word("assumed")
    for assumed in inventory.assumptions:
        told = {"cloud": assumed.cloud, "region": plain(assumed.region), "source": _label(assumed.source, prose)}
        yield from _field(label, prose.word(f"assumed-{assumed.origin}", **told))
        label = ""
    if run.allow_incomplete:
        yield from _field(prose.word("allowed"), prose.word("allowed-incomplete", reason=plain(run.allow_incomplete)))


def _group(group: Group, prose: Prose, look: Look) -> Iterator[str]:
    tag = prose.word(f"tag-{group.verdict}")
    count = len(group.subjects)
    what = "would" if group.planned == count else "both" if group.planned else "now"
    if group.parties == count:
        what = "party"
    number = "one" if count == 1 else "many"
    told = {"count": str(count), "planned": str(group.planned), "rule": group.rule, "article": group.article}
    head = prose.word(f"{group.verdict}-{what}-{number}", **told)
    indent = " " * 6
    yield from tagged(tag, _COLOUR[group.verdict], head, look)
    yield from paragraph(group.reason, indent)
    if group.cure:
        yield from paragraph(group.cure, indent, "   => ")
    yield from listed(group.subjects, indent, look, prose)


def _gaps(assessment: Assessment, prose: Prose, look: Look) -> Iterator[str]:
    if assessment.gaps:
        yield ""
        yield look.paint(prose.word("gaps"), "yellow")
    for gap in assessment.gaps:
        yield from paragraph(plain(f"{gap.scope}: {prose('gap', gap.reason_code, gap.detail)}"), " " * 4, "  - ")


def _notes(assessment: Assessment, prose: Prose, look: Look) -> Iterator[str]:
    groups = note_groups(assessment.notes, prose)
    if groups:
        yield ""
        yield prose.word("notes")
    for group in groups:
        if len(group.subjects) == 1 and group.subjects[0]:
            yield from paragraph(f"{group.subjects[0]}: {group.text}", " " * 4, "  - ")
            continue
        yield from paragraph(group.text, " " * 4, "  - ")
        yield from listed([(subject, "") for subject in group.subjects if subject], " " * 4, look, prose)


def _end(run: Run, prose: Prose, look: Look) -> Iterator[str]:
    """What the exit code means, all that applies besides, and once more what was recorded."""
    for agreement in run.unseen:
        yield from paragraph(prose.word("unseen", id=plain(agreement)))
    failed = sum(assessment.total("fail") for assessment in run.assessments)
    unknown = sum(assessment.total("unknown") for assessment in run.assessments)
    gaps = sum(len(assessment.gaps) for assessment in run.assessments)
    refused = sum(len(assessment.inventory.refusals) for assessment in run.assessments)
    numbers = {"failures": failed, "unknowns": unknown, "gaps": gaps, "refusals": refused}
    told = [
        prose.word(f"{name}-{'one' if number == 1 else 'many'}", count=str(number))
        for name, number in numbers.items()
        if number
    ]
    meaning = prose.word(f"exit-{run.exit_code}")
    if run.exit_code == 0 and (unknown or gaps):
        meaning = prose.word("exit-0-allowed")
    elif run.exit_code == 0 and not any(one.inventory.resources for one in run.assessments):
        meaning = prose.word("exit-0-nothing")
    text = f"{meaning} ({', '.join(told)})." if told else f"{meaning}."
    colour = "yellow" if run.exit_code == 0 and told else _EXIT_COLOUR[run.exit_code]
    yield from _recorded(run, prose, look)
    yield from tagged(prose.word("exit", code=str(run.exit_code)), colour, text, look)


def _recorded(run: Run, prose: Prose, look: Look) -> Iterator[str]:
    """Yield where the run is recorded, and for which agreements it is not."""
    for one in run.assessments:
        recorded = run.recorded.get(one.agreement.id)
        if recorded is not None:
            told = {"folder": plain(recorded.folder), "run": recorded.run, "size": f"{recorded.size:,}"}
            yield from tagged(prose.word("recorded-tag"), "green", prose.word("recorded", **told), look)
    without = [one.agreement.id for one in run.assessments if one.agreement.id not in run.recorded]
    if without or not run.assessments:
        why = prose.word("required-not-recorded" if run.evidence_missing else f"not-recorded-{run.not_recorded}")
        named = f"{', '.join(map(plain, without))}: {why}" if run.recorded else why
        yield from tagged(prose.word("not-recorded-tag"), "yellow", named, look)
    for error in run.errors:
        yield from tagged(prose.word("not-recorded-tag"), "red", plain(error.message), look)


def _field(label: str, text: str) -> list[str]:
    return paragraph(text, " " * _MARGIN, label.ljust(_MARGIN))


def _label(label: str, prose: Prose) -> str:
    return prose.word("standard-input") if label == "-" else plain(label)


def _objects(count: int, prose: Prose) -> str:
    return prose.word("objects-one" if count == 1 else "objects-many", count=str(count))
