"""The table of counts: a line per rule, a column per verdict that occurs."""

from __future__ import annotations

from collections.abc import Iterator

from dpa_guard.assessment import Assessment
from dpa_guard.model import VERDICTS
from dpa_guard.report.page import paragraph
from dpa_guard.report.prose import Prose

__all__ = ["tally"]


def tally(assessment: Assessment, prose: Prose) -> Iterator[str]:
    """Yield the counts, preceded by an empty line; columns without any number are left out."""
    used = [verdict for verdict in VERDICTS if verdict == "pass" or assessment.total(verdict)]
    heads = [prose.word(f"verdict-{verdict}") for verdict in used]
    names = {finding.rule: finding.article for finding in assessment.findings}
    lines = [
        (f"{rule} ({names[rule]})" if rule in names else rule, [str(of_rule.get(verdict, 0)) for verdict in used])
        for rule, of_rule in assessment.counts.items()
    ]
    if lines:
        margin = max(len(prose.word("counts")), *(len(name) for name, _ in lines))
        yield ""
        yield "  ".join([prose.word("counts").ljust(margin), *heads])
        for name, numbers in lines:
            cells = [number.rjust(len(head)) for number, head in zip(numbers, heads, strict=True)]
            yield "  ".join([name.ljust(margin), *cells])
    if assessment.excluded:
        yield from paragraph(prose.word("excluded-count", count=str(assessment.excluded)))
    if assessment.inferred:
        yield from paragraph(prose.word("inferred-count", count=str(assessment.inferred)))
