"""What to do about a wrong type or an unknown key: the second half of a mistake's line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from dpa_guard.toml_file.fields import Kind, Many, Map, Table
from dpa_guard.toml_file.mistakes import KeyPath, dotted, nearest, shown

Ancestors = tuple[tuple[Table, KeyPath], ...]

_NAMES: Mapping[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
    datetime: "a date with a time",
    date: "a date",
    time: "a time",
}


def found(value: Any) -> str:
    """Name the type of a TOML value in words."""
    return _NAMES[type(value)]


def instead(kind: Kind, value: Any) -> str:
    """Say how the value would be written in the kind that was expected; "" where that cannot be said."""
    if kind.type is date and type(value) is str:
        try:
            return f"; write {date.fromisoformat(value.strip())} without quotes"
        except ValueError:
            return "; write it as 2026-11-24, without quotes"
    if kind.type is date and type(value) is datetime:
        return f"; write {value.date()}"
    if kind.type is str and type(value) is bool:
        return '; text goes in quotes (Norway is "NO")'
    if kind.type is str and type(value) in (int, float, date):
        return "; write it in quotes"
    if kind.type in (int, bool) and type(value) is str:
        return "; write it without quotes"
    return ""


def not_a_list(kind: Many, value: Any, path: KeyPath) -> str:
    """Say what to write where a list was expected."""
    if isinstance(kind.of, Table) and type(value) is dict:
        return f"expected a list of tables: write [[{header(path)}]] with double brackets"
    bracket = "" if isinstance(kind.of, Table) or type(value) is dict else "; put it in [brackets]"
    return f"expected a list, found {found(value)}{bracket}"


def is_list_of_tables(value: Any) -> bool:
    """Is it an array of tables, where ``[[name]]`` may have been written for ``[name]``?"""
    return type(value) is list and bool(value) and all(type(element) is dict for element in value)


def unknown(key: str, table: Table, path: KeyPath, other_names: Mapping[str, str], above: Ancestors) -> str:
    """Say where an unknown key belongs, what it is called here, or which key is nearest."""
    owner = f"[{header(path)}]" if path else f"the {table.name}"
    start = f"{shown(key)} is not a key of {owner}"
    for ancestor, at in reversed(above):
        if ancestor.field(key) is not None:
            where = dotted(at) or "the top of the file"
            return f"{start} but of {where}; in TOML it stands above the line [{header(path)}]"
    own = [field.key for field in table.fields]
    renamed = other_names.get(key.lower().replace("-", "_"))
    if renamed in own:
        return f'{start}; here it is called "{renamed}"'
    return start + (nearest(key, own) or f"; expected one of {', '.join(own)}")


def not_in_map(key: str, kind: Map) -> str:
    """Say which keys a map of words may have."""
    return f"{shown(key)} is not a key here" + (nearest(key, kind.keys) or f"; expected one of {', '.join(kind.keys)}")


def lower_first(sentence: str) -> str:
    """Return a sentence as it goes on after a colon; ``AWS accounts`` keeps its capitals."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


def header(path: KeyPath) -> str:
    """Return the path as the header of a table has it, without positions."""
    return dotted(tuple(step for step in path if isinstance(step, str)))
