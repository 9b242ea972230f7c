"""Trying a scan beforehand: every list once, in one region of each account, to its first page.

What is denied there is denied elsewhere too, as far as roles go; what a policy denies in single regions only shows in
the scan. Calls about single resources need a resource, and are not tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dpa_guard.model import Coverage, Gap, Note
from dpa_guard_aws.calls import Access, Account, Call
from dpa_guard_aws.cells import Cells, outcome_of
from dpa_guard_aws.dispatch import Dispatcher
from dpa_guard_aws.expressions import filled
from dpa_guard_aws.filling import service_of
from dpa_guard_aws.homes import home_of
from dpa_guard_aws.partitions import Partition
from dpa_guard_aws.regions import Regions
from dpa_guard_aws.requests import table_of

__all__ = ["rehearsal"]


def rehearsal(
    scope: str,
    access: Access,
    partition: Partition,
    accounts: Sequence[Account],
    regions: Mapping[str, Regions],
    dispatcher: Dispatcher,
) -> Iterator[Coverage | Gap | Note]:
    """Yield what each account would deny, and a note with what a scan will ask."""
    table = table_of(access.table)
    roots = [number for _, numbers in table.roots() for number in numbers]
    cells = Cells(scope, "")
    calls = [_call(number, account, access, regions[account.id]) for number in roots for account in accounts]
    for call, answer in dispatcher.run(calls):
        row = table.rows[call.row]
        region = partition.global_code if row.scope == "global" else call.region
        cells.record(call.account.id, region, service_of(row), outcome_of(answer, row))
    yield from cells.coverage()
    yield from cells.gaps()
    regional = sum(table.rows[number].scope == "regional" for number in roots)
    on = sum(len(regions[account.id].on) for account in accounts)
    told = {
        "accounts": str(len(accounts)),
        "regions": str(on),
        "tried": str(len(calls)),
        "lists": str(regional * on + (len(roots) - regional) * len(accounts)),
        "untried": str(len(table.rows) - len(roots)),
    }
    yield Note("aws-rehearsed", scope, told)


def _call(number: int, account: Account, access: Access, regions: Regions) -> Call:
    row = table_of(access.table).rows[number]
    here = access.region if access.region in regions.on or not regions.on else regions.on[0]
    region = {"global": home_of(row.service, access.partition), "account-once": access.region}.get(row.scope, here)
    given = {"account": account.id, "region": region, "partition": access.partition}
    return Call(number, account, region, filled(row.params, None, given))
