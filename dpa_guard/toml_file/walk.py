"""Holds parsed TOML against a table of fields; keeps what is right, reports what is not, stops at nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dpa_guard.toml_file import advice
from dpa_guard.toml_file.fields import Kind, Many, Map, Table
from dpa_guard.toml_file.mistakes import KeyPath, Report
from dpa_guard.toml_file.secret import SECRET_ADVICE, holds_secret


def read_table(table: Table, value: Any, report: Report, other_names: Mapping[str, str]) -> dict[str, Any]:
    """Return the keys of ``value`` that are as ``table`` says, normalised; report everything else.

    A list keeps None in the place of an element that is wrong, so that positions stay those of the file.
    ``other_names`` leads from words people expect (``consents``) to ours.
    """
    return _Walk(report, other_names).table(table, value, (), ())


class _Walk:
    def __init__(self, report: Report, other_names: Mapping[str, str]) -> None:
        self.report = report
        self.other_names = other_names

    def table(self, table: Table, value: Any, path: KeyPath, above: advice.Ancestors) -> dict[str, Any]:
        if type(value) is not dict:
            self.report.add(path, "wrong-type", f"expected a table, found {advice.found(value)}")
            return {}
        kept: dict[str, Any] = {}
        here = (*above, (table, path))
        for field in table.fields:
            if field.key in value:
                read = self._value(field.kind, value[field.key], (*path, field.key), here)
                if read is not None:
                    kept[field.key] = read
            elif field.required:
                self.report.add(path, "missing-key", f'"{field.key}" is missing: {advice.lower_first(field.doc)}')
        for key in value:
            if table.field(key) is None:
                self._other_key(key, value[key], table, path, kept, above)
        return kept

    def _other_key(
        self, key: str, value: Any, table: Table, path: KeyPath, kept: dict[str, Any], above: advice.Ancestors
    ) -> None:
        if holds_secret(key, value):
            self.report.add((*path, key), "secret-in-file", SECRET_ADVICE)
        elif table.rest:
            kept.setdefault(table.rest, {})[key] = value
        else:
            self.report.add((*path, key), "unknown-key", advice.unknown(key, table, path, self.other_names, above))

    def _value(self, kind: Kind | Many | Map | Table, value: Any, path: KeyPath, above: advice.Ancestors) -> Any:
        if isinstance(kind, Table):
            if advice.is_list_of_tables(value):
                text = f"expected one table: write [{advice.header(path)}] with single brackets"
                self.report.add(path, "wrong-type", text)
                return None
            return self.table(kind, value, path, above)
        if isinstance(kind, Many):
            return self._many(kind, value, path, above)
        if isinstance(kind, Map):
            return self._map(kind, value, path)
        return self._one(kind, value, path)

    def _one(self, kind: Kind, value: Any, path: KeyPath) -> Any:
        if type(value) is not kind.type:
            text = f"expected {kind.expected}, found {advice.found(value)}{advice.instead(kind, value)}"
            self.report.add(path, "wrong-type", text)
            return None
        try:
            return kind.read(value)
        except ValueError as error:
            blank = isinstance(value, str) and not value.strip()
            self.report.add(path, "not-filled-in" if blank else "bad-value", str(error))
            return None

    def _many(self, kind: Many, value: Any, path: KeyPath, above: advice.Ancestors) -> Any:
        if type(value) is not list:
            self.report.add(path, "wrong-type", advice.not_a_list(kind, value, path))
            return None
        if not value and not kind.may_be_empty:
            self.report.add(path, "bad-value", "the list is empty; name at least one, or leave the key out")
            return None
        return [self._value(kind.of, element, (*path, i), above) for i, element in enumerate(value)]

    def _map(self, kind: Map, value: Any, path: KeyPath) -> Any:
        if type(value) is not dict:
            self.report.add(path, "wrong-type", f"expected a table, found {advice.found(value)}")
            return None
        if not value and not kind.may_be_empty:
            text = f"the table is empty; name at least one of {', '.join(kind.keys)}"
            self.report.add(path, "bad-value", text)
        kept = {}
        for key, element in value.items():
            if key not in kind.keys:
                self.report.add((*path, key), "unknown-key", advice.not_in_map(key, kind))
            elif (read := self._one(kind.of, element, (*path, key))) is not None:
                kept[key] = read
        return kept
