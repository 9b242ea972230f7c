"""The rows of the table of calls, and a plain reading of an answer by a row: what the provider has to agree with."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import jmespath

FORMS = ("region", "zone", "arn", "location", "bucket", "model-profile", "worldwide")
OF_THE_CALL = ("account", "region", "partition", "id")
"""References that the call or the resource answers, not the item."""
_PLACE = re.compile(rf"(?P<role>[a-z]+)=(?P<path>.+)@(?P<form>{'|'.join(FORMS)})")
_REFERENCE = re.compile(r"\{([^{}]+)\}")


class Place(NamedTuple):
    """One part of the column ``places``."""

    role: str
    path: str
    form: str


class Call(NamedTuple):
    """One row of ``calls.csv``."""

    service: str
    operation: str
    scope: str
    items: str
    id: str
    arn: str
    kind: str
    places: tuple[Place, ...]
    after: str
    params: dict[str, Any]
    action: str
    note: str

    @property
    def name(self) -> str:
        """``service.Operation``."""
        return f"{self.service}.{self.operation}"

    @property
    def label(self) -> str:
        """The name, and what tells the row from others of the same operation: fixed words, and what it comes after."""
        words = [value for value in self.params.values() if isinstance(value, str) and "{" not in value]
        return " ".join([self.name, *words, *([f"after {self.after}"] if self.after else [])])


@cache
def rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a table of the AWS provider, as texts."""
    text = files("dpa_guard_aws").joinpath("data", f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def calls() -> tuple[Call, ...]:
    """Return every call, in the table's order; a place that is not ``role=JMESPath@form`` is an error."""
    return tuple(_call(row) for row in rows("calls"))


def parent_of(call: Call) -> Call | None:
    """Return the row that a call comes after."""
    if not call.after:
        return None
    (parent,) = [other for other in calls() if other.name == call.after]
    return parent


def references(value: Any) -> Iterator[str]:
    """Yield each reference inside parameters, without its braces."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
    elif isinstance(value, str):
        yield from _REFERENCE.findall(value)


def filled(value: Any, item: Any, of_the_call: dict[str, str]) -> Any:
    """Return parameters with their references filled in; None where one finds nothing: then nobody is asked."""
    if isinstance(value, dict):
        inner = {key: filled(one, item, of_the_call) for key, one in value.items()}
        return None if any(one is None for one in inner.values()) else inner
    if isinstance(value, list):
        several = [filled(one, item, of_the_call) for one in value]
        return None if any(one is None for one in several) else several
    if not isinstance(value, str):
        return value
    for reference in _REFERENCE.findall(value):
        answer = of_the_call.get(reference) if reference in OF_THE_CALL else jmespath.search(reference, item)
        if not answer:
            return None
        value = value.replace("{" + reference + "}", answer)
    return value


def found_items(call: Call, answer: dict[str, Any]) -> list[Any]:
    """Return the items of an answer, without nulls."""
    listed = jmespath.search(call.items, answer)
    assert listed is None or isinstance(listed, list), f"{call.label}: items find a {type(listed).__name__}"
    return [item for item in listed or [] if item is not None]


def found_id(call: Call, item: Any) -> str:
    """Return an item's id as the answer spells it; "" where it is no resource of its own."""
    value = jmespath.search(call.id, item) if call.id else None
    assert not value or isinstance(value, str), f"{call.label}: id finds {value!r}"
    return value or ""


def found_places(call: Call, item: Any) -> list[tuple[str, str, str]]:
    """Return (role, form, value) of each place an item names."""
    places = []
    for place in call.places:
        value = jmespath.search(place.path, item)
        values = value if isinstance(value, list) else [value]
        for one in values:
            assert not one or place.form == "worldwide" or isinstance(one, str), f"{call.label}: {place.path}: {one!r}"
            if one:
                places.append((place.role, place.form, str(one)))
    return places


def _call(row: dict[str, str]) -> Call:
    places = []
    for part in row["places"].split(";") if row["places"] else []:
        match = _PLACE.fullmatch(part)
        assert match, f"{row['service']}.{row['operation']}: not role=JMESPath@form: {part!r}"
        places.append(Place(**match.groupdict()))
    params = json.loads(row["params"]) if row["params"] else {}
    return Call(
        service=row["service"],
        operation=row["operation"],
        scope=row["scope"],
        items=row["items"],
        id=row["id"],
        arn=row["arn"],
        kind=row["kind"],
        places=tuple(places),
        after=row["after"],
        params=params,
        action=row["action"],
        note=row["note"],
    )
