"""The Merkle tree of RFC 6962: one root for all records, and short proofs about it.

::

    leaf = SHA-256(0x00 || record)      node = SHA-256(0x01 || left || right)      root of nothing = SHA-256("")

            root(7)                     the left part is always the largest power of two that leaves something
           /       \\
        n2,0        x                   n2,0 = node of level 2, index 0: a perfect subtree over leaves 0..3
       /    \\     /   \\
     n1,0  n1,1  n1,2  n0,6

Proofs are made from perfect subtrees only (``Node``), so from tiles; they are checked as RFC 9162 section 2.1.3.2 and
2.1.4.2 say. Indices count from 0. Every hash is 32 bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from dpa_guard.evidence.errors import EvidenceError

HASH_LENGTH = 32
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""(level, index) → hash of the perfect subtree over the leaves from index · 2^level to (index + 1) · 2^level."""


def leaf_hash(line: bytes) -> bytes:
    """Return the hash of a record's line (without newline) as a leaf."""
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two hashes."""
    return sha256(b"\x01" + left + right).digest()


def fold(peaks: Sequence[bytes]) -> bytes:
    """Return the root over perfect subtrees that shrink from left to right; of none, the root of the empty tree."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


class CompactRange:
    """A tree that only grows, as its perfect subtrees: one hash for each 1 bit of its size."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Take up a tree again; ``peaks`` from left (largest) to right, as the property of that name gives them."""
        if len(peaks) != size.bit_count():
            raise EvidenceError("tree-hash", f"a tree of size {size} has {size.bit_count()} peaks, found {len(peaks)}")
        self._size = size
        self._peaks = list(peaks)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._size

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The hashes of the perfect subtrees, the largest first."""
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add the hash of one leaf."""
        peaks, merges = self._peaks, self._size
        while merges & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            merges >>= 1
        peaks.append(leaf)
        self._size += 1

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        return fold(self._peaks)


def range_root(begin: int, end: int, node: Node) -> bytes:
    """Return the hash over the leaves from ``begin`` to before ``end``, a range as RFC 6962 splits trees into."""
    peaks = []
    for level in reversed(range((end - begin).bit_length())):
        if (end - begin) >> level & 1:
            peaks.append(node(level, begin >> level))
            begin += 1 << level
    return fold(peaks)


def root(size: int, node: Node) -> bytes:
    """Return the root of the tree of the first ``size`` leaves."""
    return range_root(0, size, node)


def inclusion_proof(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """Return the hashes that lead from leaf ``index`` to the root of size ``size``: RFC 6962 section 2.1.1."""
    if not 0 <= index < size:
        raise EvidenceError("proof-index", f"expected a record before {size}, the size of the tree, found {index}")
    begin, end, ranges = 0, size, []
    while end - begin > 1:
        middle = begin + _left(end - begin)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    return tuple(range_root(*part, node) for part in reversed(ranges))


def consistency_proof(old: int, new: int, node: Node) -> tuple[bytes, ...]:
    """Return the hashes that show the tree of size ``old`` to be the beginning of that of ``new``: section 2.1.2.

    From the empty tree, and to the same size, there is nothing to show: no hashes.
    """
    if not 0 <= old <= new:
        raise EvidenceError("proof-index", f"expected an older size of at most {new}, found {old}")
    if old == 0:
        return ()
    begin, end, ranges = 0, new, []
    while end != old:
        middle = begin + _left(end - begin)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    if begin:  # otherwise the older root itself is where both climbs begin, and the reader has it
        ranges.append((begin, end))
    return tuple(range_root(*part, node) for part in reversed(ranges))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> None:
    """Return where the proof leads from the leaf's hash to the expected root; raise EvidenceError otherwise."""
    _check_hashes(leaf, expected, *proof)
    if not 0 <= index < size:
        raise EvidenceError("proof-index", f"expected a record before {size}, the size of the tree, found {index}")
    at, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise _wrong("inclusion")
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    if last or found != expected:
        raise _wrong("inclusion")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Return where the proof shows the older root's leaves to begin the newer's; raise EvidenceError otherwise."""
    _check_hashes(old_root, new_root, *proof)
    if not 0 <= old <= new:
        raise EvidenceError("proof-index", f"expected an older size of at most {new}, found {old}")
    if old == 0 and old_root != EMPTY_ROOT:
        raise _wrong("consistency")
    if old == new and old_root != new_root:
        raise _wrong("consistency")
    if (old in (0, new)) != (not proof):  # there is something to show, or there is not
        raise _wrong("consistency")
    if not proof:
        return
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    found_old = found_new = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise _wrong("consistency")
        if at & 1 or at == last:
            found_old, found_new = node_hash(step, found_old), node_hash(step, found_new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found_new = node_hash(found_new, step)
        at, last = at >> 1, last >> 1
    if last or found_old != old_root or found_new != new_root:
        raise _wrong("consistency")


def _left(size: int) -> int:
    """Return the size of the left part: the largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _check_hashes(*hashes: bytes) -> None:
    if any(len(value) != HASH_LENGTH for value in hashes):
        raise EvidenceError("tree-hash", f"expected hashes of {HASH_LENGTH} bytes")


def _wrong(kind: str) -> EvidenceError:
    return EvidenceError("proof-wrong", f"the {kind} proof does not lead to the root it should")
