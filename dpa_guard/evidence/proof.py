"""One record's place in a log, provable without the log: C2SP tlog-proof.

::

    c2sp.org/tlog-proof@v1␊
    extra base64␊                  optional; not authenticated, never ours
    index 73894␊                   from 0
    base64 of a hash␊              none or more: the inclusion proof, from the leaf's sibling up
    ␊
    the signed checkpoint          to the end of the file
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from dpa_guard.evidence import checkpoint as checkpoints
from dpa_guard.evidence import tree
from dpa_guard.evidence.checkpoint import Checkpoint
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.note import LONGEST_NOTE, VerifierKey
from dpa_guard.evidence.spelling import base64_of, bytes_of, number_of
from dpa_guard.evidence.tree import HASH_LENGTH, Node

_FIRST_LINE = "c2sp.org/tlog-proof@v1"
_EXTRA = "extra "
_INDEX = "index "
_LONGEST = LONGEST_NOTE + 200_000


class Proof(Struct, frozen=True):
    """A proof file's parts."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    """The signed note, byte for byte."""
    extra: bytes = b""
    """What some other application put there; to us it means nothing."""


def make_proof(index: int, checkpoint: bytes, node: Node) -> Proof:
    """Return the proof that a record is in the tree of a signed checkpoint (unchecked: it is the log's own)."""
    size = checkpoints.read(checkpoint)[0].size
    return Proof(index, tree.inclusion_proof(index, size, node), checkpoint)


def format_proof(proof: Proof) -> bytes:
    """Return a proof as a file."""
    extra = [_EXTRA + base64_of(proof.extra)] if proof.extra else []
    lines = [_FIRST_LINE, *extra, f"{_INDEX}{proof.index}", *map(base64_of, proof.hashes), "", ""]
    return "\n".join(lines).encode("ascii") + proof.checkpoint


def parse_proof(data: bytes) -> Proof:
    """Return the parts of a proof file, nothing checked but its form.

    Raises EvidenceError ``proof-form``, and those of the lines and of the checkpoint.
    """
    if len(data) > _LONGEST:
        raise _malformed(f"expected at most {_LONGEST} bytes, found {len(data)}")
    head, blank, note = data.partition(b"\n\n")
    if not blank or not head.isascii():
        raise _malformed("expected ASCII lines, an empty line and a checkpoint")
    first, *lines = head.decode("ascii").split("\n")
    if first != _FIRST_LINE:
        raise _malformed(f"expected the first line {_FIRST_LINE}")
    extra = b""
    if lines and lines[0].startswith(_EXTRA):
        extra = bytes_of(lines.pop(0).removeprefix(_EXTRA), "extra")
        if not extra:
            raise _malformed("expected no extra line where there is nothing extra")
    if not lines or not lines[0].startswith(_INDEX):
        raise _malformed("expected the line of the index")
    index = number_of(lines[0].removeprefix(_INDEX), "index")
    hashes = tuple(bytes_of(line, "inclusion proof", HASH_LENGTH) for line in lines[1:])
    checkpoints.read(note)
    return Proof(index, hashes, note, extra)


def check_proof(data: bytes, line: bytes, keys: Iterable[VerifierKey]) -> tuple[int, Checkpoint]:
    """Return a record's index and the checkpoint that holds it, where the proof file shows it to be so.

    ``line`` is the record's canonical line without newline. Raises EvidenceError: those of ``parse_proof``, of
    ``checkpoint.open_signed`` and of ``tree.verify_inclusion``.
    """
    proof = parse_proof(data)
    found = checkpoints.open_signed(proof.checkpoint, keys)
    tree.verify_inclusion(tree.leaf_hash(line), proof.index, found.size, proof.hashes, found.root)
    return proof.index, found


def _malformed(text: str) -> EvidenceError:
    return EvidenceError("proof-form", f"proof: {text}")
