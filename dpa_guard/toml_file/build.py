"""From checked values to the types of ``dpa_guard.agreement`` and ``dpa_guard.config``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dpa_guard.toml_file.fields import Field, Kind, Many, Map, Table
from dpa_guard.toml_file.mistakes import KeyPath, dotted


def build(table: Table, kept: Mapping[str, Any], path: KeyPath = ()) -> Any:
    """Make the table's type of what ``walk.read_table`` kept, where it reported no mistake; lists become tuples."""
    made = {field.attr or field.key: _made(field, kept[field.key], path) for field in table.fields if field.key in kept}
    if table.rest and table.rest in kept:
        made[table.rest] = kept[table.rest]
    if table.path_as:
        made[table.path_as] = dotted(path)
    return table.into(**made) if table.into else made


def _made(field: Field, value: Any, path: KeyPath) -> Any:
    return _one(field.kind, value, (*path, field.key))


def _one(kind: Kind | Many | Map | Table, value: Any, path: KeyPath) -> Any:
    if isinstance(kind, Table):
        return build(kind, value, path)
    if isinstance(kind, Many):
        return tuple(_one(kind.of, element, (*path, i)) for i, element in enumerate(value))
    return value
