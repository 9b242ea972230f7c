"""Hold an inventory against an agreement: run the checks it needs, apply exclusions and known deviations, count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from dpa_guard.agreement import Agreement
from dpa_guard.assessment import Assessment, Broken
from dpa_guard.config import Settings
from dpa_guard.coverage import gaps_of_coverage
from dpa_guard.day import day_of
from dpa_guard.exclusions import Exclusions
from dpa_guard.hookspecs import Check
from dpa_guard.known import known_notes
from dpa_guard.model import VERDICTS, Finding, Gap, Inventory, Note, Verdict


def examine(
    inventory: Inventory,
    agreement: Agreement,
    settings: Settings,
    checks: Sequence[Check],
    *,
    scopes_of_source: Mapping[str, str] | None = None,
) -> Assessment:
    """Return what the agreement's rules say of the inventory.

    Only the rules that the agreement names are run, in its order; one that no check provides is a gap, and so is a
    check that raises. ``scopes_of_source`` maps a resource's source to its scope, for exclusions; without it a source
    is its own scope.
    """
    day = day_of(inventory.taken_at, agreement.time_zone)
    exclusions = Exclusions(settings.exclusions, day, scopes_of_source or {})
    staying, leaving = _without_leaving(inventory)
    judged = replace(staying, coverage=exclusions.apply_to_coverage(staying.coverage))
    found, said, gaps, broken = _run(judged, agreement, checks)
    findings = exclusions.apply(found)
    seen = exclusions.apply_to_gaps(inventory.gaps)
    notes = [
        *inventory.notes,
        *(Note(kind, subject, dict(params)) for kind, subject, params in agreement.remarks),
        *_term(agreement, day),
        *leaving,
        *said,
        *exclusions.notes(),
        *known_notes(findings, settings.known, day),
    ]
    gaps = [*seen, *gaps_of_coverage(judged), *exclusions.gaps(), *gaps]
    return Assessment(
        agreement,
        judged,
        tuple(findings),
        tuple(notes),
        tuple(gaps),
        _counts(agreement.rules, findings, gaps),
        Counter([finding.reason_code for finding in findings]),
        tuple(broken),
    )


def _run(
    inventory: Inventory, agreement: Agreement, checks: Iterable[Check]
) -> tuple[list[Finding], list[Note], list[Gap], list[Broken]]:
    """Run the check of each rule the agreement names, each on its own."""
    by_rule = {check.rule: check for check in checks}
    findings: list[Finding] = []
    notes: list[Note] = []
    gaps: list[Gap] = []
    broken: list[Broken] = []
    for rule in agreement.rules:
        check = by_rule.get(rule)
        if check is None:
            gaps.append(Gap(agreement.id, "rule-absent", {"rule": rule}))
            continue
        try:
            for said in check.examine(inventory, agreement):
                _expect(said, rule)
                (findings if isinstance(said, Finding) else notes).append(said)  # type: ignore[arg-type]  # expected so
        except (
            Exception,
            SystemExit,
        ) as error:  # a stranger's check must not take the others with it; it is named, and a gap
            extension = type(check).__module__.partition(".")[0]
            broken.append(Broken(rule, extension, error))
            detail = {"rule": rule, "extension": extension, "error": type(error).__name__}
            gaps.append(Gap(agreement.id, "check-broke", detail))
    spoken = {finding.rule for finding in findings}
    gaps += [
        Gap(agreement.id, "check-silent", {"rule": rule})
        for rule, subjects in _SPEAKS_OF.items()
        if rule in agreement.rules and rule in by_rule and rule not in spoken and getattr(inventory, subjects)
    ]
    return findings, notes, gaps, broken


_SPEAKS_OF = {
    "transfer-outside-eu": "resources",
    "subprocessor-contract": "engagements",
    "subprocessor-prohibited": "engagements",
    "subprocessor-identified": "engagements",
}
"""Rules that have a finding for each subject, so that one without any was not judged at all."""


def _expect(said: object, rule: str) -> None:
    """Raise TypeError for what is neither a note nor a finding of this rule with a verdict that exists."""
    if isinstance(said, Note):
        return
    if not isinstance(said, Finding) or said.rule != rule or said.verdict not in VERDICTS:
        raise TypeError("expected a Note, or a Finding of its own rule with one of the verdicts")
    if not isinstance(said.params, Mapping) or not isinstance(said.locations, tuple):
        raise TypeError("expected a Finding with params and a tuple of locations")


def _without_leaving(inventory: Inventory) -> tuple[Inventory, list[Note]]:
    """Return the inventory of what will be there, and a note for each object that leaves or is left unmanaged."""
    if all(resource.fate in ("exists", "planned") for resource in inventory.resources):
        return inventory, []
    staying = tuple(resource for resource in inventory.resources if resource.fate != "leaves")
    leaving = [resource for resource in inventory.resources if resource.fate == "leaves"]
    gone = {(resource.source, resource.id) for resource in leaving}
    gone -= {(resource.source, resource.id) for resource in staying}
    engagements = tuple(wiring for wiring in inventory.engagements if (wiring.source, wiring.resource) not in gone)
    notes = [Note("leaves", resource.id, {"kind": resource.kind, "source": resource.source}) for resource in leaving]
    notes += [
        Note("still-hosted", resource.id, {"kind": resource.kind, "source": resource.source})
        for resource in staying
        if resource.fate == "forgotten"
    ]
    return replace(inventory, resources=staying, engagements=engagements), notes


def _term(agreement: Agreement, day: date) -> list[Note]:
    """Return a note where the day lies outside the term of the agreement (article 10)."""
    begins, ends = agreement.in_force_from, agreement.in_force_until
    if (begins is None or begins <= day) and (ends is None or day <= ends):
        return []
    params = {
        "day": day.isoformat(),
        "from": begins.isoformat() if begins else "…",
        "until": ends.isoformat() if ends else "…",
    }
    return [Note("out-of-term", agreement.id, params)]


def _counts(rules: Iterable[str], findings: Iterable[Finding], gaps: Iterable[Gap]) -> dict[str, dict[Verdict, int]]:
    """Count the verdicts of each rule that was run; a rule that is absent has no row."""
    absent = {gap.detail["rule"] for gap in gaps if gap.reason_code == "rule-absent"}
    counts = {rule: dict.fromkeys(VERDICTS, 0) for rule in rules if rule not in absent}
    for (rule, verdict), number in Counter([(finding.rule, finding.verdict) for finding in findings]).items():
        counts.setdefault(rule, dict.fromkeys(VERDICTS, 0))[verdict] = number
    return counts
