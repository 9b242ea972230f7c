"""Which countries are inside the territory of an agreement, on a day: membership has dates.

The table holds every ISO 3166-1 code. What is not one (``UK``, ``EL``, ``XI``, ``EU``) is not a country here, so that
the answer is "not known" and never "outside" or "inside".
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from msgspec import Struct

from dpa_guard.agreement import Territory
from dpa_guard.gazetteer.table import table

__all__ = ["EU", "country_name", "country_named", "inside", "members", "within_eu_suffices"]

EU = Territory("eu-member-states")
"""Article 3.1 as it stands: the member states, with the parts of them that have a code of their own."""


class _Country(Struct, frozen=True):
    """One row; dates are the first and the last day inside."""

    alpha2: str
    names: dict[str, str]
    eu: tuple[date | None, date | None]
    eea: tuple[date | None, date | None]
    part_of: str


def inside(country: str, territory: Territory, day: date) -> bool | None:
    """Is a country inside the territory on that day? None for what is not an ISO 3166-1 alpha-2 code (upper case).

    Under ``countries`` only the codes listed are inside. Raises ValueError for a rule it does not know.
    """
    row = _country(country)
    return None if row is None else _is_inside(row, territory, day)


@lru_cache(maxsize=64)
def members(territory: Territory, day: date) -> frozenset[str]:
    """Return the codes inside the territory on that day, outermost regions with codes of their own included."""
    rows = (_read(row) for row in table("territory").all_rows())
    return frozenset(row.alpha2 for row in rows if _is_inside(row, territory, day))


def country_name(alpha2: str, lang: str) -> str:
    """Return a country's name in English (``en``) or Dutch (``nl``); the code itself where there is none."""
    row = _country(alpha2)
    return alpha2 if row is None else row.names.get(lang, row.names["en"])


@lru_cache(maxsize=512)
def country_named(name: str) -> str | None:
    """Return the alpha-2 code of a country by its English name in the table, exactly as spelled; else None."""
    return next((row["alpha2"] for row in table("territory").all_rows() if row["name_en"] == name), None)


def within_eu_suffices(territory: Territory) -> bool:
    """Is a vendor's "inside the European Union" enough? Not under a list of countries: the members may be others."""
    return territory.rule in ("eu-member-states", "eea")


def _is_inside(row: _Country, territory: Territory, day: date) -> bool:
    if territory.rule == "countries":
        return row.alpha2 in territory.countries
    if territory.rule not in ("eu-member-states", "eea"):
        raise ValueError(f"unknown territory rule {territory.rule!r}: expected eu-member-states, eea or countries")
    first, last = row.eu if territory.rule == "eu-member-states" else row.eea
    if first is None or day < first or (last is not None and day > last):
        return False
    whole = _country(row.part_of) if row.part_of else None
    return whole is None or _is_inside(whole, territory, day)


@lru_cache(maxsize=512)
def _country(alpha2: str) -> _Country | None:
    rows = table("territory").rows(alpha2)
    return _read(rows[0]) if rows else None


def _read(row: dict[str, str]) -> _Country:
    def day(column: str) -> date | None:
        return date.fromisoformat(row[column]) if row[column] else None

    return _Country(
        alpha2=row["alpha2"],
        names={"en": row["name_en"], "nl": row["name_nl"]},
        eu=(day("eu_from"), day("eu_until")),
        eea=(day("eea_from"), day("eea_until")),
        part_of=row["eu_territory_of"],
    )


def is_country(alpha2: str) -> bool:
    """Is this an ISO 3166-1 alpha-2 code, in capitals?"""
    return _country(alpha2) is not None
