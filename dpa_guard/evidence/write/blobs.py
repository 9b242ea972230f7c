"""What is too long for a record's line: the longest text in it becomes a file named by its SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dpa_guard.evidence import canonical
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.write.effects import Effects

__all__ = ["fitted"]

_MOST = 64
"""Values taken out of one record; one that is still too long then is nothing we know how to write."""
_Place = tuple[Any, Any]
"""A container and the key or position of a value in it."""


def fitted(record: dict[str, Any], folder: Path, effects: Effects) -> bytes:
    """Return the canonical line of a record, values that make it too long taken out to blobs, the longest first.

    A text goes out as its UTF-8, a list as its canonical JSON. Raises EvidenceError ``record-long`` where that does
    not help, and whatever ``canonical.encode`` refuses.
    """
    for _ in range(_MOST):
        try:
            return canonical.encode(record)
        except EvidenceError as error:
            if error.code != "record-long":
                raise
        sizes = [(_size(container[key]), number, container, key) for number, (container, key) in _values(record)]
        if not sizes:
            break
        _, _, container, key = max(sizes, key=lambda found: found[:2])
        container[key] = _taken_out(container[key], folder, effects)
    raise EvidenceError("record-long", f"record: still over {canonical.LONGEST_LINE} bytes with its values taken out")


def _values(record: dict[str, Any]) -> Iterator[tuple[int, _Place]]:
    """Yield every text and every list of the record that may be taken out; what the run needs stays."""
    waiting: list[_Place] = [(record, key) for key in record if key not in {"event", "run", "time"}]
    number = 0
    while waiting:
        container, key = waiting.pop()
        value = container[key]
        if isinstance(value, dict):
            if set(value) != {"blob", "length"}:
                waiting += [(value, inner) for inner in value]
        elif isinstance(value, str | list):
            yield (number := number + 1), (container, key)


def _size(value: str | list[Any]) -> int:
    return len(_bytes_of(value))


def _bytes_of(value: str | list[Any]) -> bytes:
    return value.encode() if isinstance(value, str) else canonical.write(value)


def _taken_out(value: str | list[Any], folder: Path, effects: Effects) -> dict[str, Any]:
    data = _bytes_of(value)
    digest = hashlib.sha256(data).hexdigest()
    target = folder / "blob" / digest
    if not target.exists():
        for needed in (target.parent, folder / ".tmp"):
            effects.make_folder(needed, 0o755)
        temporary = folder / ".tmp" / f"blob-{digest}"
        effects.unlink(temporary)
        effects.write_file(temporary, (data,), 0o644)
        effects.rename(temporary, target)
        effects.sync_folder(target.parent)
    return {"blob": digest, "length": len(data)}
