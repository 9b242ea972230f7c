"""What one run adds to a log's folder: its own file and the tiles of the tree that has grown by it."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

from dpa_guard.evidence.tiles import RightEdge, Tile
from dpa_guard.evidence.tree import leaf_hash
from dpa_guard.evidence.write.effects import Effects

__all__ = ["PACKED_FROM", "Growth"]

PACKED_FROM = 1 << 18
"""Bytes; a run's file of this size or more is compressed. A small one is readable without any tool."""

_CHUNK = 1 << 20
_LEVEL = 1
"""Records repeat so much that the quickest level leaves a twentieth; a higher one costs three times the time."""


class Growth:
    """The files of one commit: written beside the log first, then all renamed into it."""

    def __init__(self, folder: Path, effects: Effects) -> None:
        self._folder = folder
        self._effects = effects
        self._temporary = folder / ".tmp"
        self._ready: list[tuple[Path, Path]] = []
        self._folders: set[Path] = set()

    def clear(self) -> None:
        """Remove what an interrupted commit left behind; a copy of the log may lack its empty folders."""
        self._effects.make_folder(self._temporary, 0o755)
        for path in sorted(self._temporary.iterdir()):
            self._effects.unlink(path)

    def write_run(self, spool: Path, run: str, edge: RightEdge) -> None:
        """Write the run's file and the tiles it fills, while the tree grows by its records."""
        before = edge.size
        packed = spool.stat().st_size >= PACKED_FROM
        name = f"runs/{before:020}-{run}.jsonl{'.gz' if packed else ''}"
        filled: list[tuple[Tile, bytes]] = []
        # Closed here and now: a write that fails must not leave the spool open until the garbage is collected.
        with closing(_grown(spool, edge, filled)) as pieces:
            self._write(name, _packed(pieces) if packed else pieces)
        for tile, data in [*filled, *edge.partials(before)]:
            self._write(tile.path, iter((data,)))

    def put_in_place(self) -> None:
        """Rename everything into the log, and make the names durable."""
        for temporary, target in self._ready:
            self._effects.rename(temporary, target)
        for folder in sorted(self._folders):
            self._effects.sync_folder(folder)

    def _write(self, name: str, pieces: Iterator[bytes]) -> None:
        target = self._folder / name
        self._folder_of(target)
        temporary = self._temporary / f"{len(self._ready):06}"
        self._effects.write_file(temporary, pieces, 0o644)
        self._ready.append((temporary, target))

    def _folder_of(self, target: Path) -> None:
        folder = target.parent
        if folder in self._folders:
            return
        self._folders.add(folder)
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for new in reversed(missing):
            self._effects.make_folder(new, 0o755)
            self._folders.add(new.parent)


def _grown(spool: Path, edge: RightEdge, filled: list[tuple[Tile, bytes]]) -> Generator[bytes]:
    """Yield the spool's bytes; each line on the way becomes a leaf of the tree."""
    rest = b""
    with spool.open("rb") as file:
        while chunk := file.read(_CHUNK):
            lines = (rest + chunk).split(b"\n")
            rest = lines.pop()
            for line in lines:
                filled += edge.append(leaf_hash(line))
            yield chunk


def _packed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield one gzip member (RFC 1952) without a time in its header, so that the same records give the same bytes."""
    member = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    for piece in pieces:
        yield member.compress(piece)
    yield member.flush()
