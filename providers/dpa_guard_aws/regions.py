"""Which regions each account has switched on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from dpa_guard.gazetteer.places import all_places
from dpa_guard_aws.asking import Asker
from dpa_guard_aws.calls import Access, Account, Answer

__all__ = ["Regions", "regions_of"]

_OFF = frozenset({"DISABLED", "not-opted-in"})
"""What account ListRegions and ec2 DescribeRegions call a region that is off; one that is being switched is not."""
BY_TABLE = "sts GetCallerIdentity"
"""The source where no list could be read: every region the gazetteer knows is tried."""


class Regions(Struct, frozen=True):
    """The regions of one account."""

    on: tuple[str, ...]
    off: tuple[str, ...] = ()
    source: str = ""
    answer: Answer = Answer()
    """Why the list could not be read, where ``source`` is ``BY_TABLE``; ``entered`` tells whether anything can."""


def regions_of(accounts: Iterable[Account], asker: Asker, access: Access) -> dict[str, Regions]:
    """Return the regions of each account, by its id.

    ``account:ListRegions`` is asked first, ``ec2:DescribeRegions`` where it tells nothing, and where neither does,
    every region of the partition in the gazetteer is tried: one that refuses credentials that hold elsewhere is off.
    """
    of_id = {account.id: account for account in accounts}
    found: dict[str, Regions] = {}
    answers: dict[str, Answer] = {}
    for name, source in (
        ("account.ListRegions", "account ListRegions"),
        ("ec2.DescribeRegions", "ec2 DescribeRegions"),
    ):
        missing = [one for one in of_id.values() if one.id not in found]
        asked = asker.ask(name, [(one.id, one, access.region, {}) for one in missing])
        for number, (items, answer) in asked.items():
            answers.setdefault(number, answer)
            if answer.status == "looked" and items:
                found[number] = _listed(items, source)
            elif not answer.entered:
                found[number] = Regions((), (), source, answer)
    unlisted = [account for account in of_id.values() if account.id not in found]
    return found | _tried(unlisted, answers, asker, access)


def _tried(accounts: list[Account], answers: Mapping[str, Answer], asker: Asker, access: Access) -> dict[str, Regions]:
    """Return the regions of accounts that no list tells: whatever region accepts their credentials is on."""
    known = [
        place.code
        for place in all_places("aws")
        if place.kind == "region" and not place.service and place.partition == access.partition
    ]
    asked = asker.ask(
        "sts.GetCallerIdentity",
        [(f"{account.id} {region}", account, region, {}) for account in accounts for region in known],
    )
    found = {}
    for account in accounts:
        off = tuple(region for region in known if asked[f"{account.id} {region}"][1].refused)
        on = tuple(region for region in known if region not in off)
        found[account.id] = Regions(on, off, BY_TABLE, answers[account.id])
    return found


def _listed(items: Iterable[Sequence[object]], source: str) -> Regions:
    states = {str(item[0]): str(item[1]) for item in items}
    on = tuple(sorted(region for region, state in states.items() if state not in _OFF))
    return Regions(on, tuple(sorted(set(states) - set(on))), source)
