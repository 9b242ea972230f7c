"""What a JMESPath expression finds in an answer, by the answer's shape in botocore: no field may be made up.

``found(expression, shape)`` walks the parsed expression along the shape and returns a type; a name that the shape does
not have, or a list read as if it were one thing, is a ``NotInTheShape``. https://jmespath.org/specification.html
"""

from __future__ import annotations

from functools import cache
from typing import Any

import jmespath
from botocore import loaders, model
from botocore.exceptions import DataNotFoundError

Found = tuple[Any, ...]
"""What is found, as a tuple that begins with its kind.

``text``, ``flag``, ``number``, ``none`` and ``falsy`` (what ``a && b`` is where a is nothing) stand alone; ``struct``
is followed by its shape, ``map`` and ``list`` by what they hold, ``either`` by its alternatives.
"""

TEXT: Found = ("text",)
FLAG: Found = ("flag",)
NUMBER: Found = ("number",)
NONE: Found = ("none",)
_SIMPLE = {"string": TEXT, "timestamp": TEXT, "blob": TEXT, "boolean": FLAG}


class NotInTheShape(Exception):
    """An expression names something that the answer cannot hold."""


@cache
def service_model(name: str) -> model.ServiceModel:
    """Return the newest model of a service that botocore ships."""
    return model.ServiceModel(_loader().load_service_model(name, "service-2"), name)


@cache
def paginators(name: str) -> dict[str, Any]:
    """Return a service's paginators by operation; empty where botocore ships none."""
    try:
        pages: dict[str, Any] = _loader().load_service_model(name, "paginators-1")["pagination"]
    except DataNotFoundError:
        return {}
    return pages


def output_of(service: str, operation: str) -> Found:
    """Return the type of a whole answer."""
    shape = service_model(service).operation_model(operation).output_shape
    return NONE if shape is None else of_shape(shape)


def of_shape(shape: Any) -> Found:
    """Return the type that a botocore shape stands for."""
    kind = shape.type_name
    if kind == "structure":
        return ("struct", shape)
    if kind == "list":
        return ("list", of_shape(shape.member))
    if kind == "map":
        return ("map", of_shape(shape.value))
    return _SIMPLE.get(kind, NUMBER)


def found(expression: str, at: Found) -> Found:
    """Return the type of what an expression finds in a value of a type."""
    return _walk(jmespath.compile(expression).parsed, at)


def texts(at: Found) -> bool:
    """Is it a text, or a list of texts, whatever else it may be when it finds nothing?"""
    return _is(at, ("text", "list")) and all(
        texts(one) for one in _alternatives(at) if one[0] == "list" for one in one[1:]
    )


def is_text(at: Found) -> bool:
    """Is it a text, whatever else it may be when it finds nothing?"""
    return _is(at, ("text",))


def items(at: Found) -> Found:
    """Return the type of a list's items; anything but a list is ``NotInTheShape``."""
    (one,) = [alternative for alternative in _alternatives(at) if alternative != NONE] or [NONE]
    if one[0] != "list":
        raise NotInTheShape(f"a list was expected, found {name_of(one)}")
    return _without_none(one[1])


def name_of(at: Found) -> str:
    """Return a type in words."""
    if at[0] == "struct":
        return f"a {at[1].name}"
    return f"{at[0]}({', '.join(name_of(one) for one in at[1:])})" if len(at) > 1 else str(at[0])


@cache
def _loader() -> loaders.Loader:
    return loaders.Loader()


def _alternatives(at: Found) -> tuple[Found, ...]:
    return at[1:] if at[0] == "either" else (at,)


def _either(*all_of: Found) -> Found:
    different = tuple(dict.fromkeys(one for several in all_of for one in _alternatives(several)))
    return different[0] if len(different) == 1 else ("either", *different)


def _without_none(at: Found) -> Found:
    left = [one for one in _alternatives(at) if one != NONE]
    return _either(*left) if left else NONE


def _is(at: Found, kinds: tuple[str, ...]) -> bool:
    left = [one for one in _alternatives(at) if one[0] not in ("none", "falsy")]
    return bool(left) and all(one[0] in kinds for one in left)


def _walk(node: dict[str, Any], at: Found) -> Found:
    walker = _WALKERS.get(node["type"])
    if walker is None:
        raise NotInTheShape(f"{node['type']} is not used in the table")
    result: Found = walker(node, at)
    return result


def _field(node: dict[str, Any], at: Found) -> Found:
    name = node["value"]
    results = []
    for one in _alternatives(at):
        if one in (NONE, ("falsy",)):
            results.append(NONE)
        elif one[0] == "map":
            results.append(one[1])
        elif one[0] == "struct" and name in one[1].members:
            results.append(of_shape(one[1].members[name]))
        else:
            raise NotInTheShape(f"{name_of(one)} has no {name!r}")
    return _either(*results)


def _chain(node: dict[str, Any], at: Found) -> Found:
    for child in node["children"]:
        at = _walk(child, at)
    return at


def _index(_: dict[str, Any], at: Found) -> Found:
    return items(at)


def _flatten(node: dict[str, Any], at: Found) -> Found:
    inner = items(_walk(node["children"][0], at))
    return ("list", _either(*(one[1] if one[0] == "list" else one for one in _alternatives(inner))))


def _projection(node: dict[str, Any], at: Found) -> Found:
    return ("list", _walk(node["children"][1], items(_walk(node["children"][0], at))))


def _filter(node: dict[str, Any], at: Found) -> Found:
    left, right, condition = node["children"]
    inner = items(_walk(left, at))
    _walk(condition, inner)
    return ("list", _walk(right, inner))


def _several(node: dict[str, Any], at: Found) -> Found:
    return ("list", _either(*(_walk(child, at) for child in node["children"])))


def _and(node: dict[str, Any], at: Found) -> Found:
    _walk(node["children"][0], at)
    return _either(("falsy",), _walk(node["children"][1], at))


def _or(node: dict[str, Any], at: Found) -> Found:
    return _either(*(_walk(child, at) for child in node["children"]))


def _flag(node: dict[str, Any], at: Found) -> Found:
    for child in node["children"]:
        _walk(child, at)
    return FLAG


def _function(node: dict[str, Any], at: Found) -> Found:
    arguments = [_walk(child, at) for child in node["children"]]
    name = node["value"]
    if name in ("starts_with", "contains") and all(_is(one, ("text",)) for one in arguments):
        return FLAG
    if name == "keys" and _is(arguments[0], ("map",)):
        return ("list", TEXT)
    raise NotInTheShape(f"{name}({', '.join(map(name_of, arguments))})")


def _literal(node: dict[str, Any], _: Found) -> Found:
    return {str: TEXT, bool: FLAG, int: NUMBER, type(None): NONE}[type(node["value"])]


_WALKERS: dict[str, Any] = {
    "field": _field,
    "subexpression": _chain,
    "index_expression": _chain,
    "pipe": _chain,
    "index": _index,
    "flatten": _flatten,
    "projection": _projection,
    "filter_projection": _filter,
    "multi_select_list": _several,
    "and_expression": _and,
    "or_expression": _or,
    "not_expression": _flag,
    "comparator": _flag,
    "function_expression": _function,
    "literal": _literal,
    "identity": lambda _, at: at,
    "current": lambda _, at: at,
}
