"""The table of counts: a line per rule, a column per verdict that occurs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dpa_guard.assessment import Assessment
from dpa_guard.model import VERDICTS
from dpa_guard.report.page import WIDTH, paragraph
from dpa_guard.report.plain import plain
from dpa_guard.report.prose import Prose

__all__ = ["tally"]


def tally(assessment: Assessment, prose: Prose) -> Iterator[str]:
    """Yield the counts, preceded by an empty line; columns without any number are left out.

    A name too long for its column has a line of its own, with the numbers below it.
    """
    used = [verdict for verdict in VERDICTS if verdict == "pass" or assessment.total(verdict)]
    heads = [prose.word(f"verdict-{verdict}") for verdict in used]
    names = {finding.rule: finding.article for finding in assessment.findings}
    lines = [
        (plain(f"{rule} ({names[rule]})" if rule in names else rule), [of_rule.get(verdict, 0) for verdict in used])
        for rule, of_rule in assessment.counts.items()
    ]
    if lines:
        widths = [max(len(head), *(len(str(numbers[at])) for _, numbers in lines)) for at, head in enumerate(heads)]
        room = WIDTH - sum(widths) - 2 * len(widths)
        margin = max(len(prose.word("counts")), *(len(name) for name, _ in lines if len(name) <= room), 0)
        yield ""
        yield _row(prose.word("counts").ljust(margin), heads, widths)
        for name, numbers in lines:
            if len(name) > margin:
                yield name
            yield _row((name if len(name) <= margin else "").ljust(margin), map(str, numbers), widths)
    if assessment.excluded:
        yield from paragraph(prose.word("excluded-count", count=str(assessment.excluded)))
    if assessment.inferred:
        yield from paragraph(prose.word("inferred-count", count=str(assessment.inferred)))


def _row(name: str, cells: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join([name, *(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))])
