"""What was found: one resource per id, with every place that any answer named for it.

A resource is complete only when everything has been asked: its own list, the calls after it, and the buckets it names.
So resources are made at the end, in one go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dpa_guard.gazetteer.kinds import kind_of
from dpa_guard.model import Location, Resource
from dpa_guard_aws.calls import Call, Seen
from dpa_guard_aws.forms import Placer
from dpa_guard_aws.found import Found
from dpa_guard_aws.table import Row
from dpa_guard_aws.whereabouts import own_places, places_of

__all__ = ["Estate"]

_BUCKET_KIND = "aws_s3_bucket"


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
        placed = {name: own_places(found, self._placer) for name, found in self._buckets.items()}
        for resource_id in sorted(self._found):
            found = self._found.pop(resource_id)
            locations = places_of(found, placed, self._placer)
            locations = shared.setdefault(locations, locations)
            kind = kind_of(found.kind)
            yield Resource(
                found.id,
                found.kind,
                kind.service if kind else "",
                kind.class_ if kind else "",
                "aws",
                partition,
                _account_of_arn(found.id) or found.account,
                source,
                locations,
                told_by=tuple(found.told_by),
            )


def _account_of_arn(text: str) -> str:
    """Return the account an ARN names: what is shared is listed by others too, and stays its owner's."""
    parts = text.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[0] == "arn" and re.fullmatch(r"[0-9]{12}", parts[4]) else ""
