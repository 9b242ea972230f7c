"""Which countries a cloud's location code stands for, read from tables that name a source in every row.

Lookup is exact. ``eu-`` and ``europe-`` are spellings, not the European Union; a code without a row is unknown.
The only codes made from others are plain zones (a region's code and one letter), AWS zone ids (``euc1-az1``) and
Spanner's ``regional-<region>``; a zone with a row of its own (Istanbul under Frankfurt) is that row.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from dpa_guard.gazetteer.table import table
from dpa_guard.model import Extent

__all__ = ["CLOUDS", "Place", "all_places", "find", "find_all"]

CLOUDS = ("aws", "azure", "gcp")
_LONGEST_CODE = 128
_AWS_ZONE = re.compile(r"(.+\d)[a-z]")
_AWS_ZONE_ID = re.compile(r"([a-z]+\d-az)\d")
_GCP_ZONE = re.compile(r"(.+\d)-[a-z]")
_SPANNER_REGIONAL = "regional-"


class Place(Struct, frozen=True):
    """One row of a table of places."""

    cloud: str
    service: str
    """The API name of the service the code belongs to; "" for the cloud's own regions and zones."""
    code: str
    """The lookup key: as it is for AWS, lower case for Google, lower case without blanks for Azure."""
    kind: str
    """``region``, ``zone``, ``local-zone``, ``wavelength-zone``, ``edge-zone``, ``zone-id``, ``multi-region``,
    ``dual-region``, ``global`` or ``edge``."""
    countries: tuple[str, ...]
    """ISO 3166-1 alpha-2, sorted; empty unless ``extent`` is ``exact``."""
    extent: Extent
    partition: str
    """``aws``, ``aws-eusc``, ``azure``, ``azure-china``, ``gcp`` ...: a partition is a cloud of its own."""
    name: str
    source: str
    read_on: str
    """When the source was read, ISO 8601."""
    note: str


def find(cloud: str, code: str, service: str = "") -> Place | None:
    """Return the place a code stands for, or None where no row says so.

    With a service, its own row comes first, then the cloud's plain one. A code that only a service knows
    (``EUR7`` of Cloud Storage) is not found without that service. Never raises on any text.
    """
    key = _key(cloud, code)
    return None if key is None else _find(cloud, key, service)


def find_all(cloud: str, code: str) -> list[Place]:
    """Return every place a code stands for, whichever the service; empty where no row says so."""
    key = _key(cloud, code)
    return [] if key is None else list(_candidates(cloud, key))


def all_places(cloud: str) -> list[Place]:
    """Return every row of a cloud, sorted by code and service; ``#`` in a zone id stands for one digit."""
    return [_place(cloud, row) for row in table(f"places-{cloud}").all_rows()]


def _key(cloud: str, code: str) -> str | None:
    """Spell a code as the table does; None for what cannot be a code."""
    if cloud not in CLOUDS or len(code) > _LONGEST_CODE or "#" in code or not (code.isascii() and code.isprintable()):
        return None
    if cloud == "aws":
        return code
    return code.lower().replace(" ", "") if cloud == "azure" else code.lower()


@lru_cache(maxsize=4096)
def _find(cloud: str, key: str, service: str) -> Place | None:
    places = {place.service: place for place in _candidates(cloud, key)}
    return places.get(service) or places.get("")


@lru_cache(maxsize=1024)
def _candidates(cloud: str, key: str) -> tuple[Place, ...]:
    return _rows(cloud, key) or _made_of_a_row(cloud, key) or _aliased(cloud, key)


def _rows(cloud: str, key: str) -> tuple[Place, ...]:
    return tuple(_place(cloud, row) for row in table(f"places-{cloud}").rows(key))


def _made_of_a_row(cloud: str, key: str) -> tuple[Place, ...]:
    """A zone or Spanner configuration that has no row and follows from the row of its region."""
    if cloud == "aws" and (zone_id := _AWS_ZONE_ID.fullmatch(key)):
        return tuple(replace(place, code=key) for place in _rows(cloud, f"{zone_id[1]}#"))
    if cloud == "gcp" and key.startswith(_SPANNER_REGIONAL):
        region = _region(cloud, key.removeprefix(_SPANNER_REGIONAL))
        return (replace(region, code=key, service="spanner"),) if region else ()
    pattern = {"aws": _AWS_ZONE, "gcp": _GCP_ZONE}.get(cloud)
    zone = pattern.fullmatch(key) if pattern else None
    region = _region(cloud, zone[1]) if zone else None
    return (replace(region, code=key, kind="zone"),) if region else ()


def _region(cloud: str, key: str) -> Place | None:
    return next((place for place in _rows(cloud, key) if place.kind == "region" and not place.service), None)


def _aliased(cloud: str, key: str) -> tuple[Place, ...]:
    """What other spellings (long and display names) stand for; one with a service is that service's only."""
    for alias in table("aliases").rows(key):
        if alias["cloud"] == cloud:
            places = _rows(cloud, alias["code"])
            if not (service := alias["service"]):
                return places
            return tuple(replace(place, service=service) for place in places if not place.service)
    return ()


def _place(cloud: str, row: dict[str, str]) -> Place:
    countries = tuple(row["countries"].split(";")) if row["countries"] else ()
    return Place(
        cloud=cloud,
        service=row["service"],
        code=row["code"],
        kind=row["kind"],
        countries=countries,
        extent=row["extent"],  # type: ignore[arg-type]  # a test holds the column to the five words
        partition=row["partition"],
        name=row["name"],
        source=row["source"],
        read_on=row["read_on"],
        note=row["note"],
    )
