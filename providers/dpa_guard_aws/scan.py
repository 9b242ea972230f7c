"""One scan: every row of the table in every region of every account, and what its answers call for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from dpa_guard.gazetteer.kinds import kind_of
from dpa_guard.model import CONCLUSIVE, Status
from dpa_guard_aws.calls import Access, Account, Answer, Call, Seen
from dpa_guard_aws.cells import Cells, Outcome, outcome_of
from dpa_guard_aws.dispatch import Dispatcher
from dpa_guard_aws.estate import Estate, Found
from dpa_guard_aws.expressions import filled
from dpa_guard_aws.homes import home_of
from dpa_guard_aws.regions import Regions
from dpa_guard_aws.requests import rows, table_of
from dpa_guard_aws.table import Row

__all__ = ["Scan", "service_of"]

_PROGRESS_SECONDS = 1.0
_NOT_TOLD: Mapping[Status, str] = {
    "denied": "second-call-denied",
    "throttled": "second-call-throttled",
    "unreachable": "second-call-unreachable",
    "unsupported": "second-call-unsupported",
    "not-attempted": "second-call-not-attempted",
}
"""Status of a call about one resource → why a place of it is unknown."""


class _Asked(Struct):
    """An item that calls are made about."""

    found: Found | None
    """The resource it is or belongs to; None: of a step that belongs to none."""
    subject: str
    waiting: int = 0
    """Calls that must tell its region before the others can be made."""
    later: tuple[tuple[int, Mapping[str, object]], ...] = ()


class Scan:
    """The calls of one scan, from the plan of all cells to the last answer."""

    def __init__(
        self,
        access: Access,
        accounts: Iterable[Account],
        regions: Mapping[str, Regions],
        estate: Estate,
        cells: Cells,
        is_absent: Callable[[str, str], bool],
        has_network: Callable[[], bool],
        lost_after: int,
    ) -> None:
        """``is_absent`` tells whether a service is not offered in a region, where its name has no address.

        After ``lost_after`` failures on the way in a row ``has_network`` is asked, and where there is none the rest is
        not attempted.
        """
        self._access = access
        self._accounts = tuple(accounts)
        self._regions = regions
        self._estate = estate
        self._cells = cells
        self._is_absent = is_absent
        self._has_network = has_network
        self._lost_after = lost_after
        self._unreached = 0
        self._network_lost: Answer | None = None
        self._global_region = ""
        self._rows = rows(access.table)
        self._table = table_of(access.table)
        self._asked: dict[int, _Asked] = {}
        self._tickets = 0
        self._settled: dict[tuple[str, str], Answer] = {}
        """(service, region) → what every further call there comes to."""
        self._lost: dict[str, Answer] = {}
        """Account → why its calls are not made any more."""
        self._tell_primary = _tells_primary(self._table.rows)
        self._tell_more = _tells_more(self._table.rows)
        self._untold: dict[tuple[str, str, str], list[tuple[Row, str]]] = {}
        """(kind, account, region) → rows that would have told more of what another list of the same kind has."""

    # -- before -----------------------------------------------------------------------------------------------------

    def plan_cells(self, global_region: str) -> None:
        """Enter every cell that is going to be looked at."""
        regional = sorted({service_of(row) for row in self._table.rows if row.scope != "global"})
        worldwide = sorted({service_of(row) for row in self._table.rows if row.scope == "global"})
        for account in self._accounts:
            regions = self._regions[account.id]
            for region in regions.on:
                self._cells.plan(account.id, region, regional, regions.source)
            for region in regions.off:
                self._cells.whole(account.id, region, "region-disabled", regions.source)
            if worldwide:
                self._cells.plan(account.id, global_region, worldwide)
        self._global_region = global_region

    def settled(self, call: Call) -> Answer | None:
        """Answer a call without making it, where it is known what it would come to."""
        return (
            self._network_lost
            or self._lost.get(call.account.id)
            or self._settled.get((self._rows[call.row].service, call.region))
        )

    # -- the scan ---------------------------------------------------------------------------------------------------

    def run(self, dispatcher: Dispatcher, progress: Callable[[str], None]) -> None:
        """Make every call; afterwards estate and cells hold what was found."""
        said = time.monotonic()
        for call, answer in dispatcher.run(self._calls()):
            dispatcher.add(self._take(call, answer))
            if time.monotonic() - said > _PROGRESS_SECONDS:
                said = time.monotonic()
                progress(f"{self._rows[call.row].service}: {dispatcher.made} calls, {len(self._estate)} resources")
        self._estate.not_told_where(self._untold)

    def _calls(self) -> Iterator[Call]:
        """Yield the calls that come after no other: service by service, then region, row and account."""
        every = sorted({region for regions in self._regions.values() for region in regions.on})
        for _, numbers in self._table.roots():
            for region in every:
                there = [account for account in self._accounts if region in self._regions[account.id].on]
                for number in numbers:
                    if self._rows[number].scope == "regional":
                        yield from (self._call(number, account, region) for account in there)
            for number in numbers:
                row = self._rows[number]
                if row.scope != "regional":
                    once = row.scope == "account-once"
                    region = self._access.region if once else home_of(row.service, self._access.partition)
                    yield from (self._call(number, account, region) for account in self._accounts)

    def _call(self, number: int, account: Account, region: str) -> Call:
        given = {"account": account.id, "region": region, "partition": self._access.partition}
        return Call(number, account, region, filled(self._rows[number].params, None, given))

    # -- answers ----------------------------------------------------------------------------------------------------

    def _take(self, call: Call, answer: Answer) -> Iterator[Call]:
        """Take one page in; yield the calls it calls for."""
        row = self._rows[call.row]
        answer = self._concluded(row, call, answer)
        if answer.following is None:
            self._record(row, call, outcome_of(answer, row, call.page))
            if answer.status not in CONCLUSIVE and call.row in self._tell_more:
                untold = self._untold.setdefault((row.kind, call.account.id, call.region), [])
                untold.append((row, _NOT_TOLD.get(answer.status, "second-call-unsupported")))
        parent = self._asked.get(call.ticket)
        told = f"{row.said_by} {answer.request_id}".rstrip()
        for seen in answer.seen:
            yield from self._item(seen, row, call, parent, told)
        if parent is not None and parent.found is not None:
            parent.found.told(told)
        if parent is not None and answer.following is None:
            if answer.status not in CONCLUSIVE and parent.found is not None:
                for number in self._with_those_below(call.row):
                    self._estate.not_told(
                        parent.found, self._rows[number], _NOT_TOLD.get(answer.status, "second-call-unsupported")
                    )
            yield from self._region_told(parent, call)

    def _item(self, seen: Seen, row: Row, call: Call, parent: _Asked | None, told: str) -> Iterator[Call]:
        found = parent.found if parent else None
        if seen.id:
            found = self._estate.add(seen, row, call)
            found.told(told)
        elif found is not None:
            self._estate.name_places(found, seen, row)
        if not seen.follow:
            return
        region = call.region if row.scope != "account-once" else seen.region
        self._tickets += 1
        asked = self._asked[self._tickets] = _Asked(found, seen.raw or call.subject, later=seen.follow)
        if region:
            yield from self._ask(self._tickets, asked, call, region)
            return
        asked.later = tuple(one for one in seen.follow if one[0] not in self._tell_primary)
        first = tuple(one for one in seen.follow if one[0] in self._tell_primary)
        asked.waiting = len(first)
        for number, params in first:
            yield Call(number, call.account, call.region, params, ticket=self._tickets, subject=asked.subject)
        if not first:
            yield from self._ask(self._tickets, asked, call, "")

    def _region_told(self, asked: _Asked, call: Call) -> Iterator[Call]:
        """Make the calls that had to wait until others had told the item's region."""
        asked.waiting -= 1
        if asked.waiting <= 0:
            yield from self._ask(call.ticket, asked, call, asked.found.region if asked.found else "")

    def _ask(self, ticket: int, asked: _Asked, call: Call, region: str) -> Iterator[Call]:
        """Make the calls about an item that are left, in its region; without one they cannot be made."""
        left, asked.later = asked.later, ()
        for number, params in left:
            row = self._rows[number]
            if region:
                asked.waiting += 1
                yield Call(number, call.account, region, params, ticket=ticket, subject=asked.subject)
                continue
            self._record(
                row, call, Outcome("not-attempted", why="aws-not-attempted", operation=row.operation, action=row.action)
            )
            if asked.found is not None:
                for one in self._with_those_below(number):
                    self._estate.not_told(asked.found, self._rows[one], "second-call-not-attempted")
        if asked.waiting <= 0:
            del self._asked[ticket]

    def _with_those_below(self, number: int) -> Iterator[int]:
        """Yield a row and those that come after it: what they would have told is not known either."""
        yield number
        for child in self._table.children.get(number, ()):
            yield from self._with_those_below(child)

    def _concluded(self, row: Row, call: Call, answer: Answer) -> Answer:
        """Remember what holds for further calls too: an account without credentials, a service that is not there."""
        if not answer.entered:
            self._lost.setdefault(call.account.id, answer)
        elif answer.no_address and self._network_lost is None:
            key = (row.service, call.region)
            if key not in self._settled:
                absent = self._is_absent(*key)
                self._settled[key] = Answer("not-offered") if absent else Answer("unreachable", code=answer.code)
            return self._settled[key]
        self._unreached = self._unreached + 1 if answer.status == "unreachable" else 0
        if self._unreached >= self._lost_after and self._network_lost is None:
            self._unreached = 0
            if not self._has_network():
                self._network_lost = Answer("not-attempted", code="NetworkLost")
        return answer

    def _record(self, row: Row, call: Call, outcome: Outcome) -> None:
        service = service_of(row)
        if row.scope == "global":
            self._cells.record(call.account.id, self._global_region, service, outcome)
        elif row.scope == "account-once" and not row.after:
            for region in self._regions[call.account.id].on:
                self._cells.record(call.account.id, region, service, outcome)
        else:
            self._cells.record(call.account.id, call.region, service, outcome)


def service_of(row: Row) -> str:
    """Return the cloud's API name that the coverage knows a row's service by."""
    kind = kind_of(row.kind)
    return kind.service if kind and kind.service else row.service


def _tells_primary(rows_: Iterable[Row]) -> frozenset[int]:
    return frozenset(
        number for number, row in enumerate(rows_) if row.after and any(place.role == "primary" for place in row.places)
    )


def _tells_more(rows_: Sequence[Row]) -> frozenset[int]:
    """Return the numbers of the lists whose kind is listed by another operation too."""
    lists = [(number, row) for number, row in enumerate(rows_) if row.id and not row.after]
    operations: dict[str, set[str]] = {}
    for _, row in lists:
        operations.setdefault(row.kind, set()).add(row.operation)
    return frozenset(number for number, row in lists if len(operations[row.kind]) > 1)
