"""A run that is not committed yet: a file of whole lines in the writer's private state.

::

    <state>/spool/<20 digits: ns>-<run>.new      being made, under the log's lock
    <state>/spool/<20 digits: ns>-<run>.open     run.start is durable; its process locks it as long as it lives
    <state>/spool/<20 digits: ns>-<run>.done     whole and durable: waits for its commit

The file is locked before it gets a name that others look at, so a living run is never taken for a dead one.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from dpa_guard.evidence.write.effects import Effects
from dpa_guard.evidence.write.lock import try_lock
from dpa_guard.evidence.write.place import LogPlace

__all__ = ["RESERVED", "Spool", "Waiting", "dead", "waiting"]

RESERVED = 1 << 20
"""Bytes kept free for the last record of a run that meets a full disk."""

_BATCH = 1 << 16
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Waiting(Struct, frozen=True, order=True):
    """A spool file by its name: when the run began, and which run it is."""

    began: int
    run: str
    path: Path


class Spool:
    """The spool of a run that lives; ``append`` is the end of the chain of its records."""

    def __init__(self, place: LogPlace, effects: Effects, began: int, run: str) -> None:
        """Make the file, locked and under a name that nobody looks at yet. The log's lock must be held."""
        self._place = place
        self._effects = effects
        self._run = run
        self._stem = f"{began:020}-{run}"
        self._file = effects.create(self._path("new"), 0o600)
        try_lock(self._file)
        self._batch: list[bytes] = []
        self._batched = 0
        self._whole = 0
        """Bytes of whole lines in the file."""

    def append(self, line: bytes) -> None:
        """Add a record's line; it may wait in memory until enough have come together."""
        self._batch.append(line)
        self._batched += len(line) + 1
        if self._batched >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits; of a write that fails nothing stays, so that the file always ends with a whole line."""
        if not self._batch:
            return
        data = b"\n".join(self._batch) + b"\n"
        try:
            self._effects.append(self._file, data)
        except OSError:
            self._effects.truncate(self._file, self._whole)
            raise
        self._whole += len(data)
        self._batch, self._batched = [], 0

    def discard_batch(self) -> None:
        """Forget what could not be written."""
        self._batch, self._batched = [], 0

    def publish(self) -> None:
        """Make the first record durable and the run visible: from here on it will be in the log, whatever happens."""
        self.flush()
        self._effects.sync(self._file)
        self._effects.rename(self._path("new"), self._path("open"))
        self._effects.sync_folder(self._place.spool)

    def finish(self) -> None:
        """Make the whole run durable and let it wait for its commit; the file is closed."""
        self.flush()
        self._effects.sync(self._file)
        self._effects.rename(self._path("open"), self._path("done"))
        self._effects.sync_folder(self._place.spool)
        self.close()

    def stop(self, reason: str, now: datetime, end: Callable[[int, str, str, datetime, Effects], bool]) -> None:
        """End the run as ``end`` does it, and let it wait for its commit; the file is closed."""
        path = self._path("open")
        reader = os.open(path, os.O_RDWR | os.O_APPEND)
        try:
            end(reader, self._run, reason, now, self._effects)
        finally:
            os.close(reader)
        self._effects.rename(path, self._path("done"))
        self._effects.sync_folder(self._place.spool)
        self.close()

    def close(self) -> None:
        """Close the file, and with it give its lock back."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def release_reserve(self, error: OSError) -> bool:
        """Free the reserved space where the disk is full; was there any?"""
        if error.errno not in _FULL or not self._place.reserve.exists():
            return False
        self._effects.unlink(self._place.reserve)
        return True

    def _path(self, state: str) -> Path:
        return self._place.spool / f"{self._stem}.{state}"


def waiting(place: LogPlace) -> list[Waiting]:
    """Return the runs that wait for their commit, the oldest first."""
    return sorted(_named(place, ".done"))


def dead(place: LogPlace) -> Iterator[tuple[Waiting, int]]:
    """Yield each run whose process is gone, with its file open and locked; the log's lock must be held."""
    for found in sorted(_named(place, ".open")):
        try:
            file = os.open(found.path, os.O_RDWR | os.O_APPEND)
        except FileNotFoundError:
            continue  # it has just finished
        try:
            if try_lock(file) and found.path.exists():
                yield found, file
        finally:
            os.close(file)


def unborn(place: LogPlace) -> list[Path]:
    """Return the files of runs that died before their first record was durable; the log's lock must be held."""
    return [found.path for found in _named(place, ".new")]


def _named(place: LogPlace, suffix: str) -> Iterator[Waiting]:
    for path in place.spool.iterdir():
        if path.suffix == suffix:
            began, _, run = path.stem.partition("-")
            yield Waiting(int(began), run, path)
