"""The shipped table of AWS against what the installed SDK knows: two sources that should agree on which regions exist.

botocore ships its partitions as JSON; they are read as a file, the SDK is not imported. The SDKs of Azure and Google
ship no table of regions: their places can be compared with a live answer only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from dpa_guard.gazetteer.places import all_places, find

__all__ = ["Compared", "compare_aws"]


class Compared(Struct, frozen=True):
    """What the comparison with one SDK came to."""

    sdk: str
    """Name and version; "" where it is not installed."""
    regions: int = 0
    missing: tuple[str, ...] = ()
    """Regions that the SDK has and the table has not: their verdict is unknown."""
    elsewhere: tuple[str, ...] = ()
    """Regions that lie in another partition than the table says, as ``code (sdk, table)``."""
    not_there: tuple[str, ...] = ()
    """Regions of the table that the SDK does not have: retired, announced, or newer than the SDK."""


def compare_aws() -> Compared:
    """Compare the regions of AWS with those of the installed botocore; never raises for what is not installed."""
    spec = find_spec("botocore")
    if spec is None or not spec.submodule_search_locations:
        return Compared("")
    folder = Path(next(iter(spec.submodule_search_locations)))
    known = dict(_regions(folder / "data" / "partitions.json")) | dict(_regions(folder / "data" / "endpoints.json"))
    missing = sorted(code for code in known if find("aws", code) is None)
    elsewhere = sorted(
        f"{code} ({partition}, {place.partition})"
        for code, partition in known.items()
        if (place := find("aws", code)) is not None and place.partition != partition
    )
    ours = {place.code for place in all_places("aws") if place.kind == "region" and not place.service}
    return Compared(
        f"botocore {_version(folder)}", len(known), tuple(missing), tuple(elsewhere), tuple(sorted(ours - set(known)))
    )


def _regions(file: Path) -> Iterator[tuple[str, str]]:
    """Yield (region, partition); the regions that only stand for a whole partition are left out."""
    if not file.is_file():
        return
    for partition in json.loads(file.read_text(encoding="utf-8")).get("partitions", []):
        name = partition.get("id") or partition.get("partition", "")
        for code in partition.get("regions", {}):
            if not code.endswith("-global"):
                yield code, name


def _version(folder: Path) -> str:
    for info in folder.parent.glob("botocore-*.dist-info"):
        return info.name.removeprefix("botocore-").removesuffix(".dist-info")
    return "of an unknown version"
