"""What an agreement amounts to on one day: which consents hold, who is forbidden, what each rule will use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from dpa_guard.agreement import Agreement, Authorisation, Objection, Subprocessor
from dpa_guard.clauses import RULES

__all__ = ["Consent", "RuleUse", "consent", "forbidden_since", "rule_uses"]

ConsentState = Literal["in-force", "not-yet", "expired", "withdrawn", "never"]


class Consent(Struct, frozen=True):
    """An authorisation as it stands on a day; both days inclusive."""

    state: ConsentState
    first: date
    last: date | None
    days_left: int | None
    """Days after this one on which it still holds; None where it has no last day or is not in force."""


class RuleUse(Struct, frozen=True):
    """What a rule takes from the agreement file."""

    rule: str
    article: str
    """"" for a rule that does not come with dpa-guard."""
    uses: Mapping[str, str]
    """Counts and terms, as text; empty for a rule that does not come with dpa-guard."""


def consent(authorisation: Authorisation, day: date) -> Consent:
    """Return how an authorisation stands on a day of the agreement."""
    first = max(authorisation.granted_on, authorisation.effective_from or authorisation.granted_on)
    lasts = [last for last in (authorisation.expires_on, authorisation.withdrawn_on) if last is not None]
    last = min(lasts, default=None)
    if authorisation.in_force(day):
        return Consent("in-force", first, last, (last - day).days if last else None)
    state: ConsentState = "expired"
    if last is not None and last < first:
        state = "never"
    elif day < first:
        state = "not-yet"
    elif last == authorisation.withdrawn_on:
        state = "withdrawn"
    return Consent(state, first, last, None)


def forbidden_since(entry: Subprocessor, day: date) -> date | None:
    """Return the first day of the prohibition that holds on a day, or of one still to come; None for neither."""
    prohibitions = [objection for objection in entry.objections if objection.kind == "prohibition"]
    holding = [_begins(p) for p in prohibitions if p.in_force(day) or (day < _begins(p) and p.lifted_on is None)]
    return min(holding, default=None)


def rule_uses(agreement: Agreement, day: date) -> tuple[RuleUse, ...]:
    """Return what each rule of the agreement will use, in the agreement's order."""
    return tuple(RuleUse(rule, RULES.get(rule, ""), _uses(rule, agreement, day)) for rule in agreement.rules)


def _begins(objection: Objection) -> date:
    return objection.effective_on or objection.received_on


def _uses(rule: str, agreement: Agreement, day: date) -> dict[str, str]:
    register = agreement.register
    bound = [entry for entry in register if entry.role == "subprocessor"]
    counts: dict[str, dict[str, int | str]] = {
        "transfer-outside-eu": {
            "in_force": sum(authorisation.in_force(day) for authorisation in agreement.authorisations),
            "count": len(agreement.authorisations),
        },
        "subprocessor-contract": {
            "contracts": sum(entry.contract is not None for entry in bound),
            "entries": len(bound),
        },
        "subprocessor-prohibited": {
            "prohibitions": sum(
                objection.kind == "prohibition" and objection.in_force(day)
                for entry in register
                for objection in entry.objections
            )
        },
        "subprocessor-identified": {
            "identifiers": sum(len(entry.identifiers) for entry in register),
            "entries": len(register),
        },
        "amendment-undocumented": {"amendments": len(agreement.amendments)},
        "evidence-gap": {"max_gap": agreement.evidence.max_gap or "-"},
    }
    return {key: str(value) for key, value in counts.get(rule, {}).items()}
