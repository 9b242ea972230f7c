"""Every file of a log, by what its name says it is; whatever has no business there is a fault.

::

    checkpoint   checkpoints/<20 digits>   runs/<20 digits>-<run>.jsonl[.gz]   tile/<L>/<N>[.p/<W>]   blob/<sha256>
    cosignatures/<20 digits>/<key id>      timestamps/<20 digits>/<n>.tsr      .tmp/<anything>

Only regular files count: a link, a pipe, a device or a folder in a file's place could be anything by the time it is
read, so it is never opened.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.tiles import Tile, parse_path
from dpa_guard.evidence.verify.findings import Verification

_SIZE = re.compile(r"[0-9]{20}\Z")
_RUN = re.compile(r"([0-9]{20})-([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\.jsonl(\.gz)?\Z")
_BLOB = re.compile(r"[0-9a-f]{64}\Z")
_LATER = {"cosignatures": re.compile(r"[0-9]{20}/[0-9a-f]{8}\Z"), "timestamps": re.compile(r"[0-9]{20}/[0-9]+\.tsr\Z")}
_DEEPEST = 12


class RunFile(Struct, frozen=True, order=True):
    """A run's file, as its name tells it."""

    first: int
    run: str
    path: str
    packed: bool


class LogFiles(Struct):
    """What lies in a log's folder."""

    folder: Path
    has_checkpoint: bool = False
    checkpoints: dict[int, str] = field(default_factory=dict)
    """Size → path."""
    runs: list[RunFile] = field(default_factory=list)
    tiles: dict[Tile, str] = field(default_factory=dict)
    blobs: set[str] = field(default_factory=set)
    """Their SHA-256, as the names say."""
    unfinished: list[str] = field(default_factory=list)
    """Below ``.tmp/``."""
    later: list[str] = field(default_factory=list)
    """Cosignatures and time-stamps."""

    def open(self, path: str) -> int:
        """Open a file for reading and return its descriptor; raises OSError, also where it has become a link."""
        return os.open(self.folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)

    def read(self, path: str, most: int) -> bytes:
        """Return a whole file of at most ``most`` bytes; raises EvidenceError ``file-long`` or ``file-unreadable``."""
        try:
            descriptor = self.open(path)
        except OSError as error:
            raise EvidenceError("file-unreadable", f"cannot be read: {error.strerror}") from None
        with open(descriptor, "rb") as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise EvidenceError("file-long", f"expected at most {most} bytes")
        return data


def list_files(folder: Path, found: Verification) -> LogFiles:
    """Return the files of a log, sorted by what they are; report every one that does not belong there."""
    files = LogFiles(folder)
    for path in _walk(folder, "", found):
        _sort(files, path, found)
    files.runs.sort()
    return files


def _walk(folder: Path, below: str, found: Verification) -> Iterator[str]:
    """Yield every regular file below a folder; report everything that is neither file nor folder."""
    if below.count("/") > _DEEPEST:
        found.fault(shown(below), "file-unexpected", "folders nested deeper than a log has")
        return
    try:
        entries = sorted(os.scandir(folder / below), key=lambda entry: entry.name)
    except OSError as error:
        found.fault(shown(below) or ".", "file-unreadable", f"cannot be listed: {error.strerror}")
        return
    for entry in entries:
        path = f"{below}{entry.name}"
        try:
            mode = entry.stat(follow_symlinks=False).st_mode
        except OSError as error:
            found.fault(shown(path), "file-unreadable", f"cannot be looked at: {error.strerror}")
            continue
        if stat.S_ISDIR(mode):
            yield from _walk(folder, f"{path}/", found)
        elif stat.S_ISREG(mode):
            yield path
        else:
            found.fault(shown(path), "file-kind", "expected a regular file: a link or a device proves nothing")


def _sort(files: LogFiles, path: str, found: Verification) -> None:
    top, _, rest = path.partition("/")
    if path == "checkpoint":
        files.has_checkpoint = True
    elif top == "checkpoints" and _SIZE.match(rest):
        files.checkpoints[int(rest)] = path
    elif top == "runs" and (run := _RUN.match(rest)):
        files.runs.append(RunFile(int(run[1]), run[2], path, run[3] is not None))
    elif top == "blob" and _BLOB.match(rest):
        files.blobs.add(rest)
    elif top == ".tmp" and rest:
        files.unfinished.append(path)
    elif top in _LATER and _LATER[top].match(rest):
        files.later.append(path)
    elif top == "tile" and (tile := _tile(path)) is not None:
        files.tiles[tile] = path
    else:
        found.fault(shown(path), "file-unexpected", "no file of this name belongs to a log")


def _tile(path: str) -> Tile | None:
    try:
        return parse_path(path)
    except EvidenceError:
        return None


def shown(path: str) -> str:
    """Return a path as a report may print it: one line, no control characters."""
    return path if path.isascii() and path.isprintable() else ascii(path)[1:-1]
