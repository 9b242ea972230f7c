"""What a file may say, as data: tables of fields, each with its key, its kind, and a sentence for the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct


class Kind(Struct, frozen=True):
    """A kind of single value."""

    expected: str
    """Completes *expected …*: ``a date, like 2026-11-24``."""
    type: type
    """What ``tomllib`` makes of it; compared exactly, since a date-time is also a date and a truth also a number."""
    read: Callable[[Any], Any]
    """Returns the value to keep; raises ``ValueError`` with what is wrong and what to do."""
    schema: Mapping[str, Any]
    """The same in JSON Schema, where dates are text."""


class Many(Struct, frozen=True):
    """A list of values or an array of tables."""

    of: Kind | Table
    may_be_empty: bool = False


class Map(Struct, frozen=True):
    """A table from some words to values of one kind."""

    keys: tuple[str, ...]
    of: Kind
    may_be_empty: bool = True


class Field(Struct, frozen=True):
    """A key of a table."""

    key: str
    kind: Kind | Many | Map | Table
    doc: str
    required: bool = False
    attr: str = ""
    """The name in the type it becomes, where that is another than the key."""


class Table(Struct, frozen=True):
    """A table: a closed list of keys, and the type it becomes."""

    name: str
    """In singular, for messages: ``authorisation``."""
    doc: str
    fields: tuple[Field, ...]
    into: Callable[..., Any] | None = None
    """Makes the type of keyword arguments; None: a plain dict."""
    rest: str = ""
    """The attribute that takes every other key as it is; "" where other keys are mistakes."""
    path_as: str = ""
    """The attribute that takes the table's own key path; "" for none."""

    def field(self, key: str) -> Field | None:
        """Return the field of that key."""
        return next((field for field in self.fields if field.key == key), None)
