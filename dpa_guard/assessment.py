"""What one agreement says of one inventory, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from dpa_guard.agreement import Agreement
from dpa_guard.model import Finding, Gap, Inventory, Note, Verdict

PASSED, FAILED, NOT_ASSESSED, INCOMPLETE, NO_EVIDENCE = 0, 1, 2, 3, 4
"""The exit codes: nothing failed and all was looked at; something failed; no assessment; gaps; evidence missing."""


class Broken(Struct, frozen=True):
    """A check that raised while it ran; what it had found until then is kept."""

    rule: str
    extension: str
    """The package it came from."""
    error: BaseException


class Assessment(Struct, frozen=True):
    """The findings of every rule of an agreement on one inventory, what is worth noting, and what is missing."""

    agreement: Agreement
    inventory: Inventory
    """As it was judged: without what leaves, and with excluded coverage cells marked."""
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    """The inventory's, the agreement's remarks, the checks', and those of exclusions and known deviations."""
    gaps: tuple[Gap, ...]
    """The inventory's, and absent rules, broken checks, expired exclusions, cells not looked at."""
    counts: Mapping[str, Mapping[Verdict, int]]
    """rule → verdict → findings, every verdict named; excluded ones are among the not-applicable."""
    reasons: Mapping[str, int]
    """reason code → findings."""
    broken: tuple[Broken, ...] = ()

    @property
    def excluded(self) -> int:
        """How many findings an exclusion set aside."""
        return self.reasons.get("excluded", 0)

    @property
    def inferred(self) -> int:
        """How many passes rest on a region reached by one bare reference."""
        return self.reasons.get("inside-inferred", 0)

    def total(self, verdict: Verdict) -> int:
        """How many findings of all rules have this verdict."""
        return sum(of_rule.get(verdict, 0) for of_rule in self.counts.values())

    @property
    def exit_code(self) -> int:
        """The exit code of this assessment alone, nothing allowed to be incomplete."""
        return exit_code_of([self], allow_incomplete=False)


def exit_code_of(assessments: Iterable[Assessment], *, allow_incomplete: bool, evidence_failed: bool = False) -> int:
    """Return the exit code of a run: of 4, 2, 1, 3 the first that applies to any assessment, else 0.

    ``allow_incomplete`` turns 3 into 0; nothing turns a fail into a pass. No assessment at all is 2.
    """
    made = list(assessments)
    if evidence_failed:
        return NO_EVIDENCE
    if not made or any(assessment.inventory.refusals for assessment in made):
        return NOT_ASSESSED
    if any(assessment.total("fail") for assessment in made):
        return FAILED
    if any(assessment.gaps or assessment.total("unknown") for assessment in made):
        return PASSED if allow_incomplete else INCOMPLETE
    return PASSED
