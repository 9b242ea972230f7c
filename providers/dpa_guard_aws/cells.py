"""What was looked at: a status for each account, region and service, and a gap that says why for each that is open.

Every cell that is planned is entered before anything is asked, as ``not-attempted``: what nobody answers stays that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from dpa_guard.model import CONCLUSIVE, Coverage, Gap, Status
from dpa_guard_aws.calls import Answer
from dpa_guard_aws.table import Row

__all__ = ["Cells", "Outcome", "outcome_of"]

_WORST: tuple[Status, ...] = ("denied", "throttled", "unreachable", "unsupported", "looked-partly", "not-attempted")


_WHY: Mapping[Status, str] = {
    "denied": "aws-denied",
    "throttled": "aws-throttled",
    "unreachable": "aws-unreachable",
    "unsupported": "aws-unsupported",
    "not-attempted": "aws-not-attempted",
}
"""Status → the gap's reason code."""


class Outcome(Struct, frozen=True, gc=False):
    """How one call ended, as far as the coverage tells it."""

    status: Status
    why: str = ""
    """The gap's reason code where the status leaves something open."""
    operation: str = ""
    action: str = ""
    code: str = ""
    request_id: str = ""


LOOKED = Outcome("looked")


def outcome_of(answer: Answer, row: Row, page: int = 1) -> Outcome:
    """Return how a call ended: a page that fails after others leaves it looked at in part."""
    if answer.status == "looked":
        return LOOKED
    if answer.status in CONCLUSIVE:
        return Outcome(answer.status)
    status: Status = "looked-partly" if page > 1 else answer.status
    why = "aws-denied-by-policy" if answer.by_policy else _WHY.get(answer.status, "aws-unsupported")
    return Outcome(status, why, row.operation, row.action, answer.code, answer.request_id)


class Cells:
    """The cells of one scan."""

    def __init__(self, scope: str, source: str) -> None:
        self._scope = scope
        self._source = source
        self._cells: dict[tuple[str, str], dict[str, dict[str, Outcome]]] = {}
        self._sources: dict[tuple[str, str], str] = {}

    def plan(self, account: str, region: str, services: Iterable[str], source: str = "") -> None:
        """Enter cells that are going to be looked at."""
        row = self._cells.setdefault((account, region), {})
        for service in services:
            row.setdefault(service, {})
        if source:
            self._sources[(account, region)] = source

    def whole(self, account: str, region: str, status: Status, source: str) -> None:
        """Enter that a whole region of an account has one status, whatever the service."""
        self._cells[(account, region)] = {"*": {"": Outcome(status)}}
        self._sources[(account, region)] = source

    def record(self, account: str, region: str, service: str, outcome: Outcome) -> None:
        """Enter how one of a cell's calls ended; of calls of one operation that end alike, one is kept."""
        cell = self._cells.setdefault((account, region), {}).setdefault(service, {})
        cell.setdefault(f"{outcome.status} {outcome.operation} {outcome.why}", outcome)

    def coverage(self) -> Iterator[Coverage]:
        """Yield one row for each account and region."""
        for (account, region), services in sorted(self._cells.items()):
            statuses = {service: _status(outcomes.values()) for service, outcomes in sorted(services.items())}
            yield Coverage(self._scope, account, region, statuses, self._sources.get((account, region), self._source))

    def gaps(self) -> Iterator[Gap]:
        """Yield a gap for each reason that left something open, as wide as it holds.

        What holds for every service of a region is said once for the region, what holds for a service in every region
        of an account once for the account.
        """
        open_: dict[tuple[str, str, str], list[tuple[str, Outcome]]] = {}
        services_at: Counter[tuple[str, str]] = Counter()
        regions_with: Counter[tuple[str, str]] = Counter()
        for (account, region), services in sorted(self._cells.items()):
            for service, outcomes in services.items():
                if service == "*":
                    continue
                services_at[(account, region)] += 1
                regions_with[(account, service)] += 1
                for why, group in _by_reason(outcomes).items():
                    open_.setdefault((account, region, why), []).append((service, group))
        left: dict[tuple[str, str, str, str], list[tuple[str, Outcome]]] = {}
        for (account, region, why), found in open_.items():
            if len(found) == services_at[(account, region)] > 1:
                yield self._gap(why, {"account": account, "region": region}, [one for _, one in found])
                continue
            for service, outcome in found:
                left.setdefault((account, service, why, outcome.operation), []).append((region, outcome))
        for (account, service, why, _), where in left.items():
            if len(where) == regions_with[(account, service)] > 1:
                yield self._gap(why, {"account": account, "service": service}, [one for _, one in where])
                continue
            for region, outcome in where:
                yield self._gap(why, {"account": account, "region": region, "service": service}, [outcome])

    def _gap(self, why: str, cell: Mapping[str, str], outcomes: list[Outcome]) -> Gap:
        named = "service" in cell
        whole = _joined(outcomes)
        return Gap(
            self._scope,
            why,
            {
                **cell,
                "where": " / ".join(cell.values()),
                "operations": whole.operation if named else "*",
                "actions": whole.action if named else "*",
                "code": whole.code,
                "request_id": whole.request_id,
            },
        )


def _by_reason(outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """Return one outcome for each reason, naming every operation it stopped."""
    groups: dict[str, list[Outcome]] = {}
    if not outcomes:
        groups["aws-not-attempted"] = [Outcome("not-attempted")]
    for one in outcomes.values():
        if one.why:
            groups.setdefault(one.why, []).append(one)
    return {why: _joined(group) for why, group in groups.items()}


def _joined(group: list[Outcome]) -> Outcome:
    def listed(values: Iterable[str]) -> str:
        return ", ".join(sorted({value for value in values if value}))

    request_id = next((one.request_id for one in group if one.request_id), "")
    return Outcome(
        group[0].status,
        group[0].why,
        listed(one.operation for one in group),
        listed(one.action for one in group),
        listed(one.code for one in group),
        request_id,
    )


def _status(outcomes: Iterable[Outcome]) -> Status:
    """Return what a cell comes to: alike, it is that; looked at here and not there, it is looked at in part."""
    statuses = {one.status for one in outcomes}
    if not statuses:
        return "not-attempted"
    left_open = statuses - CONCLUSIVE
    if not left_open:
        return "looked" if "looked" in statuses else min(statuses)
    if "looked" in statuses:
        return "looked-partly"
    return next(status for status in _WORST if status in left_open)
