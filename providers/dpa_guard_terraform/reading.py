"""Walking an attribute path through values: every block of every list, known and unknown side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct


class Found(Struct, frozen=True, gc=False):
    """One value at a path, or the mark that it is only known after apply."""

    path: str
    """With list positions, e.g. ``replica[0].region_name``."""
    value: Any
    unknown: bool = False
    sensitive: bool = False
    rest: int = 0
    """How many steps of the path were left where it ended: 0 for the attribute itself, more for a block."""


def walk(value: Any, unknown: Any, sensitive: Any, steps: tuple[str, ...], path: str = "") -> Iterator[Found]:
    """Yield what stands at a path; nothing where it is absent, null or empty.

    ``unknown`` and ``sensitive`` mirror the value (Terraform's ``after_unknown`` and ``after_sensitive``): ``true``
    anywhere above covers all below.
    """
    if unknown is True:
        yield Found(path, None, unknown=True, sensitive=sensitive is True, rest=len(steps))
        return
    if isinstance(value, list) or (isinstance(unknown, list) and value is None):
        items = value if isinstance(value, list) else []
        length = max(len(items), len(unknown) if isinstance(unknown, list) else 0)
        for position in range(length):
            inner = items[position] if position < len(items) else None
            yield from walk(inner, _item(unknown, position), _item(sensitive, position), steps, f"{path}[{position}]")
        return
    if not steps:
        if value not in (None, ""):
            yield Found(path, value, sensitive=sensitive is True)
        return
    if isinstance(value, dict) or isinstance(unknown, dict):
        name = steps[0]
        inner = value.get(name) if isinstance(value, dict) else None
        yield from walk(
            inner, _key(unknown, name), _key(sensitive, name), steps[1:], f"{path}.{name}" if path else name
        )
    elif value not in (None, "", False):
        yield Found(path, value, sensitive=sensitive is True, rest=len(steps))  # of a shape nobody expected


def _item(mirror: Any, position: int) -> Any:
    if mirror is True:
        return True
    return mirror[position] if isinstance(mirror, list) and position < len(mirror) else None


def _key(mirror: Any, name: str) -> Any:
    if mirror is True:
        return True
    return mirror.get(name) if isinstance(mirror, dict) else None
