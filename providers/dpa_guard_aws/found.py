"""A resource while it is being put together."""

from __future__ import annotations

from dpa_guard.model import Location
from dpa_guard_aws.calls import Call, Seen
from dpa_guard_aws.forms import Bucket
from dpa_guard_aws.table import Row

__all__ = ["Found"]

_ANSWERS_KEPT = 16
"""Of a resource; one with more of them has many pages of the same list."""


class Found:
    """What answers told of one resource so far."""

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
