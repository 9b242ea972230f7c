"""The runs before this one: when the last one that counts was begun."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from dpa_guard.evidence.read.records import Log
from dpa_guard.evidence.read.summary import summary_of
from dpa_guard.evidence.verify.files import RunFile

__all__ = ["last_begun", "newest_first"]

_LIVE = "scan"


def last_begun(folder: Path, kind: str) -> datetime | None:
    """Return when the newest whole run began that counts for a run of this kind; None where no run counts.

    For a scan only scans count, as for ``evidence gaps``; for a plan whatever came last. Where no run is whole yet, it
    is when the first one began. Raises EvidenceError where the log cannot be read.
    """
    log = Log(folder)
    first: datetime | None = None
    for file in newest_first(log, kind if kind == _LIVE else None):
        found = summary_of(log, file)
        first = found.began_at
        if found.whole:
            return first
    return first


def newest_first(log: Log, kind: str | None) -> Iterator[RunFile]:
    """Yield the committed runs of a kind (None: any), the newest first; of the others only the first line is read."""
    for file in reversed(log.runs):
        if kind is None:
            yield file
            continue
        first = next(log.lines(file), None)
        if first is not None and first.record().get("kind") == kind:
            yield file
