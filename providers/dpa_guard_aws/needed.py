"""Which fields of an answer the table reads. The SDK's models keep no others, so that nothing else is taken out of what
came back: reading answers is most of what a large scan computes, and what is not read can end up nowhere.

An expression is followed through the shapes of the answer. Where it ends, all below is needed. What this module does
not know how to follow is needed whole: a field too many costs time, one too few would be a place that nobody sees.
https://jmespath.org/specification.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from dpa_guard_aws.expressions import parsed
from dpa_guard_aws.paging import MORE, rule_of_data, told_by
from dpa_guard_aws.requests import OWN, rows, table_of
from dpa_guard_aws.table import references

__all__ = ["Fields", "needed"]

Shapes = Callable[[str], Mapping[str, Any]]
"""Name of a shape → the shape."""
_At = str | tuple[str, "frozenset[_At]"]
"""Where an expression has got to: a shape's name, or ("list", of what)."""


class Fields:
    """The members of structures that somebody needs, by the structure's name."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._whole: set[str] = set()
        self.found: dict[str, set[str]] = {}

    def add_all(self, name: str) -> None:
        """Keep everything below a shape."""
        if name in self._whole:
            return
        self._whole.add(name)
        shape = self._shapes(name)
        self.found.setdefault(name, set()).update(shape.get("members", {}))
        for below in _below(shape):
            self.add_all(below)

    def add(self, expression: str, at: Iterable[_At]) -> frozenset[_At]:
        """Keep what an expression reads where it is used on a shape; return where it ends."""
        return self._follow(parsed(expression), frozenset(at))

    def end(self, at: Iterable[_At]) -> None:
        """Keep all below: what was found there is used as it is."""
        for one in at:
            if isinstance(one, str):
                self.add_all(one)
            elif isinstance(one, tuple):
                self.end(one[1])

    def _follow(self, node: Mapping[str, Any], at: frozenset[_At]) -> frozenset[_At]:
        kind, children = node["type"], node["children"]
        if kind == "field":
            return self._member(node["value"], at)
        if kind in ("current", "identity"):
            return at
        if kind in ("subexpression", "index_expression", "pipe"):
            for child in children:
                at = self._follow(child, at)
            return at
        if kind in ("index", "slice"):
            within = self.within(at)
            return within if kind == "index" else _listed(within)
        if kind in ("projection", "filter_projection"):
            within = self.within(self._follow(children[0], at))
            for condition in children[2:]:
                self.end(self._follow(condition, within))
            return _listed(self._follow(children[1], within))
        if kind == "flatten":
            within = self.within(self._follow(children[0], at))
            return _listed(frozenset(inner for one in within for inner in (self.within(frozenset([one])) or {one})))
        if kind == "multi_select_list":
            return _listed(frozenset(one for child in children for one in self._follow(child, at)))
        if kind in ("or_expression", "and_expression"):
            left, right = (self._follow(child, at) for child in children)
            self.end(left)  # it matters whether there is anything
            return left | right
        if kind == "literal":
            return frozenset()
        if kind in ("comparator", "not_expression"):
            for child in children:
                self.end(self._follow(child, at))
            return frozenset()
        self.end(at)
        return at

    def _member(self, name: str, at: frozenset[_At]) -> frozenset[_At]:
        ends: set[_At] = set()
        for one in at:
            if not isinstance(one, str):
                continue
            shape = self._shapes(one)
            if shape["type"] == "map":
                ends.add(shape["value"]["shape"])
            elif name in shape.get("members", {}):
                self.found.setdefault(one, set()).add(name)
                ends.add(shape["members"][name]["shape"])
        return frozenset(ends)

    def within(self, at: frozenset[_At]) -> frozenset[_At]:
        """Return what the lists among these hold."""
        ends: set[_At] = set()
        for one in at:
            if not isinstance(one, str):
                ends |= one[1]
            elif self._shapes(one)["type"] == "list":
                ends.add(self._shapes(one)["member"]["shape"])
        return frozenset(ends)


def needed(fields: Fields, name: str, output: str, rule: Mapping[str, Any] | None, table: str = "") -> None:
    """Keep what is read of an operation's answer: by its rows, and by the rule that leads to further pages.

    ``name`` is ``service.Operation``, ``output`` the shape of the answer. All is kept where no row names the operation.
    """
    every, children = rows(table), table_of(table).children
    named = _numbers(table).get(name, ())
    if not named:
        fields.add_all(output)
    for expression in (*MORE, *told_by(rule_of_data(name) or rule or {})):
        fields.end(fields.add(expression, [output]))
    for number in named:
        row = every[number]
        items = fields.within(fields.add(row.items, [output]))
        fields.add("id", items)  # whether an item has one is looked at, see ``perform``
        if row in OWN:
            fields.end(items)
        after = (expression for child in children.get(number, ()) for expression in references(every[child].params))
        for expression in (row.id, *(place.path for place in row.places), *after):
            if expression:
                fields.end(fields.add(expression, items))


@cache
def _numbers(table: str) -> dict[str, list[int]]:
    """Return the numbers of the rows by ``service.Operation``."""
    found: dict[str, list[int]] = {}
    for number, row in enumerate(rows(table)):
        found.setdefault(row.name, []).append(number)
    return found


def _below(shape: Mapping[str, Any]) -> Iterator[str]:
    yield from (member["shape"] for member in shape.get("members", {}).values())
    yield from (shape[part]["shape"] for part in ("member", "value") if part in shape)


def _listed(ends: frozenset[_At]) -> frozenset[_At]:
    return frozenset([("list", ends)])
