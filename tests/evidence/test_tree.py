"""The tree of RFC 6962: published roots and proofs, and every size up to 300 against the definition."""

from __future__ import annotations

import base64
import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.evidence import EvidenceError, tree

MOST = 300
LEAVES = [tree.leaf_hash(f"record {n}".encode()) for n in range(MOST)]


@cache
def _root(begin: int, end: int) -> bytes:
    """MTH as RFC 6962 section 2.1 defines it, with nothing of ours."""
    if begin == end:
        return sha256(b"").digest()
    if end - begin == 1:
        return sha256(b"\x00" + f"record {begin}".encode()).digest()
    middle = begin + _split(end - begin)
    return sha256(b"\x01" + _root(begin, middle) + _root(middle, end)).digest()


def _split(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def _path(index: int, begin: int, end: int) -> list[bytes]:
    """PATH of section 2.1.1."""
    if end - begin == 1:
        return []
    middle = begin + _split(end - begin)
    if index < middle:
        return [*_path(index, begin, middle), _root(middle, end)]
    return [*_path(index, middle, end), _root(begin, middle)]


def _subproof(old: int, begin: int, end: int, whole: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.2; ``old`` counts from 0 and not from ``begin``."""
    if old == end:
        return [] if whole else [_root(begin, end)]
    middle = begin + _split(end - begin)
    if old <= middle:
        return [*_subproof(old, begin, middle, whole), _root(middle, end)]
    return [*_subproof(old, middle, end, False), _root(begin, middle)]


def _node(level: int, index: int) -> bytes:
    return _root(index << level, (index + 1) << level)


def _hash(text: str) -> bytes:
    return base64.b64decode(text)


def _vectors(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    return [(str(file.relative_to(folder)), json.loads(file.read_bytes())) for file in sorted(folder.rglob("*.json"))]


def test_the_published_roots(shared_data: Path) -> None:
    published = json.loads((shared_data / "vectors/rfc6962/rfc6962-roots.json").read_bytes())
    growing = tree.CompactRange()
    roots = [growing.root().hex()]
    for line in published["leaf_inputs_hex"]:
        growing.append(tree.leaf_hash(bytes.fromhex(line)))
        roots.append(growing.root().hex())
    assert roots == published["root_hashes_hex"]
    assert growing.size == 8


def test_the_published_inclusion_proofs_and_their_forgeries(shared_data: Path) -> None:
    counts = {True: 0, False: 0}
    for name, vector in _vectors(shared_data / "vectors/merkle/inclusion"):
        proof = [_hash(step) for step in vector["proof"] or []]
        parts = (
            _hash(vector["leafHash"] or ""),
            vector["leafIdx"],
            vector["treeSize"],
            proof,
            _hash(vector["root"] or ""),
        )
        try:
            tree.verify_inclusion(*parts)
            refused = False
        except EvidenceError:
            refused = True
        assert refused is vector["wantErr"], name
        counts[refused] += 1
    assert counts[False] >= 3
    assert counts[True] >= 40


def test_the_published_consistency_proofs_and_their_forgeries(shared_data: Path) -> None:
    counts = {True: 0, False: 0}
    for name, vector in _vectors(shared_data / "vectors/merkle/consistency"):
        proof = [_hash(step) for step in vector["proof"] or []]
        roots = (_hash(vector["root1"] or ""), _hash(vector["root2"] or ""))
        try:
            tree.verify_consistency(vector["size1"], vector["size2"], proof, *roots)
            refused = False
        except EvidenceError:
            refused = True
        assert refused is vector["wantErr"], name
        counts[refused] += 1
    assert counts[False] >= 3
    assert counts[True] >= 30


def test_a_growing_tree_has_the_defined_root_at_every_size() -> None:
    growing = tree.CompactRange()
    for size in range(MOST):
        assert growing.size == size
        assert growing.root() == _root(0, size) == tree.root(size, _node)
        assert tree.CompactRange(size, growing.peaks).root() == growing.root()
        growing.append(LEAVES[size])


def test_a_tree_is_taken_up_again_with_the_peaks_of_its_size_only() -> None:
    with pytest.raises(EvidenceError, match="3 peaks, found 2"):
        tree.CompactRange(7, [LEAVES[0], LEAVES[1]])


@pytest.mark.parametrize("sizes", [range(1, 40), range(40, 301, 13), (127, 128, 129, 255, 256, 257, 300)], ids=str)
def test_every_inclusion_proof_is_the_defined_one_and_verifies(sizes: range) -> None:
    for size in sizes:
        for index in range(size):
            proof = tree.inclusion_proof(index, size, _node)
            assert proof == tuple(_path(index, 0, size))
            tree.verify_inclusion(LEAVES[index], index, size, proof, _root(0, size))


@pytest.mark.parametrize("news", [range(1, 40), range(40, 301, 13), (127, 128, 129, 255, 256, 257, 300)], ids=str)
def test_every_consistency_proof_is_the_defined_one_and_verifies(news: range) -> None:
    for new in news:
        for old in range(1, new + 1):
            proof = tree.consistency_proof(old, new, _node)
            assert proof == tuple(_subproof(old, 0, new, True))
            tree.verify_consistency(old, new, proof, _root(0, old), _root(0, new))


@pytest.mark.slow
def test_every_proof_at_every_size() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            tree.verify_inclusion(
                LEAVES[index],
                index,
                size,
                _checked(tree.inclusion_proof(index, size, _node), _path(index, 0, size)),
                _root(0, size),
            )
            proof = _checked(tree.consistency_proof(index + 1, size, _node), _subproof(index + 1, 0, size, True))
            tree.verify_consistency(index + 1, size, proof, _root(0, index + 1), _root(0, size))


def _checked(made: tuple[bytes, ...], defined: list[bytes]) -> tuple[bytes, ...]:
    assert made == tuple(defined)
    return made


sizes = st.integers(1, MOST)


@given(st.data())
def test_a_proof_with_anything_changed_is_refused(data: st.DataObject) -> None:
    new = data.draw(sizes)
    index = data.draw(st.integers(0, new - 1))
    leaf, proof, root = LEAVES[index], list(tree.inclusion_proof(index, new, _node)), _root(0, new)
    other = data.draw(st.integers(0, MOST)), data.draw(st.integers(0, MOST))
    changed = _changed(proof, data)
    for forged in (
        (leaf, index, new, changed, root),
        (LEAVES[index - 1], index, new, proof, root) if new > 1 else (_flipped(leaf), index, new, proof, root),
        (leaf, index, new, proof, _flipped(root)),
        (leaf, index, new, [*proof, leaf], root),
        (leaf, index, new, [leaf, *proof], root),
        (leaf[:-1], index, new, proof, root),
        (leaf, -1, new, proof, root),
        (leaf, new, new, proof, root),
    ):
        if forged[3] == proof and forged[:3] == (leaf, index, new) and forged[4] == root:
            continue
        with pytest.raises(EvidenceError):
            tree.verify_inclusion(*forged)
    if other[0] != index:
        with pytest.raises(EvidenceError):
            tree.verify_inclusion(leaf, other[0], new, proof, root)


@given(st.data())
def test_a_consistency_proof_with_anything_changed_is_refused(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, MOST))
    old = data.draw(st.integers(1, new - 1))
    proof = list(tree.consistency_proof(old, new, _node))
    before, after = _root(0, old), _root(0, new)
    for forged in (
        (old, new, _changed(proof, data), before, after),
        (old, new, [*proof, before], before, after),
        (old, new, [before, *proof], before, after),
        (old, new, [], before, after),
        (old, new, proof, _flipped(before), after),
        (old, new, proof, before, _flipped(after)),
        (old, new, proof, after, before),
        (new, old, proof, before, after),
        (-1, new, proof, before, after),
        (0, new, proof, before, after),
        (new, new, proof, before, after),
        (old, old, [], before, after),
    ):
        with pytest.raises(EvidenceError):
            tree.verify_consistency(*forged)


def _changed(proof: list[bytes], data: st.DataObject) -> list[bytes]:
    """Flip one bit of one step, or leave one out; a proof without steps gets one."""
    if not proof:
        return [LEAVES[0]]
    at = data.draw(st.integers(0, len(proof) - 1))
    step = data.draw(st.sampled_from([[], [_flipped(proof[at])], [proof[at][:-1]], [proof[at], proof[at]]]))
    return [*proof[:at], *step, *proof[at + 1 :]]


def _flipped(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


def test_from_the_empty_tree_there_is_nothing_to_show() -> None:
    empty = tree.EMPTY_ROOT
    assert tree.consistency_proof(0, 5, _node) == ()
    tree.verify_consistency(0, 5, (), empty, _root(0, 5))
    tree.verify_consistency(0, 0, (), empty, empty)
    for old_root, new_root, new in ((LEAVES[0], _root(0, 5), 5), (empty, LEAVES[0], 0), (LEAVES[0], LEAVES[0], 0)):
        with pytest.raises(EvidenceError):
            tree.verify_consistency(0, new, (), old_root, new_root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_no_proof_is_made_of_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(EvidenceError):
        tree.inclusion_proof(index, size, _node)
    with pytest.raises(EvidenceError):
        tree.consistency_proof(size + 1 if index >= 0 else -1, size, _node)
