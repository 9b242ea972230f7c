"""The tree on disk: C2SP tlog-tiles, 256 hashes a tile, eight levels of the tree in one.

::

    tile/<L>/<N>[.p/<W>]      L level of tiles   N index in 3-digit groups, all but the last with an x
                              W width of a partial tile, 1..255; a full one has 256 hashes and no suffix
    tile/0/x001/x234/067      the 1,234,067th full tile of leaf hashes, counted from 0
    tile/1/000.p/17           17 hashes, each over a full tile of level 0

Hash *i* of tile (L, N) is that of the perfect subtree of level 8·L and index 256·N + i. A tree of size *s* has
floor(s / 256^L) hashes at tile level L; the last tile of a level is partial unless that is a multiple of 256.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256

from msgspec import Struct

from dpa_guard.evidence import tree
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.spelling import LARGEST, shown
from dpa_guard.evidence.tree import HASH_LENGTH, Node

HEIGHT = 8
WIDTH = 1 << HEIGHT
FULL_LENGTH = WIDTH * HASH_LENGTH
"""Bytes of a full tile."""

_PATH = re.compile(r"tile/([0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?\Z")


class Tile(Struct, frozen=True, order=True):
    """Which hashes: ``width`` of them from ``256 * index`` on, at ``level`` (of tiles, from 0)."""

    level: int
    index: int
    width: int
    """256 for a full tile."""

    @property
    def path(self) -> str:
        """Where the tile lies in its log, with ``/`` between the parts."""
        groups = [f"{self.index % 1000:03}"]
        rest = self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        suffix = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{'/'.join(groups)}{suffix}"


Read = Callable[[Tile], bytes]
"""Gives a tile's bytes, ``32 * width`` of them; raises where it is missing."""


def parse_path(path: str) -> Tile:
    """Return the tile that lies at ``path``; only the one spelling of a tile that can exist is accepted.

    Raises EvidenceError ``tile-path``.
    """
    match = _PATH.match(path)
    if match:
        tile = Tile(int(match[1]), int(re.sub("[x/]", "", match[2])), int(match[3] or WIDTH))
        smallest_tree = (tile.index * WIDTH + tile.width) << (HEIGHT * tile.level)
        if tile.path == path and tile.width > 0 and smallest_tree <= LARGEST:
            return tile
    raise EvidenceError("tile-path", f"expected a tile's path like tile/0/x001/234.p/56, found {shown(path)}")


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every tile of a tree: full ones and, at the end of each level that has one, the partial one."""
    return new_tiles(0, size)


def new_tiles(old: int, new: int) -> Iterator[Tile]:
    """Yield the tiles that a tree of size ``new`` has and one of size ``old`` had not: what growth must write."""
    for level in range(_levels(new)):
        before, after = old >> (HEIGHT * level), new >> (HEIGHT * level)
        for index in range(before // WIDTH, after // WIDTH):
            yield Tile(level, index, WIDTH)
        if after % WIDTH and after != before:
            yield Tile(level, after // WIDTH, after % WIDTH)


def partial_tiles(size: int) -> list[Tile]:
    """Return the partial tiles of a tree, at most one a level, lowest first: kept for each signed checkpoint."""
    counts = [size >> (HEIGHT * level) for level in range(_levels(size))]
    return [Tile(level, count // WIDTH, count % WIDTH) for level, count in enumerate(counts) if count % WIDTH]


def nodes(size: int, read: Read) -> Node:
    """Return the perfect subtrees of a tree of ``size`` leaves, read from its tiles; the last few tiles are kept.

    With it ``tree.root``, ``tree.inclusion_proof`` and ``tree.consistency_proof`` work on a log's files.
    """

    @lru_cache(maxsize=32)
    def tile(level: int, index: int) -> bytes:
        width = min(WIDTH, (size >> (HEIGHT * level)) - index * WIDTH)
        return checked(Tile(level, index, width), read)

    def node(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        start = first % WIDTH * HASH_LENGTH
        return perfect_root(tile(tile_level, first // WIDTH)[start : start + (HASH_LENGTH << height)])

    return node


def checked(tile: Tile, read: Read) -> bytes:
    """Return a tile's bytes, of the length it must have; raise EvidenceError ``tile-length`` otherwise."""
    data = read(tile)
    if len(data) != tile.width * HASH_LENGTH:
        raise EvidenceError("tile-length", f"{tile.path}: expected {tile.width * HASH_LENGTH} bytes, found {len(data)}")
    return data


def perfect_root(hashes: bytes) -> bytes:
    """Return the root over hashes in a row, whose count is a power of two."""
    while len(hashes) > HASH_LENGTH:
        pairs = range(0, len(hashes), 2 * HASH_LENGTH)
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + 2 * HASH_LENGTH]).digest() for at in pairs])
    return hashes


class RightEdge:
    """The unfinished tiles of a tree that grows: all that is needed to write the next ones, one tile a level."""

    def __init__(self) -> None:
        """Begin with the empty tree; ``resume`` takes up one that is there."""
        self.size = 0
        self._levels: list[bytearray] = []

    @classmethod
    def resume(cls, size: int, read: Read) -> RightEdge:
        """Return the edge of a tree of ``size`` leaves from its partial tiles."""
        edge = cls()
        edge.size = size
        edge._levels = [bytearray() for _ in range(_levels(size))]
        for tile in partial_tiles(size):
            edge._levels[tile.level] += checked(tile, read)
        return edge

    def append(self, leaf: bytes) -> Sequence[tuple[Tile, bytes]]:
        """Add the hash of one leaf and return the tiles that it filled: mostly none, lowest level first."""
        if not self._levels:
            self._levels.append(bytearray())
        self._levels[0] += leaf
        self.size += 1
        return () if self.size % WIDTH else self._promote()

    def partials(self, since: int = 0) -> list[tuple[Tile, bytes]]:
        """Return the partial tiles as they are now, but not those that the tree of size ``since`` had already."""
        return [
            (tile, bytes(self._levels[tile.level]))
            for tile in partial_tiles(self.size)
            if since >> (HEIGHT * tile.level) != self.size >> (HEIGHT * tile.level)
        ]

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        return tree.fold([peak for hashes in reversed(self._levels) for peak in _peaks(hashes)])

    def _promote(self) -> list[tuple[Tile, bytes]]:
        filled = []
        for level, count in enumerate(_counts(self.size)):
            if count % WIDTH:
                break
            data = bytes(self._levels[level])
            filled.append((Tile(level, count // WIDTH - 1, WIDTH), data))
            self._levels[level].clear()
            if level + 1 == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level + 1] += perfect_root(data)
        return filled


def _levels(size: int) -> int:
    """Return how many levels of tiles a tree has."""
    return -(-size.bit_length() // HEIGHT)


def _counts(size: int) -> Iterator[int]:
    """Yield how many hashes a tree has at each level of tiles."""
    while size:
        yield size
        size >>= HEIGHT


def _peaks(hashes: bytearray) -> Iterator[bytes]:
    """Yield the roots of the perfect subtrees over one partial tile, the largest first."""
    start = 0
    for height in reversed(range(HEIGHT)):
        length = HASH_LENGTH << height
        if len(hashes) & length:
            yield perfect_root(bytes(hashes[start : start + length]))
            start += length
