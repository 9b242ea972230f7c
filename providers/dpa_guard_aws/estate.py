"""What was found: one resource per id, with every place that any answer named for it.

A resource is complete only when everything has been asked: its own list, the calls after it, and the buckets it names.
So resources are made at the end, in one go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dpa_guard.gazetteer.kinds import kind_of
from dpa_guard.gazetteer.places import find
from dpa_guard.model import DECIDING_ROLES, Location, Resource, Role
from dpa_guard_aws.calls import Call, Seen
from dpa_guard_aws.forms import Bucket, Placer
from dpa_guard_aws.table import Row

__all__ = ["Estate", "Found"]

_BUCKET_KIND = "aws_s3_bucket"
BUCKET_NOT_LISTED = "bucket-not-listed"
"""The bucket is in none of the accounts whose buckets could be listed."""
NOT_TOLD = "region-not-told"
_ANSWERS_KEPT = 16
"""Of a resource; one with more of them has many pages of the same list."""


class Found:
    """A resource while it is being put together."""

    __slots__ = ("account", "answered_at", "id", "kind", "own", "places", "region", "scope", "told_by", "via")

    def __init__(self, seen: Seen, row: Row, call: Call) -> None:
        self.id = seen.id
        self.kind = row.kind
        self.account = call.account.id
        self.region = seen.region
        """The region an answer named as its own; "" where none did."""
        self.answered_at = {call.region}
        """Where it was listed."""
        self.scope = row.scope
        self.via = row.said_by
        self.own = False
        """Did an answer name its primary place?"""
        self.places: list[Location | Bucket] = []
        self.told_by: list[str] = []

    def told(self, by: str) -> None:
        """Keep which answer told of it; CloudTrail can confirm the request by its id."""
        if by not in self.told_by and len(self.told_by) < _ANSWERS_KEPT:
            self.told_by.append(by)


class Estate:
    """Every resource of a scan."""

    def __init__(self, placer: Placer) -> None:
        self._placer = placer
        self._found: dict[str, Found] = {}
        self._buckets: dict[str, Found] = {}

    def __len__(self) -> int:
        return len(self._found)

    def __contains__(self, resource_id: str) -> bool:
        return resource_id in self._found

    def add(self, seen: Seen, row: Row, call: Call) -> Found:
        """Return the resource of an item; items with the same id are one resource."""
        found = self._found.get(seen.id)
        if found is None:
            found = self._found[seen.id] = Found(seen, row, call)
            if row.kind == _BUCKET_KIND:
                self._buckets[seen.raw] = found
        else:
            found.answered_at.add(call.region)
        self.name_places(found, seen, row)
        return found

    def name_places(self, found: Found, seen: Seen, row: Row) -> None:
        """Add the places that an item names to a resource."""
        kind = kind_of(row.kind)
        service = kind.service if kind else row.service
        for number, value in seen.places:
            place = row.places[number]
            found.own = found.own or place.role == "primary"
            found.region = found.region or (seen.region if place.role == "primary" else "")
            for read in self._placer.read(place.role, place.form, value, service, row.said_by):
                if read not in found.places:
                    found.places.append(read)

    def not_told(self, found: Found, row: Row, why: str) -> None:
        """Add what is unknown about a resource because a call about it told nothing, once for each role."""
        for role in dict.fromkeys(place.role for place in row.places):
            if role == "primary" and row.id:
                continue  # the place of what the call would have listed, not of this
            found.own = found.own or role == "primary"
            unknown = self._placer.unknown(role, why, row.said_by)
            if unknown not in found.places:
                found.places.append(unknown)

    def not_told_where(self, untold: Mapping[tuple[str, str, str], list[tuple[Row, str]]]) -> None:
        """Add what is unknown because another list of the same kind failed; by (kind, account, region)."""
        if not untold:
            return
        for found in self._found.values():
            for region in found.answered_at:
                for row, why in untold.get((found.kind, found.account, region), ()):
                    self.not_told(found, row, why)

    def ids(self) -> Iterator[tuple[str, Found]]:
        """Yield every id with its resource."""
        yield from self._found.items()

    def resources(self, partition: str, source: str) -> Iterator[Resource]:
        """Yield every resource, by id, so that two scans of one estate read alike; this empties the estate."""
        shared: dict[tuple[Location, ...], tuple[Location, ...]] = {}
        placed = {name: self._own_places(found) for name, found in self._buckets.items()}
        for resource_id in sorted(self._found):
            found = self._found.pop(resource_id)
            locations = self._locations(found, placed)
            locations = shared.setdefault(locations, locations)
            kind = kind_of(found.kind)
            yield Resource(
                found.id,
                found.kind,
                kind.service if kind else "",
                kind.class_ if kind else "",
                "aws",
                partition,
                found.account,
                source,
                locations,
                told_by=tuple(found.told_by),
            )

    def _locations(self, found: Found, buckets: Mapping[str, tuple[Location, ...]]) -> tuple[Location, ...]:
        every = list(self._own_places(found))
        for place in found.places:
            if isinstance(place, Bucket):
                every += self._at_bucket(place, buckets)
            elif place.role != "primary" or not found.own:
                every.append(place)
        return tuple(dict.fromkeys(every))

    def _at_bucket(self, place: Bucket, buckets: Mapping[str, tuple[Location, ...]]) -> list[Location]:
        there = buckets.get(place.name)
        if there is None:
            return [self._placer.unknown(place.role, BUCKET_NOT_LISTED, place.read_from)]
        return [
            Location(place.role, one.code, one.countries, one.extent, one.basis, place.read_from, one.why)
            for one in there
            if one.role == "primary"
        ]

    def _own_places(self, found: Found) -> tuple[Location, ...]:
        """Return its primary places: those an answer named, else the region of its ARN, else where it was listed.

        A group over regions (a global database, whose ARN has no region) is listed in every region; it is where its
        members are.
        """
        kind = kind_of(found.kind)
        service = kind.service if kind else ""
        region = _region_of_arn(found.id)
        if found.own:
            named = tuple(one for one in found.places if isinstance(one, Location) and one.role == "primary")
            if not named:
                return (self._placer.unknown("primary", NOT_TOLD, found.via),)
            if region and all(_is_elsewhere(one.code, region) for one in named):
                return (*self._placer.at("primary", region, service, found.via), *named)  # they contradict each other
            return named
        if found.scope == "account-once":
            return (self._placer.unknown("primary", NOT_TOLD, found.via),)
        if region and found.scope == "regional":
            return self._placer.at("primary", region, service, found.via)
        only_members = found.id.startswith("arn:") and any(one.role in DECIDING_ROLES for one in found.places)
        role: Role = "control" if found.scope == "global" or only_members else "primary"
        return tuple(
            one for region in sorted(found.answered_at) for one in self._placer.at(role, region, service, found.via)
        )


def _is_elsewhere(code: str | None, region: str) -> bool:
    """Is it another region than that, or a plain zone of another?"""
    place = find("aws", code) if code else None
    return place is not None and region != {"region": place.code, "zone": place.code[:-1]}.get(place.kind, region)


def _region_of_arn(text: str) -> str:
    """Return the region an ARN names, if the gazetteer knows it; what is listed elsewhere too is only there."""
    parts = text.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or not parts[3]:
        return ""
    place = find("aws", parts[3])
    return parts[3] if place is not None and place.kind == "region" else ""
