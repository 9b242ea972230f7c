"""Runs that did not end: what they had recorded is kept, with a last record that says so."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime

from dpa_guard.evidence import canonical
from dpa_guard.evidence.write.effects import Effects
from dpa_guard.evidence.write.fields import allowed
from dpa_guard.evidence.write.identifiers import spelled
from dpa_guard.evidence.write.place import LogPlace
from dpa_guard.evidence.write.spool import dead, unborn

__all__ = ["adopt_the_dead", "end_as_aborted"]

_CHUNK = 1 << 20


def adopt_the_dead(place: LogPlace, clock: Callable[[], datetime], effects: Effects) -> int:
    """Close every run whose process is gone, and return how many there were; the log's lock must be held."""
    for path in unborn(place):
        effects.unlink(path)  # its run.start was never durable, so nothing was looked at yet
    adopted = 0
    for found, file in dead(place):
        if end_as_aborted(file, found.run, "killed", clock(), effects):
            effects.rename(found.path, found.path.with_suffix(".done"))
            adopted += 1
        else:
            effects.unlink(found.path)
        effects.sync_folder(place.spool)
    return adopted


def end_as_aborted(file: int, run: str, reason: str, now: datetime, effects: Effects) -> bool:
    """Drop a torn last line, append ``run.aborted``, and make the file durable; False where it has no whole line.

    A run that had already been aborted when its process was killed gets no second end.
    """
    lines, whole, last = _whole_lines(file)
    torn = os.fstat(file).st_size - whole
    if torn:
        effects.truncate(file, whole)
    if not lines:
        return False
    if not _is_end(last):
        record = {
            "event": "run.aborted",
            "run": run,
            "seq": lines,
            "time": spelled(now),
            "v": 1,
            "records": lines + 1,
            "torn_bytes": torn,
            "reason": reason,
        }
        effects.append(file, canonical.write(allowed(record)) + b"\n")
    effects.sync(file)
    return True


def _whole_lines(file: int) -> tuple[int, int, bytes]:
    """Return how many whole lines a file has, how many bytes they are, and the last of them."""
    lines, whole, offset, last, rest = 0, 0, 0, b"", b""
    while chunk := os.pread(file, _CHUNK, offset):
        offset += len(chunk)
        parts = (rest + chunk).split(b"\n")
        rest = parts.pop()
        if parts:
            lines += len(parts)
            last = parts[-1]
            whole = offset - len(rest)
    return lines, whole, last


def _is_end(line: bytes) -> bool:
    event = canonical.decode(line).get("event") if canonical.is_canonical(line) else None
    return event in {"run.end", "run.aborted"}
