"""The parts of AWS that have accounts, credentials and addresses of their own: a row of ``partitions.csv`` each."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from msgspec import Struct

from dpa_guard.gazetteer.places import find

__all__ = ["Partition", "partition_named", "partition_of_region", "partitions"]


class Partition(Struct, frozen=True):
    """One row of ``partitions.csv``."""

    name: str
    """As it stands in an ARN and in ``cloud:<name>``."""
    home_region: str
    """Where to ask what has no region of its own (identity, the list of regions), unless the scope names another."""
    global_code: str
    """What the coverage calls the place of services that have no region."""


@cache
def partitions() -> dict[str, Partition]:
    """Return every partition this version knows, by name."""
    text = files("dpa_guard_aws").joinpath("partitions.csv").read_text(encoding="utf-8")
    return {
        row["partition"]: Partition(row["partition"], row["home_region"], row["global_code"])
        for row in csv.DictReader(text.splitlines())
    }


def partition_named(name: str) -> Partition | None:
    """Return a partition by its name, None where this version does not know it."""
    return partitions().get(name)


def partition_of_region(region: str) -> Partition | None:
    """Return the partition a region belongs to by the gazetteer, None where no row says so."""
    place = find("aws", region)
    return partitions().get(place.partition) if place is not None else None
