"""The log's signing key: made once, kept where only its owner reads, never printed.

A key is a PKCS#8 PEM without password, in a file of mode 0600 or in an environment variable (for pipelines, whose
secret store guards it). What is pinned outside the log is its verifier key, which is public.
"""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from dpa_guard.evidence import VARIABLE
from dpa_guard.evidence.checkpoint import check_origin
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.note import VerifierKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_LONGEST = 16_384
_OTHERS = 0o077
_MAKE = "make one with: openssl genpkey -algorithm ed25519"


class SigningKey:
    """An Ed25519 private key and the name of the log that it signs for."""

    def __init__(self, origin: str, private: Ed25519PrivateKey) -> None:
        check_origin(origin)
        self._private = private
        self._verifier = VerifierKey(origin, private.public_key().public_bytes_raw())

    @property
    def verifier(self) -> VerifierKey:
        """The public half, with the log's name."""
        return self._verifier

    def sign(self, message: bytes) -> bytes:
        """Return the signature; the same message always gives the same (RFC 8032)."""
        return self._private.sign(message)

    def pem(self) -> bytes:
        """Return the private key as PKCS#8 PEM: a secret."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def __repr__(self) -> str:
        return f"SigningKey({self._verifier})"


def generate(origin: str) -> SigningKey:
    """Return a new key for the log of that name."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return SigningKey(origin, Ed25519PrivateKey.generate())


def write_key(path: Path, key: SigningKey) -> None:
    """Write a key to a new file of mode 0600, durably; an existing file is never touched.

    Raises EvidenceError ``key-exists``, and OSError where the folder cannot be written.
    """
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise EvidenceError(
            "key-exists",
            f"{path}: expected no key yet, found a file",
            "a log keeps its key; another log needs another folder",
        ) from None
    try:
        with open(file, "wb") as stream:
            os.fchmod(file, 0o600)
            stream.write(key.pem())
            stream.flush()
            os.fsync(file)
    except OSError:
        path.unlink(missing_ok=True)  # half a key is worse than none: the next try would find it and stop
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_key(path: Path, origin: str) -> SigningKey:
    """Return the key in a file that only its owner may read.

    Raises EvidenceError ``key-missing``, ``key-mode`` (others may read it, or it is no regular file) and those of
    ``parse_key``.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise EvidenceError(
            "key-missing",
            f"{path}: expected the log's signing key, but it cannot be opened: {error.strerror}",
            f"put the key there, or in the environment variable {VARIABLE}",
        ) from None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise EvidenceError("key-mode", f"{path}: expected a regular file")
        if status.st_mode & _OTHERS:
            mode = stat.S_IMODE(status.st_mode)
            raise EvidenceError(
                "key-mode",
                f"{path}: expected a key that only its owner may read (mode 0600), found mode {mode:04o}",
                f"if nobody can have copied it: chmod 600 {path}",
            )
        return parse_key(os.read(file, _LONGEST + 1), origin, str(path))
    finally:
        os.close(file)


def parse_key(text: bytes, origin: str, where: str) -> SigningKey:
    """Return the key that a PKCS#8 PEM holds, or one line with the base64 of the same without the PEM's frame.

    The line is for secret stores that keep no newlines. Raises EvidenceError ``key-empty``, ``key-encrypted``,
    ``key-type`` (another algorithm) and ``key-unreadable``; no message ever holds a part of the key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    text = text.strip()
    if not text:
        raise EvidenceError(
            "key-empty",
            f"{where}: expected a signing key, found nothing",
            "a pipeline gives an empty secret to jobs that may not see it",
        )
    if text.startswith(b"-----BEGIN ENCRYPTED "):
        raise EvidenceError(
            "key-encrypted",
            f"{where}: expected a key without password, found an encrypted one",
            "take the password off with: openssl pkey -in ENCRYPTED -out PLAIN",
        )
    private = _load(text)
    if private is None:
        raise EvidenceError(
            "key-unreadable", f"{where}: expected an Ed25519 private key as PKCS#8 PEM, found something else", _MAKE
        )
    if not isinstance(private, Ed25519PrivateKey):
        found = type(private).__name__.removesuffix("PrivateKey")
        raise EvidenceError("key-type", f"{where}: expected an Ed25519 private key, found one for {found}", _MAKE)
    return SigningKey(origin, private)


def _load(text: bytes) -> object | None:
    """Return the private key of any algorithm, or None; what the library says of its input is not passed on."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

    if len(text) > _LONGEST or text.count(b"-----BEGIN ") > 1:
        return None
    try:
        if text.startswith(b"-----BEGIN PRIVATE KEY-----"):
            return load_pem_private_key(text, password=None)
        return load_der_private_key(base64.b64decode(text, validate=True), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
