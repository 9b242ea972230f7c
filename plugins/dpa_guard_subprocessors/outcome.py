"""What a rule of article 5 says of one party, and the finding made of it."""

from __future__ import annotations

from msgspec import Struct, field

from dpa_guard.model import Finding, Location, Note, Params, Verdict
from dpa_guard.parties import WiredIn

NAMED = 5
"""How many of the resources that wire a party in are named; the rest is counted."""


class Outcome(Struct, frozen=True):
    """A verdict on one party, why, and what else is worth saying."""

    verdict: Verdict
    reason: str
    params: Params = field(default_factory=dict)
    cure: str = ""
    notes: tuple[Note, ...] = ()


def finding(rule: str, article: str, wired: WiredIn, outcome: Outcome) -> Finding:
    """Return the finding of a rule on one party, naming some of the resources that wire it in."""
    wiring = list(dict.fromkeys(engagement.resource for engagement in wired.engagements if engagement.resource))
    params = {
        "party": wired.label,
        "identifier": wired.party.identifier,
        "resources": ", ".join(wiring[:NAMED]) + (", …" if len(wiring) > NAMED else ""),
        "resource_count": str(len(wiring)),
        **outcome.params,
    }
    return Finding(
        rule,
        article,
        outcome.verdict,
        None,
        wired.party,
        _locations(wired),
        outcome.reason,
        params,
        outcome.cure,
    )


def ambiguous(wired: WiredIn) -> Outcome:
    """Return the outcome for an identifier that several entries of the register claim."""
    entries = ", ".join(sorted(entry.id for entry in wired.entries))
    return Outcome("unknown", "register-ambiguous", {"entries": entries}, "settle-register")


def _locations(wired: WiredIn) -> tuple[Location, ...]:
    return tuple(dict.fromkeys(place for engagement in wired.engagements for place in engagement.locations))
