"""From a code read somewhere to a location that a finding can show."""

from __future__ import annotations

from dpa_guard.gazetteer.places import find
from dpa_guard.model import Basis, Location, Role

__all__ = ["CODE_NOT_KNOWN", "PLACE_NOT_KNOWN", "locate"]

CODE_NOT_KNOWN = "code-not-known"
"""The table has no row for the code."""
PLACE_NOT_KNOWN = "place-not-known"
"""The table has a row, and it says that nothing trustworthy is published about the place."""


def locate(cloud: str, code: str, *, role: Role, basis: Basis, read_from: str, service: str = "") -> Location:
    """Return the location of a code, spelled as it was found; its extent is ``unknown`` where no row tells.

    ``service`` is the cloud's API name (``storage``, ``spanner``); ``why`` is one of the two codes of this module.
    """
    place = find(cloud, code, service)
    if place is None:
        return Location(role=role, code=code, basis=basis, read_from=read_from, why=CODE_NOT_KNOWN)
    return Location(
        role=role,
        code=code,
        countries=place.countries,
        extent=place.extent,
        basis=basis,
        read_from=read_from,
        why=PLACE_NOT_KNOWN if place.extent == "unknown" else "",
    )
