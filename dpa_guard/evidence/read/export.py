"""A log as one zip for somebody who trusts other people's tools.

::

    <name>/log/…                      the log, byte for byte
    <name>/tlog/checkpoint            the same tree for C2SP tlog-tiles readers:
    <name>/tlog/tile/<L>/<N>[.p/<W>]      its tiles at the newest checkpoint
    <name>/tlog/tile/entries/<N>[.p/<W>]  its records, each behind its length (uint16, big endian)
    <name>/proof/<N>.tlog-proof, .json    one record and its proof: the end of the newest run
    <name>/policy                     C2SP tlog-policy: the key, no witness
    <name>/agreement/<file>           what was given with it
    <name>/VERIFY.md                  recipes
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from dpa_guard.evidence.note import VerifierKey
from dpa_guard.evidence.proof import format_proof, make_proof
from dpa_guard.evidence.read.records import Line, head_of, lines_of_run, runs_of
from dpa_guard.evidence.tiles import FULL_LENGTH, WIDTH, Tile, nodes, tiles_of
from dpa_guard.evidence.verify.files import LogFiles, list_files
from dpa_guard.evidence.verify.findings import Verification

__all__ = ["write_export"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every member: the same log gives the same zip."""


def write_export(folder: Path, target: Path, root: str, key: VerifierKey, agreements: Iterable[Path]) -> int:
    """Write the zip of a log that was verified just before; return how many records it holds. ``root`` is its folder.

    ``target`` must not exist. Raises EvidenceError for what cannot be read, OSError for what cannot be written.
    """
    head, note = head_of(folder)
    log = LogFiles(folder)
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as pack:

        def add(name: str, data: bytes) -> None:
            pack.writestr(zipfile.ZipInfo(f"{root}/{name}", _EPOCH), data, zipfile.ZIP_DEFLATED)

        def read(tile: Tile) -> bytes:
            return log.read(tile.path, FULL_LENGTH)

        add("VERIFY.md", files("dpa_guard.evidence.read").joinpath("VERIFY.md").read_bytes())
        add("policy", f"log {key}\nquorum none\n".encode())
        for agreement in agreements:
            add(f"agreement/{agreement.name}", agreement.read_bytes())
        for path in _committed(folder, head.size):
            _copy(pack, f"{root}/log/{path}", log, path)
        add("tlog/checkpoint", note)
        for tile in tiles_of(head.size):
            add(f"tlog/{tile.path}", read(tile))
        last: Line | None = None
        for tile, bundle, line in _bundles(folder):
            add(f"tlog/{tile.path.replace('tile/0/', 'tile/entries/', 1)}", bundle)
            last = line
        if last is not None:
            add(f"proof/{last.index}.tlog-proof", format_proof(make_proof(last.index, note, nodes(head.size, read))))
            add(f"proof/{last.index}.json", last.data)
    return head.size


def _committed(folder: Path, size: int) -> Iterator[str]:
    """Yield every file of the log that belongs to its newest checkpoint or an older one."""
    found = list_files(folder, Verification(pinned=False))
    yield "checkpoint"
    yield from (path for of_size, path in sorted(found.checkpoints.items()) if of_size <= size)
    yield from (run.path for run in found.runs if run.first < size)
    yield from (path for tile, path in sorted(found.tiles.items()) if _last_of(tile) <= size)
    yield from (f"blob/{digest}" for digest in sorted(found.blobs))
    yield from sorted(found.later)


def _last_of(tile: Tile) -> int:
    return (tile.index * WIDTH + tile.width) << (8 * tile.level)


def _copy(pack: zipfile.ZipFile, name: str, log: LogFiles, path: str) -> None:
    """Copy a file of any size."""
    with open(log.open(path), "rb") as source, pack.open(zipfile.ZipInfo(name, _EPOCH), "w", force_zip64=True) as copy:
        while chunk := source.read(1 << 20):
            copy.write(chunk)


def _bundles(folder: Path) -> Iterator[tuple[Tile, bytes, Line]]:
    """Yield the entry bundles, 256 records each, with the last record in it."""
    batch: list[Line] = []
    for run in runs_of(folder):
        for line in lines_of_run(folder, run):
            batch.append(line)
            if len(batch) == WIDTH:
                yield _bundle(batch)
                batch = []
    if batch:
        yield _bundle(batch)


def _bundle(lines: list[Line]) -> tuple[Tile, bytes, Line]:
    data = b"".join(len(line.data).to_bytes(2, "big") + line.data for line in lines)
    return Tile(0, lines[0].index // WIDTH, len(lines)), data, lines[-1]
