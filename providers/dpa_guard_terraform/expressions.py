"""Reading Terraform's configuration expressions: constants, and the one reference that may be believed.

The JSON of a plan keeps ``{"constant_value": x}`` or ``{"references": [...]}``; operators and functions are lost, so
``var.region``, ``lower(var.region)`` and ``var.x == "a" ? "us-east-1" : "eu-west-1"`` look alike. A value reached by
reference is therefore *inferred*, never proven, and only where a single reference leads to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Raw, Struct

_STEP = re.compile(r'\.?([A-Za-z_][\w-]*)|\["((?:\\.|[^"\\])*)"\]|\[(\d+)\]')
_PASSING = ("each.", "count.", "path.", "terraform.", "self.")


class Reading(Struct, frozen=True):
    """The value of an expression, or why there is none."""

    value: Any = None
    inferred: bool = False
    why: str = ""
    """A reason code; "" where ``value`` is to be believed."""
    sensitive: bool = False


def decode(raw: Raw) -> Any:
    """Decode one raw JSON value; None where there is nothing."""
    return msgspec.json.decode(raw) if len(bytes(raw)) else None


def at_path(expressions: Any, steps: Sequence[str]) -> list[Any]:
    """Return the expressions found at an attribute path; lists of blocks are walked whole."""
    found = [expressions]
    for step in steps:
        found = [node[step] for node in _flat(found) if isinstance(node, dict) and step in node]
    return _flat(found)


def _flat(nodes: list[Any]) -> list[Any]:
    return [item for node in nodes for item in (node if isinstance(node, list) else [node])]


def references(expression: Any) -> list[str]:
    """Return every reference an expression names, its blocks included."""
    if isinstance(expression, list):
        return [name for item in expression for name in references(item)]
    if not isinstance(expression, dict):
        return []
    named = expression.get("references")
    if isinstance(named, list):
        return [name for name in named if isinstance(name, str)]
    return [name for key, item in expression.items() if key != "constant_value" for name in references(item)]


def leaves(names: Sequence[str]) -> list[str]:
    """Reduce references to the ones that are no prefix of another; what only tells which instance is left out."""
    kept: list[str] = []
    for name in sorted({n for n in names if not n.startswith(_PASSING)}, key=len, reverse=True):
        if not any(longer == name or longer.startswith((name + ".", name + "[")) for longer in kept):
            kept.append(name)
    return kept


def single(names: Sequence[str]) -> str | None:
    """Return the one reference all others are prefixes of; None where there are several, or any ``each``/``count``."""
    if any(name.startswith(_PASSING) for name in names):
        return None
    kept = leaves(names)
    return kept[0] if len(kept) == 1 else None


def steps_of(reference: str) -> list[str | int]:
    """Split a reference into names, keys and numbers."""
    steps: list[str | int] = []
    for found in _STEP.finditer(reference):
        name, key, number = found.groups()
        steps.append(int(number) if number is not None else (name if name is not None else _unescape(key)))
    return steps


def _unescape(key: str) -> str:
    return re.sub(r"\\(.)", r"\1", key)


def step_into(value: Any, steps: Sequence[str | int]) -> Any:
    """Follow names and numbers into a value; None where it leads nowhere."""
    for step in steps:
        within = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if not within and not (isinstance(value, dict) and step in value):
            return None
        value = value[step]
    return value
