"""The page for people: what failed first, why, and what to do; then what is unknown; then the rest and the counts.

A page without a deviation does not contain the letters "fail" in English (unless a name does), because Atlantis' policy
checks look for them; each deviation begins a line with FAIL, in either language.
"""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from dpa_guard.assessment import NO_EVIDENCE, NOT_ASSESSED, Assessment
from dpa_guard.model import VERDICTS, Verdict
from dpa_guard.report.groups import Group, finding_groups
from dpa_guard.report.page import Look, field, listed, paragraph, tagged
from dpa_guard.report.plain import plain
from dpa_guard.report.prose import Prose
from dpa_guard.report.run import Run
from dpa_guard.report.seen import gaps, looked_at, notes, refusals
from dpa_guard.report.tally import tally

__all__ = ["page"]

_SHOWN: tuple[Verdict, ...] = ("fail", "unknown", "authorised")
"""The others are counted; with --verbose they are listed too."""
_COLOUR = {"fail": "red", "unknown": "yellow", "authorised": "cyan", "pass": "green", "not-applicable": "dim"}
_EXIT_COLOUR = {0: "green", 1: "red", 2: "red", 3: "yellow", 4: "red"}


def page(run: Run, prose: Prose, look: Look) -> Iterator[str]:
    """Yield the lines of the report, without line ends."""
    yield from _recorded(run, prose, look)
    if run.exit_code != NO_EVIDENCE:
        yield from _errors(run, prose, look)
    for assessment in run.assessments:
        yield ""
        if len(run.assessments) > 1:
            yield "=" * 80
        yield from _assessment(assessment, run, prose, look)
    yield ""
    yield from _end(run, prose, look)


def _assessment(assessment: Assessment, run: Run, prose: Prose, look: Look) -> Iterator[str]:
    yield from _head(assessment, run, prose)
    yield from refusals(assessment.inventory, "refused", prose, look)
    several = len(assessment.inventory.inputs) > 1
    shown = VERDICTS if look.everything else _SHOWN
    for group in finding_groups(assessment.findings, shown, prose, several):
        yield ""
        yield from _group(group, prose, look)
    yield from gaps(assessment.gaps, prose, look)
    if assessment.inventory.resources or not assessment.inventory.refusals:  # else there is nothing they are about
        yield from notes(assessment.notes, prose, look)
        yield from tally(assessment, prose)


def _head(assessment: Assessment, run: Run, prose: Prose) -> Iterator[str]:
    agreement, inventory = assessment.agreement, assessment.inventory
    moment = inventory.taken_at.astimezone(ZoneInfo(agreement.time_zone))
    named = prose.word("agreement-named", id=agreement.id, sha256=agreement.sha256[:12])
    yield from field(prose.word("agreement"), plain(named))
    yield from field("", plain(f"{agreement.controller.name} - {agreement.processor.name}"))
    yield from field(prose.word("taken-at"), moment.isoformat(" ", "minutes"))
    yield from looked_at(inventory, prose)
    if run.allow_incomplete:
        yield from field(prose.word("allowed"), prose.word("allowed-incomplete", reason=plain(run.allow_incomplete)))


def _group(group: Group, prose: Prose, look: Look) -> Iterator[str]:
    tag = prose.word(f"tag-{group.verdict}")
    count = len(group.subjects)
    what = "would" if group.planned == count else "both" if group.planned else "now"
    if group.parties == count:
        what = "party"
    number = "one" if count == 1 else "many"
    told = {"count": str(count), "planned": str(group.planned), "rule": group.rule, "article": group.article}
    head = prose.word(f"{'fail' if group.verdict == 'fail' else 'found'}-{what}-{number}", **told)
    indent = " " * 6
    yield from tagged(tag, _COLOUR[group.verdict], plain(head), look)
    yield from paragraph(group.reason, indent)
    if group.cure:
        yield from paragraph(group.cure, indent, "   => ")
    yield from listed(group.subjects, indent, look, prose)


def _end(run: Run, prose: Prose, look: Look) -> Iterator[str]:
    """What the exit code means, all that applies besides, and once more what was recorded."""
    for agreement in run.unseen:
        yield from paragraph(prose.word("unseen", id=plain(agreement)))
    failed = sum(assessment.total("fail") for assessment in run.assessments)
    unknown = sum(assessment.total("unknown") for assessment in run.assessments)
    missing = len({(gap.scope, gap.reason_code, *gap.detail.items()) for one in run.assessments for gap in one.gaps})
    refused = len({refusal.input for one in run.assessments for refusal in one.inventory.refusals})
    numbers = {"failures": failed, "unknowns": unknown, "gaps": missing, "refusals": refused}
    told = [
        prose.word(f"{name}-{'one' if number == 1 else 'many'}", count=str(number))
        for name, number in numbers.items()
        if number
    ]
    meaning = prose.word(f"exit-{run.exit_code}")
    if run.exit_code == 0 and (unknown or missing):
        meaning = prose.word("exit-0-allowed")
    elif run.exit_code == 0 and not any(one.inventory.resources for one in run.assessments):
        meaning = prose.word("exit-0-nothing")
    if run.exit_code == NOT_ASSESSED and any(one.findings for one in run.assessments):
        meaning = prose.word("exit-2-in-part")
    text = f"{meaning} ({', '.join(told)})." if told else f"{meaning}."
    colour = "yellow" if run.exit_code == 0 and told else _EXIT_COLOUR[run.exit_code]
    yield from _recorded(run, prose, look)
    yield from tagged(prose.word("exit", code=str(run.exit_code)), colour, text, look)


def _recorded(run: Run, prose: Prose, look: Look) -> Iterator[str]:
    """Yield where the run is recorded, and for which agreements it is not."""
    for one in run.assessments:
        recorded = run.recorded.get(one.agreement.id)
        if recorded is not None:
            told = {"folder": plain(recorded.folder), "run": recorded.run, "size": str(recorded.size)}
            yield from tagged(prose.word("recorded-tag"), "green", prose.word("recorded", **told), look)
    without = [one.agreement.id for one in run.assessments if one.agreement.id not in run.recorded]
    if without or not run.assessments:
        why = prose.word("required-not-recorded" if run.evidence_missing else f"not-recorded-{run.not_recorded}")
        named = f"{', '.join(map(plain, without))}: {why}" if run.recorded else why
        yield from tagged(prose.word("not-recorded-tag"), "yellow", named, look)
    if run.exit_code == NO_EVIDENCE:
        for error in run.errors:
            yield from tagged(prose.word("not-recorded-tag"), "red", plain(error.message), look)


def _errors(run: Run, prose: Prose, look: Look) -> Iterator[str]:
    """Yield the mistakes outside the inputs, which left nothing to judge."""
    tag = prose.word("error-tag")
    for error in run.errors:
        yield ""
        yield from tagged(tag, "red", plain(error.message), look)
        yield from paragraph(plain(error.hint), " " * (len(tag) + 2))
