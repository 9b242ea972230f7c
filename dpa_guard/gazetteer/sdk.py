"""Do the shipped tables of places agree with what the installed SDKs themselves carry?

Only the AWS SDK carries such data: ``partitions.json`` and ``endpoints.json`` of botocore list every region with its
partition and its English name, and the model of S3 lists the location constraints. No SDK tells a country, so a
country is compared by that name only. The SDKs of Azure and Google carry no list of places.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from msgspec import Struct

from dpa_guard.gazetteer.places import all_places, find

__all__ = ["CARRY_NONE", "Compared", "Difference", "compare_with_botocore"]

CARRY_NONE = ("azure", "gcp")
"""Clouds whose SDKs carry no list of places."""


class Difference(Struct, frozen=True):
    """One code of which the SDK and the table do not say the same."""

    cloud: str
    code: str
    what: str
    """``no-row``, ``partition``, ``name`` or ``not-in-sdk``."""
    ours: str
    theirs: str

    @property
    def decides(self) -> bool:
        """Can it turn a verdict? A row the SDK does not have may be newer, or older, than the SDK."""
        return self.what != "not-in-sdk"


class Compared(Struct, frozen=True):
    """What was compared with which version of an SDK."""

    sdk: str
    codes: int
    differences: tuple[Difference, ...]


def compare_with_botocore() -> Compared | None:
    """Return how the rows of AWS compare with the installed botocore; None where it is not installed."""
    try:
        botocore = import_module("botocore")
        loader = import_module("botocore.loaders").Loader()
    except ImportError:
        return None
    regions = _regions(loader.load_data("partitions"), loader.load_data("endpoints"))
    constraints = loader.load_service_model("s3", "service-2")["shapes"]["BucketLocationConstraint"]["enum"]
    differences = [*_of_regions(regions), *_of_constraints(constraints), *_ours_only(regions)]
    return Compared(f"botocore {botocore.__version__}", len(regions) + len(constraints), tuple(differences))


def _regions(partitions: Any, endpoints: Any) -> dict[str, tuple[str, str]]:
    """Region → (partition, English name) of both files; newer regions may be in one of them only."""
    found: dict[str, tuple[str, str]] = {}
    for listed, name_of in ((partitions, "id"), (endpoints, "partition")):
        for partition in listed["partitions"]:
            for region, told in partition["regions"].items():
                found[region] = (partition[name_of], told.get("description", found.get(region, ("", ""))[1]))
    return found


def _of_regions(regions: dict[str, tuple[str, str]]) -> Iterator[Difference]:
    for region, (partition, name) in sorted(regions.items()):
        place = find("aws", region)
        if place is None:
            yield Difference("aws", region, "no-row", "", name or partition)
            continue
        if place.partition != partition:
            yield Difference("aws", region, "partition", place.partition, partition)
        named = find("aws", name)
        same = name in {"", place.name} or (named is not None and named.code == place.code)
        if not same:
            yield Difference("aws", region, "name", place.name, name)


def _of_constraints(constraints: list[str]) -> Iterator[Difference]:
    for code in sorted(constraints):
        if find("aws", code, "s3") is None:
            yield Difference("aws", code, "no-row", "", "BucketLocationConstraint of s3")


def _ours_only(regions: dict[str, tuple[str, str]]) -> Iterator[Difference]:
    for place in all_places("aws"):
        if place.kind == "region" and not place.service and place.code not in regions:
            yield Difference("aws", place.code, "not-in-sdk", place.name, "")
