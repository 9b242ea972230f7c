"""Where a resource is: what answers named of it, its ARN, and where it was listed, in this order."""

from __future__ import annotations

from collections.abc import Mapping

from dpa_guard.gazetteer.kinds import kind_of
from dpa_guard.gazetteer.places import find
from dpa_guard.model import DECIDING_ROLES, Location, Role
from dpa_guard_aws.forms import Bucket, Placer
from dpa_guard_aws.found import Found

__all__ = ["own_places", "places_of"]

_BUCKET_NOT_LISTED = "bucket-not-listed"
"""The bucket is in none of the accounts whose buckets could be listed."""
_NOT_TOLD = "region-not-told"


def places_of(found: Found, buckets: Mapping[str, tuple[Location, ...]], placer: Placer) -> tuple[Location, ...]:
    """Return every place of a resource; ``buckets`` has the own places of all that were listed, by name."""
    every = list(own_places(found, placer))
    for place in found.places:
        if isinstance(place, Bucket):
            every += _at_bucket(place, buckets, placer)
        elif place.role != "primary" or not found.own:
            every.append(place)
    return tuple(dict.fromkeys(every))


def _at_bucket(place: Bucket, buckets: Mapping[str, tuple[Location, ...]], placer: Placer) -> list[Location]:
    there = buckets.get(place.name)
    if there is None:
        return [placer.unknown(place.role, _BUCKET_NOT_LISTED, place.read_from)]
    return [
        Location(place.role, one.code, one.countries, one.extent, one.basis, place.read_from, one.why)
        for one in there
        if one.role == "primary"
    ]


def own_places(found: Found, placer: Placer) -> tuple[Location, ...]:
    """Return its primary places: those an answer named, else the region of its ARN, else where it was listed.

    What is listed where its ARN does not say, and not where it says, is in both places. A group over regions (a
    global database, whose ARN has no region) is listed in every region; it is where its members are.
    """
    kind = kind_of(found.kind)
    service = kind.service if kind else ""
    region = _region_of_arn(found.id)
    if found.own:
        named = tuple(one for one in found.places if isinstance(one, Location) and one.role == "primary")
        if not named:
            return (placer.unknown("primary", _NOT_TOLD, found.via),)
        if region and all(_is_elsewhere(one.code, region) for one in named):
            return (*placer.at("primary", region, service, found.via), *named)  # they contradict each other
        return named
    if found.scope == "account-once":
        return (placer.unknown("primary", _NOT_TOLD, found.via),)
    if region and found.scope == "regional" and region in found.answered_at:
        return placer.at("primary", region, service, found.via)
    is_group = found.id.startswith("arn:") and not region
    only_members = is_group and any(one.role in DECIDING_ROLES for one in found.places)
    role: Role = "control" if found.scope == "global" or only_members else "primary"
    there = found.answered_at | ({region} if region and found.scope == "regional" else set())
    return tuple(one for code in sorted(there) for one in placer.at(role, code, service, found.via))


def _is_elsewhere(code: str | None, region: str) -> bool:
    """Is it another region than that, or a plain zone of another?"""
    place = find("aws", code) if code else None
    return place is not None and region != {"region": place.code, "zone": place.code[:-1]}.get(place.kind, region)


def _region_of_arn(text: str) -> str:
    """Return the region an ARN names, whether anybody knows it or not; "" where it names none."""
    parts = text.split(":", 5)
    return parts[3] if len(parts) == 6 and parts[0] == "arn" else ""
