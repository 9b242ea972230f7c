"""A log as one zip for somebody who trusts other people's tools.

::

    <name>/VERIFY.md                      recipes, the same in every export
    <name>/policy                         C2SP tlog-policy: the key, no witness
    <name>/agreement/<sha256>-<file>      what was given with it; run.start names the sha256
    <name>/log/…                          the log, byte for byte, up to the checkpoint that was verified
    <name>/tlog/checkpoint                the same tree for C2SP tlog-tiles readers:
    <name>/tlog/tile/<L>/<N>[.p/<W>]      its tiles at this checkpoint
    <name>/tlog/tile/entries/<N>[.p/<W>]  its records, each behind its length (uint16, big endian)
    <name>/proof/<N>.tlog-proof, .json    one record and its proof: the end of the newest run
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct, field

from dpa_guard.evidence import checkpoint
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.note import LONGEST_NOTE, VerifierKey, verified_by
from dpa_guard.evidence.proof import format_proof, make_proof
from dpa_guard.evidence.read.records import Line, Log
from dpa_guard.evidence.tiles import WIDTH, Tile, nodes, tiles_of

__all__ = ["Exported", "write_export"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every member: the same log gives the same zip."""
_CHUNK = 1 << 20
_BLOB = re.compile(rb'"blob":"([0-9a-f]{64})"')


class Exported(Struct, frozen=True):
    """An agreement file in the zip."""

    file: Path
    sha256: str
    runs: int
    """How many runs of the log were held against exactly this file."""


def write_export(
    folder: Path, target: BinaryIO, name: str, size: int, keys: Iterable[VerifierKey], agreements: Iterable[Path]
) -> list[Exported]:
    """Write the zip of a log that was verified just before up to ``size``; return the agreements in it.

    ``name`` becomes its folder. What the writer has committed since is left out, so that the copy is what was verified.
    Raises EvidenceError for what cannot be read, OSError for what cannot be written.
    """
    log = Log(folder)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        pack = _Pack(archive, _plain(name).lstrip(".-") or "evidence", log)
        note, key = _signed(log, size, keys)
        pack.add("VERIFY.md", files("dpa_guard.evidence.read").joinpath("VERIFY.md").read_bytes())
        pack.add("policy", f"log {key}\nquorum none\n".encode())
        pack.add("log/checkpoint", note)
        pack.add("tlog/checkpoint", note)
        for path in _committed(log, size):
            pack.copy(f"log/{path}", path)
        for tile in tiles_of(size):
            pack.add(f"tlog/{tile.path}", log.tile(tile))
        seen = _Seen()
        for tile, bundle in _bundles(log, size, seen):
            pack.add(f"tlog/{tile.path.replace('tile/0/', 'tile/entries/', 1)}", bundle)
        for digest in sorted(seen.blobs & log.files.blobs):
            pack.copy(f"log/blob/{digest}", f"blob/{digest}")
        if seen.last is not None:
            proof = make_proof(seen.last.index, note, nodes(size, log.tile))
            pack.add(f"proof/{seen.last.index}.tlog-proof", format_proof(proof))
            pack.add(f"proof/{seen.last.index}.json", seen.last.data)
        return [pack.agreement(file, seen.agreements) for file in agreements]


class _Seen(Struct):
    """What was met on the way through the records."""

    blobs: set[str] = field(default_factory=set)
    agreements: Counter[str] = field(default_factory=Counter)
    """SHA-256 of the agreement file → runs that were held against it."""
    last: Line | None = None

    def take(self, line: Line, *, first: bool) -> None:
        self.last = line
        if b'"blob"' in line.data:
            self.blobs.update(found.decode() for found in _BLOB.findall(line.data))
        if first:
            agreement = line.record().get("agreement")
            self.agreements[str(agreement.get("sha256")) if isinstance(agreement, dict) else ""] += 1


class _Pack:
    """The zip under the making."""

    def __init__(self, archive: zipfile.ZipFile, root: str, log: Log) -> None:
        self._archive = archive
        self._root = root
        self._log = log

    def add(self, name: str, data: bytes) -> None:
        self._archive.writestr(self._member(name), data)

    def copy(self, name: str, path: str) -> None:
        """Copy a file of the log, of any size."""
        try:
            descriptor = self._log.files.open(path)
        except OSError as error:
            raise EvidenceError("file-unreadable", f"{path}: cannot be read: {error.strerror}") from None
        with open(descriptor, "rb") as source, self._archive.open(self._member(name), "w", force_zip64=True) as copy:
            while chunk := source.read(_CHUNK):
                copy.write(chunk)

    def agreement(self, file: Path, runs: Counter[str]) -> Exported:
        data = file.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        self.add(f"agreement/{sha256}-{_plain(file.name)}", data)
        return Exported(file, sha256, runs[sha256])

    def _member(self, name: str) -> zipfile.ZipInfo:
        member = zipfile.ZipInfo(f"{self._root}/{name}", _EPOCH)
        member.compress_type = zipfile.ZIP_DEFLATED
        member.create_system = 3
        member.external_attr = 0o100644 << 16  # without it, unzip makes files that nobody may read
        return member


def _plain(name: str) -> str:
    """Return a name that every system can unpack, and that leads nowhere else."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)


def _signed(log: Log, size: int, keys: Iterable[VerifierKey]) -> tuple[bytes, VerifierKey]:
    """Return the signed checkpoint of this size, and which of the keys signed it."""
    note = log.files.read(log.files.checkpoints[size], LONGEST_NOTE)
    head, signed = checkpoint.read(note)
    (key, *_) = [key for key in verified_by(signed, keys) if key.name == head.origin]
    return note, key


def _committed(log: Log, size: int) -> Iterator[str]:
    """Yield every file of the log that belongs to a tree of at most this size; blobs apart."""
    yield from (path for of_size, path in sorted(log.files.checkpoints.items()) if of_size <= size)
    yield from (run.path for run in log.runs if run.first < size)
    yield from (path for tile, path in sorted(log.files.tiles.items()) if _end_of(tile) <= size)
    yield from (path for path in sorted(log.files.later) if int(path.split("/")[1]) <= size)


def _end_of(tile: Tile) -> int:
    return (tile.index * WIDTH + tile.width) << (8 * tile.level)


def _bundles(log: Log, size: int, seen: _Seen) -> Iterator[tuple[Tile, bytes]]:
    """Yield the entry bundles, 256 records each."""
    batch: list[bytes] = []
    index = 0
    for run in log.runs:
        if run.first >= size:
            break
        for line in log.lines(run):
            seen.take(line, first=line.index == run.first)
            batch.append(len(line.data).to_bytes(2, "big") + line.data)
            index += 1
            if len(batch) == WIDTH:
                yield Tile(0, index // WIDTH - 1, WIDTH), b"".join(batch)
                batch = []
    if batch:
        yield Tile(0, index // WIDTH, len(batch)), b"".join(batch)
