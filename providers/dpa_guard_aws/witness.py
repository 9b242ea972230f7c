"""A second source: what AWS's own indexes list, held against what was found.

The tagging API lists what is or was tagged, region by region; Resource Explorer lists more, where the account has an
index over all its regions. Neither knows the copies of a thing, so neither takes the place of the table of calls.

- listed there, found here: counted.
- listed there, of a type whose list was looked at here: the list of its own service counts; said in a note, because
  what is deleted stays in an index for a while.
- listed there, of a type that no row asks for: a resource, in its own region; its copies are unknown
  (``not-in-table``), unless ``harmless-types.csv`` says that the type keeps nothing.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from dpa_guard.model import Location, Note, Resource
from dpa_guard_aws.asking import Asker
from dpa_guard_aws.calls import Access, Account
from dpa_guard_aws.estate import Estate
from dpa_guard_aws.forms import Placer
from dpa_guard_aws.regions import Regions
from dpa_guard_aws.table import Table

__all__ = ["Witness"]

NOT_IN_TABLE = "not-in-table"
_TAGGING = "tagging GetResources"
_EXPLORER = "resource-explorer-2 ListResources"


class Witness:
    """What the second sources list, account by account."""

    def __init__(self, asker: Asker, access: Access) -> None:
        self._asker = asker
        self._access = access
        self._listed: dict[tuple[str, str], set[str]] = {}
        """(account, source) → ids."""

    def ask(self, accounts: Iterable[Account], regions: dict[str, Regions]) -> None:
        """Ask both sources; one that cannot be read is no second source, and no gap."""
        of_id = {account.id: account for account in accounts}
        tagged = self._asker.ask(
            "resourcegroupstaggingapi.GetResources",
            [
                (f"{account.id} {region}", account, region, {})
                for region in sorted({one for found in regions.values() for one in found.on})
                for account in of_id.values()
                if region in regions[account.id].on
            ],
        )
        for key, (items, answer) in tagged.items():
            if answer.status == "looked" and items:
                self._listed.setdefault((key.split()[0], _TAGGING), set()).update(map(str, items))
        indexes = self._asker.ask(
            "resource-explorer-2.ListIndexes",
            [(account.id, account, self._access.region, {}) for account in of_id.values()],
        )
        over_all = {number: str(items[0][0]) for number, (items, _) in indexes.items() if items}
        explored = self._asker.ask(
            "resource-explorer-2.ListResources",
            [(number, of_id[number], region, {}) for number, region in over_all.items()],
        )
        for number, (items, answer) in explored.items():
            if answer.status == "looked" and items:
                self._listed[(number, _EXPLORER)] = set(map(str, items))

    def compare(
        self, estate: Estate, table: Table, placer: Placer, partition: str, source: str
    ) -> Iterator[Resource | Note]:
        """Yield a note for each account and source, and a resource for each thing that no row asks for."""
        known = _types_of_table(table) | {kind for one, _ in estate.ids() if (kind := _type_of(one))}
        said: set[str] = set()
        for (account, where), listed in sorted(self._listed.items()):
            missed = sorted(one for one in listed if one not in estate)
            beside = [one for one in missed if _type_of(one) not in known and _harmless(_type_of(one)) is None]
            stale = sum(_type_of(one) in known for one in missed)
            yield Note(
                "aws-second-source",
                account,
                {
                    "source": where,
                    "listed": str(len(listed)),
                    "missed": str(stale),
                    "harmless": str(len(missed) - stale - len(beside)),
                    "beside": str(len(beside)),
                },
            )
            for kind, number in sorted(Counter(_type_of(one) for one in beside).items()):
                yield Note(NOT_IN_TABLE, kind, {"account": account, "count": str(number), "source": where})
            for one in beside:
                if one not in said:
                    said.add(one)
                    yield _resource(one, account, placer, partition, source, where)


def _resource(arn: str, account: str, placer: Placer, partition: str, source: str, where: str) -> Resource:
    parts = arn.split(":", 5)
    region = parts[3] if len(parts) == 6 else ""
    own = placer.at("primary", region, "", where) if region else (placer.unknown("primary", NOT_IN_TABLE, where),)
    copies: tuple[Location, ...] = (placer.unknown("replica", NOT_IN_TABLE, where),)
    service = parts[2] if len(parts) == 6 else ""
    return Resource(
        arn, _type_of(arn), service, "", "aws", partition, account, source, (*own, *copies), told_by=(where,)
    )


def _type_of(arn: str) -> str:
    """Return ``service:type`` of an ARN, ``service:`` where its resource has no type; "" where it is no ARN."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return ""
    resource = parts[5].lstrip("/")
    for mark in ("/", ":"):
        if mark in resource:
            kind = resource.replace(":", "/").partition("/")[0]
            return f"{parts[2]}:{kind}"
    return f"{parts[2]}:"


def _types_of_table(table: Table) -> set[str]:
    return {kind for row in table.rows if row.arn and (kind := _type_of(row.arn))}


def _harmless(kind: str) -> str | None:
    """Return why a type keeps nothing, None where no row of ``harmless-types.csv`` says so."""
    service = kind.partition(":")[0]
    return _harmless_types().get(kind) or _harmless_types().get(f"{service}:*")


@cache
def _harmless_types() -> dict[str, str]:
    text = files("dpa_guard_aws").joinpath("harmless-types.csv").read_text(encoding="utf-8")
    return {row["type"]: row["reason"] for row in csv.DictReader(text.splitlines())}
