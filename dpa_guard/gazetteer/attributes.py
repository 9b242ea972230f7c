"""Which attributes of a resource type place its data, copy it elsewhere, or only look as if they did.

A row of ``data/attributes.csv`` names a path in a plan's JSON, the role of the place found there, how its value is
read (``form``) and what leaving it out means (``absent``). ``data/README-kinds.md`` explains every word.
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from dpa_guard.gazetteer.table import table

__all__ = ["NO_ATTRIBUTE", "Attribute", "attributes_of", "location_like_paths"]

NO_ATTRIBUTE = "-"
"""The path of a row that no attribute of the plan tells: what ``absent`` says holds for every object of the kind."""

_REPLACES = "replaces:"


class Attribute(Struct, frozen=True, gc=False):
    """One row of ``data/attributes.csv``."""

    kind: str
    path: tuple[str, ...]
    """Steps from the top of the values; one that ends in ``[]`` is a list or a block, each of its items counts."""
    role: str
    """A role of ``dpa_guard.model.Role``, or ``none``: looks like a place of the data and is not."""
    form: str
    absent: str
    live: str
    """Where a live answer holds the same fact: service, operation and field; "" where nobody looked it up."""
    note: str
    replaces: str
    """The top-level attribute that this one, where it is set, speaks for; "" for none."""


@cache
def attributes_of(kind: str) -> tuple[Attribute, ...]:
    """Return the catalogue's rows for a resource type, in the table's order; empty where it has none."""
    return tuple(_attribute(row) for row in table("attributes").rows(kind))


@cache
def location_like_paths(kind: str) -> frozenset[str]:
    """Return every attribute of a type's schema whose name speaks of a place, as a dotted path without ``[]``.

    One that is set and that ``attributes_of`` has no row for is not understood.
    """
    return frozenset(row["path"] for row in table("schema-paths").rows(kind))


def _attribute(row: dict[str, str]) -> Attribute:
    note, replaces = row["note"], ""
    if note.startswith(_REPLACES):
        replaces, _, note = note.removeprefix(_REPLACES).partition(" ")
    return Attribute(
        kind=row["kind"],
        path=tuple(row["path"].split(".")),
        role=row["role"],
        form=row["form"],
        absent=row["absent"],
        live=row["live"],
        note=note,
        replaces=replaces,
    )
