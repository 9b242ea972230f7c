"""Sorted CSV tables that answer for one key without being parsed whole.

A table is a CSV file whose lines are sorted by their first column. Asking for one key finds its lines by a text
search and parses only those; a start-up costs one file read. The first line names the columns.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


class Table:
    """One CSV file of ``dpa_guard/gazetteer/data``."""

    def __init__(self, text: str) -> None:
        head, _, body = text.partition("\n")
        self.columns: tuple[str, ...] = tuple(head.split(","))
        self._body = "\n" + body

    def rows(self, key: str) -> list[dict[str, str]]:
        """Return the rows whose first column is exactly ``key``, in file order; empty if there is none."""
        if not key or any(mark in key for mark in ',"\n\r'):
            return []
        needle = f"\n{key},"
        start = self._body.find(needle)
        if start < 0:
            return []
        end = start
        while self._body.startswith(needle, end):
            following = self._body.find("\n", end + 1)
            end = len(self._body) if following < 0 else following
        return self._parse(self._body[start + 1 : end])

    def all_rows(self) -> list[dict[str, str]]:
        """Return every row; for listings, checks and tests."""
        return self._parse(self._body[1:])

    def _parse(self, text: str) -> list[dict[str, str]]:
        return [dict(zip(self.columns, row, strict=True)) for row in csv.reader(text.splitlines()) if row]


@cache
def table(name: str) -> Table:
    """Return the table of ``data/<name>.csv``."""
    return Table(files("dpa_guard.gazetteer").joinpath("data", f"{name}.csv").read_text(encoding="utf-8"))
