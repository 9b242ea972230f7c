"""The records of a log, by run and by index.

A log that is read here may be a stranger's. Only what ``list_files`` found to be a regular file is opened, a line at a
time, so nothing outside the folder is touched and memory stays bounded whatever lies there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from dpa_guard.evidence import canonical, checkpoint, tree
from dpa_guard.evidence.checkpoint import Checkpoint
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.note import LONGEST_NOTE
from dpa_guard.evidence.tiles import FULL_LENGTH, Tile
from dpa_guard.evidence.verify.files import LogFiles, RunFile, list_files
from dpa_guard.evidence.verify.findings import Verification
from dpa_guard.evidence.verify.lines import lines_of

__all__ = ["NOT_THERE", "Line", "Log", "line_at", "lines_of_run", "runs_of"]

_ERASED = re.compile(rb'\{"event":"record\.erased","leaf":"([0-9a-f]{64})","v":1\}\Z')
"""The whole line that stands in the place of an erased record; one that announces an erasure has more fields."""
NOT_THERE = frozenset({"no-log", "no-run", "no-record", "record-gone"})
"""Codes that say: what was asked for is not there. Every other one says that the log is damaged."""


class Line(Struct, frozen=True):
    """One record: its index in the log, and its bytes without the newline."""

    index: int
    data: bytes

    def record(self) -> dict[str, Any]:
        """Return what it says; raises EvidenceError where it is not canonical."""
        try:
            return canonical.decode(self.data)
        except EvidenceError as error:
            raise EvidenceError(error.code, f"record {self.index}: {error.message}", error.hint) from None

    def leaf(self) -> bytes:
        """Return its leaf hash; for the placeholder of an erased record, the one that it names."""
        erased = self.erased()
        return tree.leaf_hash(self.data) if erased is None else erased

    def erased(self) -> bytes | None:
        """Return the leaf hash of the record that was erased here; None where this is a record."""
        found = _ERASED.match(self.data)
        return None if found is None else bytes.fromhex(found[1].decode())


class Log:
    """A log's folder, listed once."""

    def __init__(self, folder: Path) -> None:
        """List the files; raises EvidenceError ``no-log`` where the folder holds no checkpoint."""
        self.folder = folder
        self.files = list_files(folder, Verification(pinned=False))
        self.head, self.note = _head(self.files)
        self.runs = [run for run in self.files.runs if run.first < self.head.size]
        """Those that are committed, in order."""

    def end_of(self, run: RunFile) -> int:
        """Return the index after a run's last record, as the names of the files say."""
        following = bisect_right(self.runs, run.first, key=lambda each: each.first)
        return self.runs[following].first if following < len(self.runs) else self.head.size

    def lines(self, run: RunFile) -> Iterator[Line]:
        """Yield a run's records; raises EvidenceError where the file is damaged or cannot be read."""
        try:
            with open(self.files.open(run.path), "rb") as stream:
                for number, line in enumerate(lines_of(stream, packed=run.packed)):
                    yield Line(run.first + number, line)
        except EvidenceError as error:
            raise EvidenceError(error.code, f"{run.path}: {error.message}", error.hint) from None
        except OSError as error:
            raise EvidenceError("file-unreadable", f"{run.path}: cannot be read: {error.strerror}") from None

    def all_lines(self) -> Iterator[Line]:
        """Yield every committed record."""
        for run in self.runs:
            yield from self.lines(run)

    def line(self, index: int) -> Line:
        """Return one record by its index; raises EvidenceError ``no-record`` where there is none."""
        place = bisect_right(self.runs, index, key=lambda each: each.first)
        if index < self.head.size and place:
            for line in self.lines(self.runs[place - 1]):
                if line.index == index:
                    return line
        size = self.head.size
        raise EvidenceError("no-record", f"expected a record's index below {size}, the size of the log; found {index}")

    def tile(self, tile: Tile) -> bytes:
        """Return a tile's bytes; raises EvidenceError where it is not there or too long."""
        if tile not in self.files.tiles:
            raise EvidenceError("tile-missing", f"{tile.path}: a tile that the signed tree has is not there")
        try:
            return self.files.read(tile.path, FULL_LENGTH)
        except EvidenceError as error:
            raise EvidenceError(error.code, f"{tile.path}: {error.message}") from None


def _head(files: LogFiles) -> tuple[Checkpoint, bytes]:
    """Return the newest checkpoint, its signature unchecked: ``checkpoint``, or a kept one that is newer.

    A kept one is newer where a commit was interrupted after signing; all its data are there by then.
    """
    if not files.has_checkpoint:
        raise EvidenceError(
            "no-log",
            f"{files.folder}: expected an evidence log, found no file `checkpoint` in it",
            "name the folder that holds the file `checkpoint`",
        )
    published, note = _read(files, "checkpoint")
    newest = max(files.checkpoints, default=0)
    if newest > published.size:
        kept, kept_note = _read(files, files.checkpoints[newest])
        if (kept.size, kept.origin) == (newest, published.origin):
            return kept, kept_note
    return published, note


def _read(files: LogFiles, path: str) -> tuple[Checkpoint, bytes]:
    try:
        data = files.read(path, LONGEST_NOTE)
        return checkpoint.read(data)[0], data
    except EvidenceError as error:
        raise EvidenceError(error.code, f"{path}: {error.message}", error.hint) from None


def runs_of(folder: Path) -> list[RunFile]:
    """Return the committed runs of a log, in order."""
    return Log(folder).runs


def lines_of_run(folder: Path, run: RunFile) -> Iterator[Line]:
    """Yield the records of one run of a log."""
    return Log(folder).lines(run)


def line_at(folder: Path, index: int) -> Line:
    """Return one record of a log by its index."""
    return Log(folder).line(index)
