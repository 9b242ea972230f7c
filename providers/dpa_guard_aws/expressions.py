"""JMESPath, compiled once: what a row of the table takes out of an answer. https://jmespath.org/specification.html"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

__all__ = ["NotAsked", "filled", "parsed", "search", "texts"]

_REFERENCE = re.compile(r"\{([^{}]*)\}")


class NotAsked(Exception):
    """A reference found nothing: there is nothing to ask about this item."""


@cache
def _compiled(expression: str) -> Any:
    import jmespath

    return jmespath.compile(expression)


def search(expression: str, value: Any) -> Any:
    """Return what an expression finds in a value, None where it finds nothing.

    Raises ``jmespath.exceptions.JMESPathError`` where the expression is none, or does not fit the value.
    """
    return _compiled(expression).search(value)


def parsed(expression: str) -> Mapping[str, Any]:
    """Return an expression as a tree of nodes: ``type``, ``children`` and ``value``."""
    tree: Mapping[str, Any] = _compiled(expression).parsed
    return tree


def texts(found: Any) -> Iterator[str]:
    """Yield the texts in what was found: a text, or a list of texts of any depth; null, "" and {} are nothing."""
    if isinstance(found, str):
        if found:
            yield found
    elif isinstance(found, list):
        for one in found:
            yield from texts(one)
    elif isinstance(found, bool | dict) or found is None:
        if found:
            yield "true"
    else:
        yield str(found)


def filled(params: Any, item: Any, given: Mapping[str, str]) -> Any:
    """Return params with every ``{expression}`` replaced by what it finds in the item, or by a name that is given.

    A text that is one reference and nothing else keeps the type of what was found. Raises ``NotAsked`` where a
    reference finds nothing (null, false, "").
    """
    if isinstance(params, str):
        whole = _REFERENCE.fullmatch(params)
        if whole:
            return _found(whole[1], item, given)
        return _REFERENCE.sub(lambda one: str(_found(one[1], item, given)), params)
    if isinstance(params, Mapping):
        return {key: filled(value, item, given) for key, value in params.items()}
    if isinstance(params, list | tuple):
        return [filled(value, item, given) for value in params]
    return params


def _found(expression: str, item: Any, given: Mapping[str, str]) -> Any:
    value = given[expression] if expression in given else search(expression, item)
    if value in (None, False, "", []):
        raise NotAsked(expression)
    return value
