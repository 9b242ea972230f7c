"""Codes into sentences: ``prose/*.csv`` has one row per group and code, in English and in Dutch.

    group,code,en,nl
    reason,inside,Every place is inside ...: {places}.,Elke plaats ...: {places}.

The tables are read at the first sentence. A code without a row, as a stranger's extension may have, is shown as
``code (param=value, ...)``: less friendly, never silent. Codes and params are what is stable; sentences may change.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from dpa_guard.gazetteer.territory import country_name

__all__ = ["Lang", "Prose", "render", "rows"]

Lang = Literal["en", "nl"]

_FOLDER = Path(__file__).with_name("prose")
_PLACED = frozenset({"countries", "country", "declared", "places", "read", "territory"})
"""Params that name places: country codes and extents in them are written out."""
_SPOKEN = frozenset({"role", "status"})
"""Params whose value is one of our own words: it is translated."""
_AREA = re.compile(r"(?<![\w-])(?:[A-Z]{2}(?:/[A-Z]{2})*|EEA|within-eu|outside-eu|worldwide|unknown)(?![\w-]| \()")
"""Not what stands before a bracket: that is the cloud's own code, and Cloud Storage's US is not the United States."""


def render(group: str, code: str, params: Mapping[str, str], lang: Lang) -> str:
    """Return the sentence for a code: ``group`` is reason, cure, note, gap, refusal or word."""
    row = rows().get((group, code))
    if row is None:
        return _bare(code, params)
    try:
        text = row[lang].format_map({key: _value(key, value, lang) for key, value in params.items()})
    except KeyError:  # a param that the sentence needs and nobody gave: show what there is
        return _bare(code, params)
    return text[:-1] if text.endswith("..") and not text.endswith("...") else text  # "Auth0, Inc.." ends once


class Prose:
    """``render`` in one language, each distinct (group, code, params) once."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._known: dict[tuple[str, str, tuple[tuple[str, str], ...]], str] = {}

    def __call__(self, group: str, code: str, params: Mapping[str, str]) -> str:
        key = (group, code, tuple(params.items()))
        text = self._known.get(key)
        if text is None:
            text = self._known[key] = render(group, code, params, self.lang)
        return text

    def word(self, code: str, /, **params: str) -> str:
        """Return a word or phrase of the page itself."""
        return self("word", code, params)


@cache
def rows() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Return every row of every table, by (group, code)."""
    found: dict[tuple[str, str], Mapping[str, str]] = {}
    for path in sorted(_FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found.update(((row["group"], row["code"]), row) for row in csv.DictReader(file))
    return found


def _value(key: str, value: str, lang: Lang) -> str:
    if key in _PLACED:
        return _AREA.sub(lambda found: _area(found[0], lang), value)
    if key in _SPOKEN or not value:
        return rows().get(("word", f"{key}-{value or 'none'}"), {}).get(lang, value or "-")
    return value


def _area(area: str, lang: Lang) -> str:
    spoken = rows().get(("word", f"extent-{area}"))
    if spoken is not None:
        return spoken[lang]
    return ", ".join(country_name(code, lang) for code in area.split("/"))


def _bare(code: str, params: Mapping[str, str]) -> str:
    listed = ", ".join(f"{key}={value}" for key, value in params.items())
    return f"{code} ({listed})" if listed else code
