"""Which cells of the coverage the rows of the table fill: planned before anything is asked, recorded per answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dpa_guard.gazetteer.kinds import kind_of
from dpa_guard_aws.calls import Account, Call
from dpa_guard_aws.cells import Cells, Outcome
from dpa_guard_aws.regions import Regions
from dpa_guard_aws.table import Row

__all__ = ["Filling", "service_of"]


class Filling:
    """The cells of a scan, by the rows that fill them."""

    def __init__(self, cells: Cells, regions: Mapping[str, Regions], global_region: str) -> None:
        """``regions`` are those of each account; ``global_region`` stands for all that has none."""
        self._cells = cells
        self._regions = regions
        self._global_region = global_region

    def plan(self, accounts: Iterable[Account], rows: Sequence[Row]) -> None:
        """Enter every cell that is going to be looked at."""
        regional = sorted({service_of(row) for row in rows if row.scope != "global"})
        worldwide = sorted({service_of(row) for row in rows if row.scope == "global"})
        for account in accounts:
            regions = self._regions[account.id]
            for region in regions.on:
                self._cells.plan(account.id, region, regional, regions.source)
            for region in regions.off:
                self._cells.whole(account.id, region, "region-disabled", regions.source)
            if worldwide:
                self._cells.plan(account.id, self._global_region, worldwide)

    def record(self, row: Row, call: Call, outcome: Outcome) -> None:
        """Enter how a call ended in the cell of its service, or in each where one call answers for all regions."""
        account, service = call.account.id, service_of(row)
        if row.scope == "global":
            self._cells.record(account, self._global_region, service, outcome)
        elif row.scope == "account-once" and not row.after:
            for region in self._regions[account].on:
                self._cells.record(account, region, service, outcome)
        else:
            self._cells.record(account, call.region, service, outcome)


def service_of(row: Row) -> str:
    """Return the cloud's API name that the coverage knows a row's service by."""
    kind = kind_of(row.kind)
    return kind.service if kind and kind.service else row.service
