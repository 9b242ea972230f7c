"""The records of a log, by run and by index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from dpa_guard.evidence import canonical, checkpoint
from dpa_guard.evidence.checkpoint import Checkpoint
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.note import LONGEST_NOTE
from dpa_guard.evidence.verify.files import LogFiles, RunFile, list_files
from dpa_guard.evidence.verify.findings import Verification
from dpa_guard.evidence.verify.lines import lines_of

__all__ = ["Line", "head_of", "line_at", "lines_of_run", "runs_of"]


class Line(Struct, frozen=True):
    """One record: its index in the log, and its bytes without the newline."""

    index: int
    data: bytes

    def record(self) -> dict[str, Any]:
        """Return what it says; raises EvidenceError where it is not canonical."""
        return canonical.decode(self.data)


def head_of(folder: Path) -> tuple[Checkpoint, bytes]:
    """Return the newest checkpoint (its signature unchecked) and its signed note.

    Raises EvidenceError ``no-log`` where the folder holds none, and those of its form.
    """
    files = LogFiles(folder)
    try:
        data = files.read("checkpoint", LONGEST_NOTE)
    except EvidenceError as error:
        raise EvidenceError(
            "no-log",
            f"{folder}: expected an evidence log, but its checkpoint {error.message}",
            "name the folder that holds the file `checkpoint`",
        ) from None
    return checkpoint.read(data)[0], data


def runs_of(folder: Path) -> list[RunFile]:
    """Return the committed runs, in order; raises EvidenceError ``no-log`` where there is no log."""
    head, _ = head_of(folder)
    return [run for run in list_files(folder, Verification(pinned=False)).runs if run.first < head.size]


def lines_of_run(folder: Path, run: RunFile) -> Iterator[Line]:
    """Yield a run's records; raises EvidenceError where the file is damaged or cannot be read."""
    try:
        with open(LogFiles(folder).open(run.path), "rb") as stream:
            for number, line in enumerate(lines_of(stream, packed=run.packed)):
                yield Line(run.first + number, line)
    except EvidenceError as error:
        raise EvidenceError(error.code, f"{run.path}: {error.message}", error.hint) from None
    except OSError as error:
        raise EvidenceError("file-unreadable", f"{run.path}: cannot be read: {error.strerror}") from None


def line_at(folder: Path, index: int) -> Line:
    """Return one record by its index in the log; raises EvidenceError ``no-record`` where there is none."""
    before = [run for run in runs_of(folder) if run.first <= index]
    if before:
        for line in lines_of_run(folder, before[-1]):
            if line.index == index:
                return line
    size = head_of(folder)[0].size
    raise EvidenceError("no-record", f"expected a record's index below {size}, the size of the log; found {index}")


def event_of(line: bytes) -> str:
    """Return the event of a line, without reading the rest of it; "" where it names none."""
    try:
        return msgspec.json.decode(line, type=_Event).event
    except msgspec.MsgspecError:
        return ""


class _Event(Struct):
    event: str = ""
