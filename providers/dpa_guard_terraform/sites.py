"""At which of its sites a vendor is used, where a provider's argument tells it: host names and site names only.

``data/provider-sites.csv``: ``source,argument,form,value,countries,extent,page,read_on``. ``form`` is ``host`` (the
argument is a URL or host; ``value`` matches it or a domain above it at a label boundary) or ``name`` (compared without
case). The value ``*absent*`` is the vendor's documented default. An argument that matches no row is unknown: a user,
token, path or query in it is never looked at or shown.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from dpa_guard.gazetteer.table import Table
from dpa_guard.model import Extent, Location
from dpa_guard_terraform.contexts import host_of
from dpa_guard_terraform.expressions import Reading

ABSENT = "*absent*"


@cache
def _sites() -> Table:
    text = files("dpa_guard_terraform").joinpath("data", "provider-sites.csv").read_text(encoding="utf-8")
    return Table(text)


def site_of(source: str, reading: dict[str, Reading]) -> Location | None:
    """Return a vendor's site by what its provider configuration says; None where no row knows the vendor.

    ``reading`` holds the arguments that the rows name, as far as they are written in the configuration.
    """
    rows = _sites().rows(source)
    if not rows:
        return None
    for argument in dict.fromkeys(row["argument"] for row in rows):
        found = reading.get(argument)
        mine = [row for row in rows if row["argument"] == argument]
        if found is None:
            continue
        if found.why or not isinstance(found.value, str):
            return _unknown(argument, found.why or "attribute-of-wrong-type")
        hit = next((row for row in mine if _matches(row, found.value)), None)
        if hit is None:
            return _unknown(argument, "site-not-known")
        return _known(hit, argument, inferred=found.inferred)
    default = next((row for row in rows if row["value"] == ABSENT), None)
    return _known(default, f"{default['argument']} (default)", inferred=False) if default else None


def arguments_of(source: str) -> tuple[str, ...]:
    """Return the provider arguments that tell a vendor's site."""
    return tuple(dict.fromkeys(row["argument"] for row in _sites().rows(source)))


def _matches(row: dict[str, str], value: str) -> bool:
    if row["value"] == ABSENT:
        return False
    if row["form"] == "name":
        return value.strip().lower() == row["value"]
    host = host_of(value)
    return host == row["value"] or host.endswith("." + row["value"])


def _known(row: dict[str, Any], read_from: str, *, inferred: bool) -> Location:
    extent: Extent = row["extent"]
    countries = tuple(row["countries"].split(";")) if row["countries"] and extent == "exact" else ()
    code = row["value"] if row["value"] != ABSENT else None
    return Location("processing", code, countries, extent, "inferred" if inferred else "declared", read_from)


def _unknown(argument: str, why: str) -> Location:
    return Location("processing", None, (), "unknown", "declared", argument, why)
