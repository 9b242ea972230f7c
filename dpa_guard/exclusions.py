"""Exclusions: what holds no data of the agreement. Applied after the checks, shown, counted, and they expire.

The keys of ``what`` are ANDed. Until the day before ``review_by`` (agreement's time zone) a matching finding becomes
not-applicable, reason ``excluded``; from that day on it is judged again and the exclusion is a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec.structs import replace

from dpa_guard.config import Exclusion
from dpa_guard.model import CONCLUSIVE, DECIDING_ROLES, Coverage, Finding, Gap, Note, Resource, Status

_CELL_KEYS = frozenset({"scope", "account", "region", "service"})


class Exclusions:
    """The exclusions of a configuration on one day."""

    def __init__(self, exclusions: Iterable[Exclusion], day: date, scopes: Mapping[str, str]) -> None:
        """``scopes`` maps a resource's source to the scope it belongs to; a source without one is its own scope."""
        everything = tuple(exclusions)
        self._standing = tuple(exclusion for exclusion in everything if day < exclusion.review_by)
        self._expired = tuple(exclusion for exclusion in everything if day >= exclusion.review_by)
        self._scopes = scopes
        self._used: set[int] = set()

    def apply(self, findings: list[Finding]) -> list[Finding]:
        """Return the findings with those on excluded resources set aside; findings on parties stay."""
        if not self._standing:
            return findings
        return [self._set_aside(finding) for finding in findings]

    def apply_to_coverage(self, coverage: tuple[Coverage, ...]) -> tuple[Coverage, ...]:
        """Return the coverage with excluded cells that were not looked at marked ``excluded``."""
        cells = [exclusion for exclusion in self._standing if _CELL_KEYS.issuperset(exclusion.what)]
        return tuple(self._mark(row, cells) for row in coverage) if cells else coverage

    def apply_to_gaps(self, gaps: Iterable[Gap]) -> list[Gap]:
        """Return the gaps without those of excluded cells; one that is wider than an exclusion stays."""
        cells = [exclusion for exclusion in self._standing if _CELL_KEYS.issuperset(exclusion.what)]
        return [gap for gap in gaps if not any(self._covers(exclusion, gap) for exclusion in cells)]

    def _covers(self, exclusion: Exclusion, gap: Gap) -> bool:
        if "account" not in gap.detail:
            return False  # not about a cell
        told = {"scope": gap.scope, **gap.detail}
        if any(told.get(key) != wanted for key, wanted in exclusion.what.items()):
            return False
        self._used.add(self._standing.index(exclusion))
        return True

    def gaps(self) -> list[Gap]:
        """Return a gap for each exclusion whose review date has come."""
        return [
            Gap(exclusion.what.get("scope", "*"), "exclusion-expired", {**_named(exclusion), "what": _what(exclusion)})
            for exclusion in self._expired
        ]

    def notes(self) -> list[Note]:
        """Return a note for each standing exclusion that nothing matched."""
        return [
            Note("exclusion-unused", _what(exclusion), _named(exclusion))
            for number, exclusion in enumerate(self._standing)
            if number not in self._used
        ]

    def _set_aside(self, finding: Finding) -> Finding:
        resource = finding.resource
        if resource is None:
            return finding
        for number, exclusion in enumerate(self._standing):
            if self._matches(exclusion, resource):
                self._used.add(number)
                params = _named(exclusion)
                return replace(finding, verdict="not-applicable", reason_code="excluded", params=params, cure="")
        return finding

    def _matches(self, exclusion: Exclusion, resource: Resource) -> bool:
        for key, wanted in exclusion.what.items():
            if key == "region":
                places = [location for location in resource.locations if location.role in DECIDING_ROLES]
                if not places or any(location.code != wanted for location in places):
                    return False  # a copy elsewhere is not excluded with it
            elif key == "resource":
                if not _begins(resource.id, wanted):
                    return False
            elif wanted != self._value(key, resource):
                return False
        return True

    def _value(self, key: str, resource: Resource) -> str | None:
        if key == "scope":
            return self._scopes.get(resource.source, resource.source)
        return {"account": resource.account, "service": resource.service, "kind": resource.kind}.get(key)

    def _mark(self, row: Coverage, exclusions: list[Exclusion]) -> Coverage:
        services: dict[str, Status] = dict(row.services)
        for exclusion in exclusions:
            what = exclusion.what
            if any(what.get(key, value) != value for key, value in _cell(row).items()):
                continue
            for service, status in row.services.items():
                if status not in CONCLUSIVE and what.get("service", service) == service:
                    services[service] = "excluded"
                    self._used.add(self._standing.index(exclusion))
        return replace(row, services=services) if services != row.services else row


def _begins(identifier: str, prefix: str) -> bool:
    """Does an id begin with a prefix that ends where a part of it does? ``aws_s3_bucket.a`` is not of ``…archive``."""
    if not identifier.startswith(prefix):
        return False
    rest = identifier[len(prefix) :]
    return not rest or prefix[-1:] in _BORDERS or rest[0] in ".[]/:"


_BORDERS = frozenset(".[]/:-_")


def _cell(row: Coverage) -> dict[str, str]:
    return {"scope": row.scope, "account": row.account, "region": row.region}


def _what(exclusion: Exclusion) -> str:
    return ", ".join(f"{key} = {value}" for key, value in exclusion.what.items())


def _named(exclusion: Exclusion) -> dict[str, str]:
    return {
        "owner": exclusion.owner,
        "review_by": exclusion.review_by.isoformat(),
        "reason": exclusion.reason,
    }
