"""Making locations out of codes, ARNs and the documented meaning of what is left out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from dpa_guard.gazetteer.locate import locate
from dpa_guard.gazetteer.places import find
from dpa_guard.model import Basis, Location, Role

SENSITIVE = "(sensitive)"
_LONGEST = 128


@lru_cache(maxsize=4096)
def at(cloud: str, code: str, role: Role, basis: Basis, read_from: str, service: str = "") -> Location:
    """Return the location a code means in a cloud; unknown where no table row says so."""
    if len(code) > _LONGEST:
        return unknown(role, "code-not-known", read_from)
    found = locate(cloud, code, role=role, basis=basis, read_from=read_from, service=service)
    if found.extent == "unknown" and not code_like(code):
        return Location(
            role, None, (), "unknown", basis, read_from, found.why
        )  # it may be anything, so it is not shown
    return found


@lru_cache(maxsize=4096)
def unknown(role: Role, why: str, read_from: str = "", code: str | None = None) -> Location:
    """Return a location of which only the reason is known why it is not."""
    return Location(role, code, (), "unknown", "declared", read_from, why)


def of_value(
    cloud: str, value: Any, role: Role, read_from: str, service: str = "", *, sensitive: bool = False
) -> Location:
    """Return the location of an attribute's value; a value that is no text is unknown, never guessed at."""
    if not isinstance(value, str):
        return unknown(role, "attribute-of-wrong-type", read_from)
    found = at(cloud, value, role, "declared", read_from, service)
    if found.extent == "unknown" and (sensitive or not code_like(value)):
        return Location(role, None, (), "unknown", "declared", read_from, found.why or "code-not-known")
    return hide(found) if sensitive else found


def hide(found: Location) -> Location:
    """Keep the country, drop the spelling: the input marks it as sensitive."""
    return Location(found.role, SENSITIVE, found.countries, found.extent, found.basis, found.read_from, found.why)


def code_like(value: str) -> bool:
    """Does it look like a place's code, so that showing it reveals nothing else?"""
    plain = len(value) <= 40 and value.isascii() and all(mark.isalnum() or mark in "-_ ().:" for mark in value)
    return plain and (len(value) <= 8 or any(mark.islower() for mark in value))  # keys of AWS are 20 capitals


_ACCOUNTS = {
    "aws": re.compile(r"[0-9]{12}"),
    "azure": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "gcp": re.compile(r"([a-z0-9.-]{1,64}:)?[a-z][a-z0-9-]{1,62}|[0-9]{1,20}"),
}


def account_like(cloud: str, value: str) -> str:
    """Return an account, subscription or project where the value is spelled as one; "" for anything else."""
    return value if cloud in _ACCOUNTS and _ACCOUNTS[cloud].fullmatch(value) else ""


def parse_arn(value: Any) -> tuple[str, str, str, str] | None:
    """Return (partition, service, region, account) of an ARN; None where it is none.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    if not isinstance(value, str) or not value.startswith("arn:"):
        return None
    parts = value.split(":", 5)
    if len(parts) < 6:
        return None
    return parts[1], parts[2], parts[3], parts[4]


def same_place(one: Location, other: Location) -> bool:
    """Do both say the same of where data are?"""
    return one.extent == other.extent and one.countries == other.countries and one.extent != "unknown"


def zone_belongs_to(zone: str, region: str) -> bool:
    """Is the zone spelled as one of the region: the region and a letter, the region, a dash and more, or by its id?"""
    rest = zone.removeprefix(region)
    if zone == rest:
        return zone.startswith(f"{_in_zone_ids(region)}-")
    return rest.startswith("-") or (len(rest) == 1 and rest.isalpha())


def _in_zone_ids(region: str) -> str:
    """Return how AWS shortens a region in its zone ids: ``eu-west-3`` is ``euw3``, ``ap-southeast-2`` is ``apse2``."""
    area, *words = region.split("-")
    short = "".join(_DIRECTIONS.get(word, word[:1] if word == "gov" else word) for word in words)
    return area + short


_DIRECTIONS = {"north": "n", "south": "s", "east": "e", "west": "w", "central": "c"} | {
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
}


def region_of_zone(cloud: str, zone: str) -> str | None:
    """Return the region a plain zone belongs to (``eu-west-1a``, ``europe-west4-b``); None where it is no such zone."""
    head, _, tail = zone.rpartition("-")
    if cloud == "gcp":
        return head if len(tail) == 1 and find(cloud, head) is not None else None
    return zone[:-1] if zone[-1:].isalpha() and find(cloud, zone[:-1]) is not None else None
