"""Tiles: where each lies, what growth adds, and that the tree can be read and taken up again from them."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpa_guard.evidence import EvidenceError, tiles, tree
from dpa_guard.evidence.tiles import RightEdge, Tile

LEAVES = [sha256(b"\x00%d" % number).digest() for number in range(1100)]
BORDERS = [0, 1, 2, 255, 256, 257, 511, 512, 513, 1024, 1100]


def _grown(size: int) -> tuple[RightEdge, dict[str, bytes]]:
    edge, there = RightEdge(), {}
    for leaf in LEAVES[:size]:
        there.update({tile.path: data for tile, data in edge.append(leaf)})
    there.update({tile.path: data for tile, data in edge.partials()})
    return edge, there


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0, 256), "tile/0/000"),
        (Tile(0, 1_234_067, 256), "tile/0/x001/x234/067"),
        (Tile(1, 0, 17), "tile/1/000.p/17"),
        (Tile(0, 1000, 1), "tile/0/x001/000.p/1"),
    ],
)
def test_a_tile_lies_where_the_specification_says(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tiles.parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/0/x000/001",
        "tile/00/000",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/9/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/../000",
        "tile/0/000\n",
        "tile/8/000",
        "tile/0/000.p/",
    ],
)
def test_a_tile_has_one_path(path: str) -> None:
    with pytest.raises(EvidenceError, match="tile's path"):
        tiles.parse_path(path)


@pytest.mark.parametrize("size", BORDERS)
def test_the_tiles_give_the_root_and_can_be_taken_up_again(size: int) -> None:
    edge, there = _grown(size)
    expected = tree.CompactRange()
    for leaf in LEAVES[:size]:
        expected.append(leaf)
    assert edge.root() == expected.root()
    assert RightEdge.resume(size, lambda tile: there[tile.path]).root() == expected.root()
    assert tree.root(size, tiles.nodes(size, lambda tile: there[tile.path])) == expected.root()
    assert set(there) == {tile.path for tile in tiles.tiles_of(size)}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1100), st.integers(0, 1100))
def test_growth_adds_the_tiles_that_were_not_there(one: int, other: int) -> None:
    old, new = sorted((one, other))
    before = {tile.path for tile in tiles.tiles_of(old)}
    added = {tile.path for tile in tiles.new_tiles(old, new)}
    assert added == {tile.path for tile in tiles.tiles_of(new)} - before


def test_a_tile_of_another_length_is_refused() -> None:
    _, there = _grown(300)
    short = {**there, "tile/0/001.p/44": there["tile/0/001.p/44"][:-1]}
    with pytest.raises(EvidenceError, match=r"tile/0/001\.p/44"):
        RightEdge.resume(300, lambda tile: short[tile.path])
