"""What ``dpa-guard where`` answers: one code, its places, and whether they are inside the European Union."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dpa_guard.gazetteer.places import Place
from dpa_guard.gazetteer.territory import EU, inside

__all__ = ["answer", "inside_eu", "outside_eu", "same_countries"]


def inside_eu(places: Sequence[Place], day: date) -> bool | None:
    """Are these places inside the European Union on that day? None: not known, or the places differ.

    One place with a country outside is outside; "anywhere in the world" is outside too.
    """
    answers = {_is_inside(place, day) for place in places}
    return answers.pop() if len(answers) == 1 and same_countries(places) else None


def outside_eu(place: Place, day: date) -> tuple[str, ...]:
    """Return the countries of a place that are outside the European Union on that day."""
    return tuple(country for country in place.countries if not inside(country, EU, day))


def same_countries(places: Sequence[Place]) -> bool:
    """Do all these places (of different services) stand for the same countries?"""
    return len({(place.countries, place.extent) for place in places}) == 1


def answer(cloud: str, code: str, service: str, places: Sequence[Place], day: date) -> dict[str, object]:
    """Return the JSON object of one question; what differs between several places, or is not known, is null."""
    return {
        "cloud": cloud,
        "code": code,
        "service": service or _common([place.service for place in places]) or "",
        "countries": sorted({country for place in places for country in place.countries}),
        "inside_eu": inside_eu(places, day),
        "extent": _common([place.extent for place in places]) or "unknown",
        "kind": _common([place.kind for place in places]),
        "source": _common([place.source for place in places]),
        "read_on": _common([place.read_on for place in places]),
    }


def _is_inside(place: Place, day: date) -> bool | None:
    if place.extent == "exact":
        return not outside_eu(place, day)
    return {"within-eu": True, "outside-eu": False, "worldwide": False}.get(place.extent)


def _common(values: Sequence[str]) -> str | None:
    return values[0] if len(set(values)) == 1 else None
