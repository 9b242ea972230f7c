"""Where a service without regions is asked: a row of ``data/home-regions.csv``, else the partition's own region."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from dpa_guard_aws.partitions import partition_named

__all__ = ["home_of"]


def home_of(service: str, partition: str) -> str:
    """Return the region in which calls of scope ``global`` of a service are made in a partition."""
    listed = _homes().get((service, partition))
    known = partition_named(partition)
    return listed or (known.home_region if known else "")


@cache
def _homes() -> dict[tuple[str, str], str]:
    text = files("dpa_guard_aws").joinpath("data", "home-regions.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {(row["service"], row["partition"]): row["region"] for row in rows}
