"""The calls that are made: one row of ``data/calls.csv`` each, and which of them come after which.

``data/README.md`` explains every column. A row is read and checked here; its JMESPath expressions are compiled where
they are first used, so that reading the table needs no SDK (the policy of ``permissions aws`` is printed without one).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

from msgspec import Struct

from dpa_guard.model import Role

__all__ = ["FORMS", "Place", "Row", "Table", "read"]

Scope = Literal["regional", "account-once", "global"]

COLUMNS = ("service", "operation", "scope", "items", "id", "arn", "kind", "places", "after", "params", "action", "note")
FORMS = ("region", "zone", "arn", "bucket", "location", "model-profile", "worldwide")
"""How a value is read as a place; see ``dpa_guard_aws.forms``."""
ARN_FIELDS = frozenset({"partition", "region", "account", "id"})
_REFERENCE = re.compile(r"\{([^{}]*)\}")
_FORM = re.compile(r"@([a-z-]+)\Z")


class Place(Struct, frozen=True):
    """A place that an item names: ``role=JMESPath@form``."""

    role: Role
    path: str
    form: str


class Row(Struct, frozen=True):
    """One call to make."""

    service: str
    """As botocore names it."""
    operation: str
    scope: Scope
    items: str
    """JMESPath over a page of the answer."""
    id: str = ""
    """JMESPath over an item; "" or nothing found: the item is no resource of its own."""
    arn: str = ""
    """The template of the resource's id where ``id`` is no ARN."""
    kind: str = ""
    places: tuple[Place, ...] = ()
    after: str = ""
    """``service.Operation`` of the row whose items are asked one by one; "" for a call of its own."""
    params: Mapping[str, Any] = {}
    action: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """``service.Operation``."""
        return f"{self.service}.{self.operation}"

    @property
    def said_by(self) -> str:
        """``service Operation``, as messages name it."""
        return f"{self.service} {self.operation}"


class Table(Struct, frozen=True):
    """All rows. A call names its row by the row's number."""

    rows: tuple[Row, ...]
    children: Mapping[int, tuple[int, ...]]
    """Row number → numbers of the rows that come after it."""

    def roots(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Yield (service, numbers of its rows that come after no other), services in the table's order."""
        by_service: dict[str, list[int]] = {}
        for number, row in enumerate(self.rows):
            if not row.after:
                by_service.setdefault(row.service, []).append(number)
        yield from ((service, tuple(numbers)) for service, numbers in by_service.items())


@cache
def read(path: str = "") -> Table:
    """Return the table of a CSV file, by default the shipped one.

    Raises ``ValueError`` with file, line and what was expected for each row that is not as ``data/README.md`` says.
    """
    name = path or "calls.csv"
    text = Path(path).read_text(encoding="utf-8") if path else _shipped()
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ValueError(f"{name}:1: expected the columns {','.join(COLUMNS)}")
    wrong: list[str] = []
    rows: list[Row] = []
    for line in reader:
        try:
            rows.append(_row(line))
        except ValueError as error:
            wrong.append(f"{name}:{reader.line_num}: {line['service']}.{line['operation']}: {error}")
    if not wrong:
        wrong = [f"{name}: {text}" for text in _together(rows)]
    if wrong:
        raise ValueError("\n".join(wrong))
    return Table(tuple(rows), _children(rows))


def references(params: Any) -> Iterator[str]:
    """Yield every ``{expression}`` in the texts of a row's params."""
    if isinstance(params, str):
        yield from _REFERENCE.findall(params)
    elif isinstance(params, Mapping):
        for value in params.values():
            yield from references(value)
    elif isinstance(params, list | tuple):
        for value in params:
            yield from references(value)


def _shipped() -> str:
    return files("dpa_guard_aws").joinpath("data", "calls.csv").read_text(encoding="utf-8")


def _row(line: Mapping[str, str]) -> Row:
    if None in line or any(value is None for value in line.values()):
        raise ValueError(f"expected {len(COLUMNS)} columns")
    if line["scope"] not in get_args(Scope):
        raise ValueError(f"scope: expected {', '.join(get_args(Scope))}")
    if not line["items"]:
        raise ValueError("items: expected a JMESPath")
    if line["arn"] and not set(_REFERENCE.findall(line["arn"])) <= ARN_FIELDS:
        raise ValueError(f"arn: expected only the fields {', '.join(sorted(ARN_FIELDS))}")
    if line["id"] and not line["kind"]:
        raise ValueError("kind: expected the type's name, because the row makes resources")
    params = json.loads(line["params"]) if line["params"] else {}
    if not isinstance(params, dict):
        raise ValueError("params: expected a JSON object")
    return Row(
        line["service"],
        line["operation"],
        line["scope"],  # type: ignore[arg-type]  # one of the three, as was just seen
        line["items"],
        line["id"],
        line["arn"],
        line["kind"],
        tuple(_place(text) for text in line["places"].split(";") if text.strip()),
        line["after"],
        params,
        line["action"],
        line["note"],
    )


def _place(text: str) -> Place:
    role, equals, path = text.strip().partition("=")
    if not equals or role not in get_args(Role):
        raise ValueError(f"places: expected role=JMESPath@form with a role of {', '.join(get_args(Role))}")
    found = _FORM.search(path)
    form = found[1] if found else "region"
    if form not in FORMS:
        raise ValueError(f"places: expected a form of {', '.join(FORMS)}")
    return Place(role, _FORM.sub("", path).strip(), form)  # type: ignore[arg-type]  # a role, as was just seen


def _together(rows: Sequence[Row]) -> Iterator[str]:
    """Yield what is wrong between rows."""
    names = [row.name for row in rows]
    for row in rows:
        if row.after and names.count(row.after) != 1:
            yield f"{row.name}: after: expected the name of one row, found {names.count(row.after)} rows of that name"
        if not row.after and set(references(row.params)) - {"account", "region", "partition"}:
            yield f"{row.name}: params: a reference to an item needs a row to come after"
    for row in rows:
        seen = {row.name}
        before = row
        while before.after and names.count(before.after) == 1:
            before = rows[names.index(before.after)]
            if before.name in seen:
                yield f"{row.name}: after: the rows go round in a circle"
                break
            seen.add(before.name)


def _children(rows: Sequence[Row]) -> dict[int, tuple[int, ...]]:
    number_of = {row.name: number for number, row in enumerate(rows)}
    children: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        if row.after:
            children.setdefault(number_of[row.after], []).append(number)
    return {parent: tuple(numbers) for parent, numbers in children.items()}
