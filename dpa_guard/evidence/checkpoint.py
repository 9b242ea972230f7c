"""What a log says of itself, signed: C2SP tlog-checkpoint without extension lines.

::

    evidence.example.nl/acme/ci-1␊                     origin: <domain>/<path>; also the name of the log's key
    66000␊                                             how many records
    Hp93cKyeuDZeFoQSOKEz1btZ93KP5ctuclMuqwjEd2Y=␊      root of the tree of that size
    ␊
    — evidence.example.nl/acme/ci-1 base64(key id || Ed25519 signature)␊

Two checkpoints of one origin where neither tree begins the other cannot both be honest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.note import Note, Signer, VerifierKey, parse_note, sign_note, verified_by
from dpa_guard.evidence.spelling import LARGEST, base64_of, bytes_of, number_of, shown
from dpa_guard.evidence.tree import EMPTY_ROOT, HASH_LENGTH

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SEGMENT = "(?!\\.{1,2}(?:/|\\Z))[A-Za-z0-9._~-]+"
_ORIGIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*(?:/{_SEGMENT})+\Z")
_LONGEST_ORIGIN = 255


class Checkpoint(Struct, frozen=True):
    """A log's size and root; raises EvidenceError where ``text`` would not be one that ``parse_text`` accepts."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        check_origin(self.origin)
        if not 0 <= self.size <= LARGEST:
            raise EvidenceError("checkpoint-form", f"checkpoint: expected a size from 0 to {LARGEST}")
        if len(self.root) != HASH_LENGTH:
            raise EvidenceError("checkpoint-form", f"checkpoint: expected a root of {HASH_LENGTH} bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise EvidenceError("checkpoint-form", "checkpoint: a root that is not the empty tree's, at size 0")

    @property
    def text(self) -> str:
        """What is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{base64_of(self.root)}\n"


def check_origin(origin: str) -> None:
    """Return where the name may be a log's: a lower-case domain and a path of letters, digits and ``-._~``.

    Raises EvidenceError ``origin-form``.
    """
    if len(origin) > _LONGEST_ORIGIN or not _ORIGIN.match(origin):
        raise EvidenceError(
            "origin-form",
            f"expected a log's name as <domain>/<path> of at most {_LONGEST_ORIGIN} characters, found {shown(origin)}",
            "for instance evidence.example.nl/acme/ci-1",
        )


def parse_text(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text spells; raise EvidenceError for any other spelling.

    Codes: ``checkpoint-form`` and, for a line, ``origin-form``, ``not-decimal``, ``not-base64``.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise EvidenceError(
            "checkpoint-form", "checkpoint: expected three lines (origin, size, root) and no extension lines"
        )
    origin, size, root, _ = lines
    return Checkpoint(origin, number_of(size, "checkpoint size"), bytes_of(root, "checkpoint root", HASH_LENGTH))


def read(data: bytes) -> tuple[Checkpoint, Note]:
    """Return what a signed checkpoint says, its signatures not yet checked: nothing of it may be believed."""
    note = parse_note(data)
    return parse_text(note.text), note


def open_signed(data: bytes, keys: Iterable[VerifierKey]) -> Checkpoint:
    """Return a checkpoint that one of the keys has signed as the log that it names: the key's name is the origin.

    Raises EvidenceError as ``note.verified_by`` and ``parse_text`` do.
    """
    checkpoint, note = read(data)
    keys = tuple(keys)
    if not any(key.name == checkpoint.origin for key in verified_by(note, keys)):
        raise EvidenceError(
            "note-unknown", f"expected a signature of the log itself, {shown(checkpoint.origin)}, by a known key"
        )
    return checkpoint


def sign(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """Return the signed note of a checkpoint; the key must bear the log's name (EvidenceError ``key-name``)."""
    if signer.verifier.name != checkpoint.origin:
        raise EvidenceError(
            "key-name", f"the key of {shown(signer.verifier.name)} cannot sign for the log {shown(checkpoint.origin)}"
        )
    return sign_note(checkpoint.text, signer)
