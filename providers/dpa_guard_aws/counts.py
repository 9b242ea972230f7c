"""A second source of numbers: how many resources AWS Config has recorded, held against how many were found.

Config counts what its recorder saw, account by account and region by region, without copies and without what it does
not record; so a number that is larger than ours is said, and a smaller one means nothing.
https://docs.aws.amazon.com/config/latest/APIReference/API_GetDiscoveredResourceCounts.html
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from dpa_guard.model import Note
from dpa_guard_aws.asking import Asker
from dpa_guard_aws.calls import Account
from dpa_guard_aws.estate import Estate
from dpa_guard_aws.regions import Regions

__all__ = ["Counts"]


class Counts:
    """What Config has counted in each account."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._counted: dict[str, Counter[str]] = {}
        """Account → type of Config → number."""

    def ask(self, accounts: Iterable[Account], regions: Mapping[str, Regions]) -> None:
        """Ask every region that is on; where Config is not used or may not be asked there is no second source."""
        asked = self._asker.ask(
            "config.GetDiscoveredResourceCounts",
            [
                (f"{account.id} {region}", account, region, {})
                for account in accounts
                for region in regions[account.id].on
            ],
        )
        for key, (items, answer) in asked.items():
            if answer.status == "looked" and items:
                counted = self._counted.setdefault(key.split()[0], Counter())
                for kind, number in items:
                    counted[str(kind)] += int(number or 0)

    def compare(self, estate: Estate) -> Iterator[Note]:
        """Yield a note for each account that has numbers, and one for each kind that Config has more of."""
        found = Counter((one.account, one.kind) for _, one in estate.ids())
        for account, counted in sorted(self._counted.items()):
            theirs: Counter[str] = Counter()
            for type_, number in counted.items():
                if type_ in _kinds():
                    theirs[_kinds()[type_]] += number
            more = {kind: number for kind, number in theirs.items() if number > found[account, kind]}
            told = {"types": str(len(counted)), "compared": str(len(theirs)), "more": str(len(more))}
            yield Note("aws-config-counts", account, told)
            for kind, number in sorted(more.items()):
                told = {"account": account, "theirs": str(number), "ours": str(found[account, kind])}
                yield Note("aws-config-counts-more", kind, told)


@cache
def _kinds() -> Mapping[str, str]:
    text = files("dpa_guard_aws").joinpath("config-types.csv").read_text(encoding="utf-8")
    return {row["type"]: row["kind"] for row in csv.DictReader(text.splitlines())}
