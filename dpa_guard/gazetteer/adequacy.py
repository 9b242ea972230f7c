"""What the Commission decided about a country's data protection, on a day: for remarks, never for a verdict.

A decision under article 45 GDPR lets data go there under that regulation. It does not move the country into the
European Union, and an agreement that says "in the European Union" is not met by it.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from dpa_guard.gazetteer.table import table

__all__ = ["Adequacy", "adequacy_of"]


class Adequacy(Struct, frozen=True):
    """One row of ``data/adequacy.csv``; dates are the first and the last day it can be relied on."""

    country: str
    """ISO 3166-1 alpha-2."""
    first_day: date
    last_day: date | None
    decision: str
    scope: str
    """What it is limited to; "" where it covers the country as a whole."""
    source: str


def adequacy_of(country: str, day: date) -> Adequacy | None:
    """Return the newest decision on a country in force that day; None where there is none, or no such country."""
    rows = (_read(row) for row in table("adequacy").rows(country))
    held = [row for row in rows if row.first_day <= day and (row.last_day is None or day <= row.last_day)]
    return max(held, key=lambda row: row.first_day, default=None)


def _read(row: dict[str, str]) -> Adequacy:
    return Adequacy(
        country=row["alpha2"],
        first_day=date.fromisoformat(row["first_day"]),
        last_day=date.fromisoformat(row["last_day"]) if row["last_day"] else None,
        decision=row["decision"],
        scope=row["scope"],
        source=row["source"],
    )
