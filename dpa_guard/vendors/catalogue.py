"""Identifier → vendor name: a suggestion of who a third party is, never its identity.

``data/vendors.csv`` (identifier, vendor, source, licence, confidence) is sorted by identifier. The identifier that
counts is the one the agreement's register names; a hit here only gives an unregistered party a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from msgspec import Struct

from dpa_guard.gazetteer.table import Table


class Vendor(Struct, frozen=True):
    """A name the catalogue has for an identifier."""

    name: str
    source: str
    confidence: str
    """``high`` or ``medium``; rows of low confidence are not shipped."""


@cache
def vendor_of(identifier: str) -> Vendor | None:
    """Return the vendor behind ``kind:value``, or None where the catalogue knows none.

    A ``host:`` also finds the vendor of a domain above it, at a label boundary; everything else is matched whole.
    """
    for candidate in widening(identifier.lower()):
        for row in _catalogue().rows(candidate):
            return Vendor(row["vendor"], row["source"], row["confidence"])
    return None


def widening(identifier: str) -> Iterator[str]:
    """Yield the identifier and, for a ``host:``, each domain above it, the most specific first.

    ``host:a.example.com`` gives itself, ``host:example.com``, ``host:com``; ``notexample.com`` never meets
    ``example.com``.
    """
    yield identifier
    kind, _, value = identifier.partition(":")
    if kind == "host":
        while "." in value:
            value = value.partition(".")[2]
            yield f"host:{value}"


@cache
def _catalogue() -> Table:
    return Table(files("dpa_guard.vendors").joinpath("data", "vendors.csv").read_text(encoding="utf-8"))
