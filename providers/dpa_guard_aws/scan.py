"""One scan: every row of the table in every region of every account, and what its answers call for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from dpa_guard.model import CONCLUSIVE, Status
from dpa_guard_aws.calls import Access, Account, Answer, Call, Seen
from dpa_guard_aws.cells import Outcome, outcome_of
from dpa_guard_aws.dispatch import Dispatcher
from dpa_guard_aws.estate import Estate
from dpa_guard_aws.expressions import filled
from dpa_guard_aws.filling import Filling
from dpa_guard_aws.foregone import Foregone
from dpa_guard_aws.found import Found
from dpa_guard_aws.homes import home_of
from dpa_guard_aws.regions import Regions
from dpa_guard_aws.requests import rows, table_of
from dpa_guard_aws.table import Row

__all__ = ["Scan"]

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
    """The calls of one scan, from the first to the last answer."""

    def __init__(
        self,
        access: Access,
        accounts: Iterable[Account],
        regions: Mapping[str, Regions],
        estate: Estate,
        filling: Filling,
        foregone: Foregone,
    ) -> None:
        """``filling`` has its cells planned; ``foregone`` answers what need not be asked any more."""
        self._access = access
        self._accounts = tuple(accounts)
        self._regions = regions
        self._estate = estate
        self._filling = filling
        self._foregone = foregone
        self._rows = rows(access.table)
        self._table = table_of(access.table)
        self._asked: dict[int, _Asked] = {}
        self._tickets = 0
        self._tell_primary = _tells_primary(self._table.rows)
        self._tell_more = _tells_more(self._table.rows)
        self._untold: dict[tuple[str, str, str], list[tuple[Row, str]]] = {}
        """(kind, account, region) → rows that would have told more of what another list of the same kind has."""

    def settled(self, call: Call) -> Answer | None:
        """Answer a call without making it, where it is known what it would come to."""
        return self._foregone.answer(call.account.id, self._rows[call.row].service, call.region)

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
        answer = self._foregone.concluded(call.account.id, row.service, call.region, answer)
        if answer.following is None or answer.status not in CONCLUSIVE:
            self._filling.record(row, call, outcome_of(answer, row, call.page))
            if answer.status not in CONCLUSIVE and call.row in self._tell_more:
                untold = self._untold.setdefault((row.kind, call.account.id, call.region), [])
                untold.append((row, _NOT_TOLD.get(answer.status, "second-call-unsupported")))
        parent = self._asked.get(call.ticket)
        told = f"{row.said_by} {answer.request_id}".rstrip()
        for seen in answer.seen:
            yield from self._item(seen, row, call, parent, told)
        if parent is not None and parent.found is not None:
            parent.found.told(told)
        if parent is not None and parent.found is not None and answer.status not in CONCLUSIVE:
            for number in self._with_those_below(call.row):
                self._estate.not_told(
                    parent.found, self._rows[number], _NOT_TOLD.get(answer.status, "second-call-unsupported")
                )
        if parent is not None and answer.following is None:
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
            self._filling.record(
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
