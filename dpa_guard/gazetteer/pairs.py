"""Which Azure region holds the copies of another: the pair that geo-redundancy writes to and no attribute shows."""

from __future__ import annotations

from enum import Enum
from typing import Final

from dpa_guard.gazetteer.places import find
from dpa_guard.gazetteer.table import table

__all__ = ["UNKNOWN", "Unknown", "pair_of"]


class Unknown(Enum):
    """The type of ``UNKNOWN``: the table does not say, which is another answer than "has no pair" (None)."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


def pair_of(region: str) -> str | Unknown | None:
    """Return the paired region's code, None where Azure documents that there is none, UNKNOWN where no row tells.

    The region may be spelled as a code (``westeurope``) or as a display name (``West Europe``).
    """
    place = find("azure", region)
    rows = table("azure-pairs").rows(place.code) if place else []
    if not rows:
        return UNKNOWN
    return rows[0]["pair"] or None
