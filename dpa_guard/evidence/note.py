"""Text that somebody signed: C2SP signed-note with Ed25519 (type 0x01), and the keys that check it.

::

    text line␊                       one or more, UTF-8, no control characters
    ␊                                the last empty line divides text and signatures
    — name base64(id || signature)␊  one or more; id = SHA-256(name || 0x0A || type || public key)[:4]

    name+hex(id)+base64(type || public key)      a verifier key, as pinned in an agreement

The text with its last newline is what is signed. A signature of a key that is not known is kept and says nothing; a
wrong one of a known key spoils the note.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Protocol

from msgspec import Struct

from dpa_guard.evidence.ed25519 import check_public_key, is_signature
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.spelling import base64_of, bytes_of, shown

ED25519 = 0x01
"""The signature type of a log's own signature."""
LONGEST_NOTE = 1_000_000
"""Bytes."""
MOST_SIGNATURES = 100

_ID_LENGTH = 4
_DASH = "— "


class VerifierKey(Struct, frozen=True):
    """A name and the Ed25519 public key that goes with it; ``str`` gives the line to pin."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that a signature line begins with: a label, and no proof of anything."""
        return _key_id(self.name, bytes([ED25519]) + self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64_of(bytes([ED25519]) + self.public)}"


class Signature(Struct, frozen=True):
    """A signature line; whose it is, only checking tells."""

    name: str
    id: bytes
    body: bytes
    """What follows the id: for type 0x01 the 64 bytes of Ed25519."""


class Note(Struct, frozen=True):
    """A text and the signature lines below it."""

    text: str
    """With its last newline."""
    signatures: tuple[Signature, ...]


class Signer(Protocol):
    """What can sign: ``keys.SigningKey``."""

    @property
    def verifier(self) -> VerifierKey:
        """The key that checks what ``sign`` makes."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature over the message."""


def parse_verifier_key(line: str) -> VerifierKey:
    """Return the key that a line ``name+hash+base64`` spells.

    Raises EvidenceError ``key-line`` (not of that form, or the hash is another key's), ``key-type`` (no Ed25519 log
    key) and ``key-weak`` (a point that no honest signer has).
    """
    name, _, rest = line.partition("+")
    digest, _, encoded = rest.partition("+")
    _check_name(name, "key-line")
    material = bytes_of(encoded, "verifier key")
    if digest != _key_id(name, material).hex():
        raise EvidenceError(
            "key-line",
            f"verifier key of {shown(name)}: its hash does not fit its name and key",
            "copy the whole line as the other side printed it",
        )
    if material[:1] != bytes([ED25519]):
        raise EvidenceError(
            "key-type",
            f"verifier key of {shown(name)}: expected signature type 0x01 (Ed25519), found 0x{material[:1].hex()}",
        )
    check_public_key(material[1:])
    return VerifierKey(name, material[1:])


def parse_note(data: bytes) -> Note:
    """Return the note that ``data`` spells, its signatures unchecked; raise EvidenceError ``note-form``."""
    if len(data) > LONGEST_NOTE:
        raise _malformed(f"expected at most {LONGEST_NOTE} bytes, found {len(data)}")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed(f"expected UTF-8, byte {error.start} is not") from None
    if any(character < " " and character != "\n" for character in whole):
        raise _malformed("expected no control characters other than newlines")
    text, blank, signed = whole.rpartition("\n\n")
    if not blank or not signed.endswith("\n"):
        raise _malformed("expected text, an empty line and signature lines, each ended by a newline")
    lines = signed[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise _malformed(f"expected at most {MOST_SIGNATURES} signatures, found {len(lines)}")
    signatures = tuple(_parse_signature(line) for line in lines)
    if len({(signature.name, signature.id) for signature in signatures}) < len(signatures):
        raise _malformed("a key has more than one signature line")
    return Note(text + "\n", signatures)


def format_note(note: Note) -> bytes:
    """Return the bytes of a note; raise EvidenceError ``note-form`` where ``parse_note`` would not give it back."""
    lines = [f"{_DASH}{each.name} {base64_of(each.id + each.body)}\n" for each in note.signatures]
    try:
        data = "".join([note.text, "\n", *lines]).encode("utf-8")
    except UnicodeEncodeError:
        raise _malformed("the text holds a lone surrogate") from None
    if parse_note(data) != note:
        raise _malformed("the text must end with a newline, and be such that signatures can follow")
    return data


def sign_note(text: str, signer: Signer) -> bytes:
    """Return the text as a note with one signature."""
    key = signer.verifier
    return format_note(Note(text, (Signature(key.name, key.id, signer.sign(text.encode("utf-8"))),)))


def verified_by(note: Note, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return those of the keys that signed the note, in the order of its lines; of other keys' lines nothing is said.

    Raises EvidenceError ``note-signature`` where a signature by one of the keys is wrong, and ``note-unknown`` where
    none of the keys has signed.
    """
    known = {(key.name, key.id): key for key in keys}
    found = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.id))
        if key is None:
            continue
        if not is_signature(key.public, signature.body, note.text.encode("utf-8")):
            raise EvidenceError(
                "note-signature", f"the signature of {shown(key.name)} is not by the known key over this text"
            )
        found.append(key)
    if not found:
        raise EvidenceError(
            "note-unknown", "expected a signature by a known key, found none", "check which key is pinned"
        )
    return tuple(found)


def _parse_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH):
        raise _malformed(f"expected a signature line, found {shown(line)}")
    _check_name(name, "note-form")
    data = bytes_of(encoded, "signature line")
    if len(data) <= _ID_LENGTH:
        raise _malformed("a signature line holds no signature")
    return Signature(name, data[:_ID_LENGTH], data[_ID_LENGTH:])


def _check_name(name: str, code: str) -> None:
    spoiled = any(character.isspace() or character < " " or "\ud800" <= character <= "\udfff" for character in name)
    if not name or "+" in name or spoiled:
        raise EvidenceError(code, f"expected a key's name without blanks and +, found {shown(name)}")


def _key_id(name: str, material: bytes) -> bytes:
    return sha256(name.encode("utf-8") + b"\n" + material).digest()[:_ID_LENGTH]


def _malformed(text: str) -> EvidenceError:
    return EvidenceError("note-form", f"signed note: {text}")
