"""At which of its sites a vendor is used, where a provider's argument tells it: host names and site names only.

``data/provider-sites.csv``: ``source,argument,form,value,countries,extent,page,read_on``; the README beside it has the
rules for a row. ``form`` says how ``value`` is compared with the argument:

    exact     the argument is a URL or host; its host is ``value``
    host      the same, or a host below ``value`` (``acme.eu.auth0.com`` below ``eu.auth0.com``); the longest wins
    name      the argument is a site name, compared without case
    absent    no argument is written: the documented default; unknown where the environment may decide instead
    always    the vendor works from everywhere, whatever is written
    same-as   an older name of the provider; ``value`` is the source whose rows count

An argument that matches no row is unknown, and so are two that tell different places. A user, token, path or query in
a URL is never looked at, and the code of a place is the row's value: nothing of the argument is ever shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from dpa_guard.gazetteer.table import Table
from dpa_guard.model import Extent, Location
from dpa_guard_terraform.expressions import Reading
from dpa_guard_terraform.hosts import host_of

__all__ = ["arguments_of", "site_of", "site_rows"]


@cache
def _sites() -> Table:
    text = files("dpa_guard_terraform").joinpath("data", "provider-sites.csv").read_text(encoding="utf-8")
    return Table(text)


@cache
def site_rows(source: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a vendor's provider (``namespace/type``, older names too); empty if there are none."""
    rows = _sites().rows(source.lower())
    return tuple(_sites().rows(rows[0]["value"]) if rows and rows[0]["form"] == "same-as" else rows)


def arguments_of(source: str) -> tuple[str, ...]:
    """Return the provider arguments that tell a vendor's site; not empty where there is anything to ask ``site_of``."""
    return tuple(dict.fromkeys(row["argument"] for row in site_rows(source)))


def site_of(source: str, reading: Mapping[str, Reading]) -> Location | None:
    """Return a vendor's site by what its provider configuration says; None where no row knows the vendor.

    ``reading`` holds the arguments of ``arguments_of``, as far as they are written in the configuration.
    """
    rows = site_rows(source)
    told = [_told(rows, argument, reading[argument]) for argument in arguments_of(source) if argument in reading]
    unknown = next((site for site in told if site.extent == "unknown"), None)
    if unknown is not None:
        return unknown
    if len({(site.countries, site.extent) for site in told}) > 1:
        return _unknown(", ".join(site.read_from for site in told), "sites-differ")
    if told:
        return min(told, key=lambda site: site.basis)  # declared before inferred
    default = next((row for row in rows if row["form"] in ("always", "absent")), None)
    return _default(default) if default is not None else None


def _told(rows: tuple[dict[str, str], ...], argument: str, found: Reading) -> Location:
    """Return the site that one written argument tells."""
    if found.why or not isinstance(found.value, str):
        return _unknown(argument, found.why or "attribute-of-wrong-type")
    text = found.value.strip().lower()
    hits = [row for row in rows if row["argument"] == argument and _matches(row, text)]
    if not hits:
        return _unknown(argument, "site-not-in-table")
    row = max(hits, key=lambda hit: len(hit["value"]))
    if row["extent"] == "unknown":
        return _unknown(argument, "site-countries-not-published")
    return _place(row, row["value"], argument, inferred=found.inferred)


def _matches(row: dict[str, str], text: str) -> bool:
    if row["form"] == "name":
        return text == row["value"]
    if row["form"] not in ("exact", "host"):
        return False
    host = host_of(text)
    return host == row["value"] or (row["form"] == "host" and host.endswith("." + row["value"]))


def _default(row: dict[str, str]) -> Location:
    if row["form"] == "always":
        return _place(row, None, "provider", inferred=False)
    if row["extent"] == "unknown":
        return _unknown(row["argument"], "site-not-written")
    return _place(row, None, f"{row['argument']} (default)", inferred=False)


def _place(row: dict[str, Any], code: str | None, read_from: str, *, inferred: bool) -> Location:
    extent: Extent = row["extent"]
    countries = tuple(row["countries"].split(";")) if extent == "exact" else ()
    return Location("processing", code, countries, extent, "inferred" if inferred else "declared", read_from)


def _unknown(argument: str, why: str) -> Location:
    return Location("processing", None, (), "unknown", "declared", argument, why)
