"""From places to a verdict: the table of article 3.1, in its order of test.

1. some place outside, and not covered by an authorisation: ``fail``
2. some place, or what an authorisation is limited to, not known: ``unknown``
3. every place known, some outside, all of that covered: ``authorised``
4. every place known and inside: ``pass``
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct, field

from dpa_guard.agreement import Agreement, Authorisation, Territory
from dpa_guard.gazetteer import territory as gazetteer
from dpa_guard.model import Location, Params, Verdict
from dpa_guard_transfers.authorisations import ALL, Authorisations, Cover, Subject


class Decision(Struct, frozen=True):
    """A verdict, why, and on which authorisations it rests."""

    verdict: Verdict
    reason: str
    params: Params = field(default_factory=dict)
    cure: str = ""
    authorisations: tuple[Authorisation, ...] = ()


class Reading(Struct, frozen=True):
    """What one place comes to under the territory agreed."""

    location: Location
    outside: tuple[str, ...] = ()
    """The countries outside; ``("*",)`` where its members are not published."""
    unknown: str = ""
    """The reason code where it cannot be told."""


class Judge:
    """Judges places by one agreement on one day (the agreement's own)."""

    def __init__(self, agreement: Agreement, day: date) -> None:
        self._territory = agreement.territory
        self._day = day
        self._authorisations = Authorisations(agreement.authorisations, day)

    def read(self, location: Location) -> Reading:
        """Say which countries of a place are outside, or why that cannot be told."""
        if location.extent == "exact" and location.countries:
            inside = [gazetteer.inside(country, self._territory, self._day) for country in location.countries]
            outside = tuple(name for name, is_in in zip(location.countries, inside, strict=True) if is_in is False)
            return Reading(location, outside, "" if outside or None not in inside else "country-not-known")
        if location.extent in ("outside-eu", "worldwide"):
            return Reading(location, (ALL,))
        if location.extent == "within-eu":
            suffices = gazetteer.within_eu_suffices(self._territory)
            return Reading(location, (), "" if suffices else "within-eu-not-listed")
        return Reading(location, (), location.why or "location-not-known")

    def decide(self, locations: Sequence[Location], subject: Subject) -> Decision:
        """Return the verdict on the deciding places (at least one) of a subject."""
        readings = [self.read(location) for location in locations]
        covers = [
            (reading, self._authorisations.cover(country, reading.location.role, subject))
            for reading in readings
            for country in reading.outside
        ]
        uncovered = [pair for pair in covers if pair[1].state == "uncovered"]
        if uncovered:
            return self._fail(uncovered)
        doubtful = [pair for pair in covers if pair[1].state == "not-known"]
        if doubtful:
            return _outside("unknown", doubtful, doubtful[0][1].reason)
        unknown = next((reading for reading in readings if reading.unknown), None)
        if unknown:
            return _unknown(unknown)
        if covers:
            return _authorised(covers)
        return _inside(locations)

    def _fail(self, pairs: list[tuple[Reading, Cover]]) -> Decision:
        reason = pairs[0][1].reason
        if reason == "outside" and self._territory.rule != "eu-member-states":
            return _outside("fail", pairs, "outside-territory", {"territory": _words(self._territory)})
        return _outside("fail", pairs, reason)


def place(location: Location) -> str:
    """Return a place in words: ``us-east-1 (US)``, ``eu (within-eu)``, or only the country where it has no code."""
    area = "/".join(location.countries) if location.extent == "exact" else location.extent
    return f"{location.code} ({area})" if location.code else area


def places(locations: Iterable[Location]) -> str:
    """Return several places in words, each once."""
    return ", ".join(dict.fromkeys(place(location) for location in locations))


def _outside(verdict: Verdict, pairs: list[tuple[Reading, Cover]], reason: str, more: Params | None = None) -> Decision:
    worst, cover = pairs[0]
    params = {
        "places": places(reading.location for reading, _ in pairs),
        "role": worst.location.role,
        "attribute": worst.location.read_from,
        **cover.params,
        **(more or {}),
    }
    return Decision(verdict, reason, params, cover.cure)


def _unknown(reading: Reading) -> Decision:
    location = reading.location
    params = {
        "attribute": location.read_from,
        "code": location.code or "",
        "places": place(location),
        "role": location.role,
    }
    otherwise = TELL_PLACE if location.basis == "measured" else MAKE_KNOWN
    return Decision("unknown", reading.unknown, params, _CURES.get(reading.unknown, otherwise))


MAKE_KNOWN = "make-place-known"
TELL_PLACE = "tell-place"
"""Where the cloud itself was asked, and what it says is in no table."""
_CURES = {
    "unknown-until-apply": "know-before-apply",
    "arn-without-region": "refer-to-target",
    "reference-not-followed": "refer-to-target",
    "custom-endpoint": "name-the-endpoint",
    "host-not-known": "declare-place",
    "several-references": "write-one-place",
    "reference-is-no-place": "write-one-place",
    "attribute-of-wrong-type": "write-one-place",
    "bucket-not-listed": "scan-its-account",
    "not-in-table": "ask-the-service",
    "second-call-denied": "allow-the-call",
    "second-call-not-attempted": "look-again",
    "second-call-throttled": "look-again",
    "second-call-unreachable": "look-again",
    "second-call-unsupported": "look-again",
}
"""What mends an unknown place, by why it is unknown; else ``make-place-known``."""


def _authorised(covers: list[tuple[Reading, Cover]]) -> Decision:
    used = tuple(dict.fromkeys(cover.authorisation for _, cover in covers if cover.authorisation is not None))
    params = {
        "authorisations": ", ".join(authorisation.id for authorisation in used),
        "places": places(reading.location for reading, _ in covers),
    }
    return Decision("authorised", "authorised", params, "", used)


def _inside(locations: Sequence[Location]) -> Decision:
    params = {"places": places(locations)}
    inferred = next((location for location in locations if location.basis == "inferred"), None)
    if inferred:
        return Decision("pass", "inside-inferred", {**params, "attribute": inferred.read_from})
    if any(location.extent == "within-eu" for location in locations):
        return Decision("pass", "inside-within-eu", params)
    return Decision("pass", "inside", params)


def _words(territory: Territory) -> str:
    return ", ".join(territory.countries) or territory.rule.upper()
