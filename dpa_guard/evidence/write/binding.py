"""A log belongs to one agreement: its first run binds it."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from dpa_guard.evidence import canonical
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.write.place import LogPlace

__all__ = ["bound_to", "check_binding"]


def check_binding(place: LogPlace, agreement: str) -> None:
    """Raise EvidenceError ``agreement-other`` where the log's runs are about another agreement."""
    bound = bound_to(place)
    if bound not in (None, agreement):
        raise EvidenceError(
            "agreement-other",
            f"{place.folder}: the log belongs to agreement {bound!a}, and this run is about {agreement!a}",
            "a log holds one agreement; make another with: dpa-guard evidence init DIR --origin NAME",
        )


def bound_to(place: LogPlace) -> str | None:
    """Return the agreement of the first run that says so: committed, waiting or alive; None where there is none."""
    for path in (*_in_order(place.folder / "runs"), *_in_order(place.spool)):
        for line in _first_line(path):
            agreement = canonical.decode(line).get("agreement") if canonical.is_canonical(line) else None
            if isinstance(agreement, dict) and isinstance(agreement.get("id"), str):
                return str(agreement["id"])
    return None


def _in_order(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder by name; the first, which mostly is enough, without sorting them all."""
    names = os.listdir(folder) if folder.is_dir() else []  # a copy of the log may lack its empty folders
    if names:
        first = min(names)
        yield folder / first
        yield from (folder / name for name in sorted(names) if name != first)


def _first_line(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        data = file.read(canonical.LONGEST_LINE + 1)
    if path.suffix == ".gz":
        try:
            data = zlib.decompressobj(wbits=31).decompress(data, canonical.LONGEST_LINE + 1)
        except zlib.error:
            return
    line, newline, _ = data.partition(b"\n")
    if newline:
        yield line
