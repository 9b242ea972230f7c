"""Which verdicts another version of the tables can flip: row by row, what decides and what it decided before.

Sources, days and notes are left out: they explain a row and decide nothing.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct

from dpa_guard.errors import DpaGuardError
from dpa_guard.gazetteer.territory import EU, inside

__all__ = ["Change", "Tables", "changes", "read_tables"]

Row = Mapping[str, str]
Tables = Mapping[str, Mapping[tuple[str, ...], Row]]
"""File name → key → row."""


class Change(Struct, frozen=True):
    """A row that was added, taken out, or decides something else now."""

    table: str
    key: str
    before: str
    """What it decided; "" where there was no row."""
    after: str
    flips: str
    """``pass -> fail`` and the like, under the rule of the member states; "" where only the circumstances tell."""


class _Kind(Struct, frozen=True):
    """How a table is compared."""

    key: tuple[str, ...]
    decides: tuple[str, ...]
    verdict: Callable[[Row | None, date], str]


def read_tables(path: Path) -> Tables:
    """Return the tables in a folder, or in a wheel or another zip; raise DpaGuardError where there are none."""
    found: dict[str, dict[tuple[str, ...], Row]] = {}
    for name, text in _files(path):
        if name in _TABLES:
            rows = csv.DictReader(io.StringIO(text))
            found[name] = {tuple(row.get(column) or "" for column in _TABLES[name].key): row for row in rows}
    if not found:
        raise DpaGuardError(
            "no-tables",
            f"{path}: expected a folder, wheel or zip with the tables of dpa_guard/gazetteer/data; found none of them",
            f"it must hold files such as {next(iter(_TABLES))}",
        )
    return found


def changes(old: Tables, new: Tables, day: date) -> Iterator[Change]:
    """Yield every row that decides something else, by table and key; ``day`` is that of the membership asked about."""
    for name, kind in _TABLES.items():
        before, after = old.get(name, {}), new.get(name, {})
        for key in sorted({*before, *after}):
            was, now = before.get(key), after.get(key)
            said, says = _said(was, kind), _said(now, kind)
            if said != says:
                verdicts = kind.verdict(was, day), kind.verdict(now, day)
                flips = f"{verdicts[0]} -> {verdicts[1]}" if verdicts[0] != verdicts[1] else ""
                yield Change(name.removesuffix(".csv"), " ".join(part for part in key if part), said, says, flips)


def _said(row: Row | None, kind: _Kind) -> str:
    return "" if row is None else " ".join(row.get(column) or "-" for column in kind.decides)


def _files(path: Path) -> Iterator[tuple[str, str]]:
    if path.is_dir():
        for file in sorted(path.rglob("*.csv")):
            yield file.name, file.read_text(encoding="utf-8")
        return
    try:
        with zipfile.ZipFile(path) as pack:
            for name in sorted(pack.namelist()):
                if name.endswith(".csv"):
                    yield name.rpartition("/")[2], pack.read(name).decode("utf-8")
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError):
        raise DpaGuardError(
            "no-tables",
            f"{path}: expected a folder, a wheel or a zip with tables; it is none of these",
            "check the path",
        ) from None


def _of_place(row: Row | None, day: date) -> str:
    if row is None or row["extent"] == "unknown":
        return "unknown"
    if row["extent"] != "exact":
        return "pass" if row["extent"] == "within-eu" else "fail"
    sides = {inside(country, EU, day) for country in row["countries"].split(";")}
    return "fail" if False in sides else "unknown" if None in sides or not sides else "pass"


def _of_kind(row: Row | None, _day: date) -> str:
    if row is None:
        return "judged by its places, else unknown"
    return "not-applicable without a place" if row["class"] in {"configures", "nothing"} else "judged"


def _circumstances(_row: Row | None, _day: date) -> str:
    return ""


_PLACES = _Kind(("code", "service"), ("extent", "countries"), _of_place)
_TABLES: dict[str, _Kind] = {
    "places-aws.csv": _PLACES,
    "places-azure.csv": _PLACES,
    "places-gcp.csv": _PLACES,
    "aliases.csv": _Kind(("alias", "cloud", "service"), ("code",), _circumstances),
    "azure-pairs.csv": _Kind(("region",), ("pair",), _circumstances),
    "territory.csv": _Kind(("alpha2",), ("eu_from", "eu_until", "eea_from", "eea_until"), _circumstances),
    "kinds.csv": _Kind(("kind",), ("service", "class"), _of_kind),
    "types.csv": _Kind(("kind",), ("placing",), _circumstances),
    "attributes.csv": _Kind(("kind", "path"), ("role", "form", "absent"), _circumstances),
}
