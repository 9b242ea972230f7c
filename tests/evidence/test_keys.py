"""Signing keys: made once, read strictly, never shown."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from dpa_guard.evidence import EvidenceError, keys

ORIGIN = "evidence.example/fictional/ci-1"


def test_a_written_key_is_read_back_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    key = keys.generate(ORIGIN)
    keys.write_key(tmp_path / "key.pem", key)
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    assert keys.read_key(tmp_path / "key.pem", ORIGIN).verifier == key.verifier


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    keys.write_key(tmp_path / "key.pem", keys.generate(ORIGIN))
    before = (tmp_path / "key.pem").read_bytes()
    with pytest.raises(EvidenceError, match="found a file"):
        keys.write_key(tmp_path / "key.pem", keys.generate(ORIGIN))
    assert (tmp_path / "key.pem").read_bytes() == before


def test_a_key_that_others_may_read_is_refused_with_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    keys.write_key(path, keys.generate(ORIGIN))
    path.chmod(0o640)
    with pytest.raises(EvidenceError, match="0640") as refused:
        keys.read_key(path, ORIGIN)
    assert refused.value.hint.endswith(f"chmod 600 {path}")


def test_a_key_in_one_line_is_the_same_key() -> None:
    key = keys.generate(ORIGIN)
    line = "".join(key.pem().decode().splitlines()[1:-1])
    assert keys.parse_key(f" {line}\n".encode(), ORIGIN, "DPA_GUARD_SIGNING_KEY").verifier == key.verifier


def _encrypted() -> bytes:
    private = load_pem_private_key(keys.generate(ORIGIN).pem(), None)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))


def _another_algorithm() -> bytes:
    return generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


NO_KEYS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "key-empty"),
    "blanks": (lambda: b" \n", "key-empty"),
    "encrypted": (_encrypted, "key-encrypted"),
    "of another algorithm": (_another_algorithm, "key-type"),
    "a password": (lambda: b"hunter2-secret", "key-unreadable"),
    "two keys": (lambda: keys.generate(ORIGIN).pem() * 2, "key-unreadable"),
    "cut off": (lambda: keys.generate(ORIGIN).pem()[:-40], "key-unreadable"),
}


@pytest.mark.parametrize("what", NO_KEYS)
def test_what_is_no_key_is_named_and_never_shown(what: str) -> None:
    make, code = NO_KEYS[what]
    text = make()
    with pytest.raises(EvidenceError) as refused:
        keys.parse_key(text, ORIGIN, "DPA_GUARD_SIGNING_KEY")
    assert refused.value.code == code
    told = f"{refused.value.message} {refused.value.hint}"
    assert "hunter2" not in told
    assert not any(line in told for line in text.decode().splitlines()[1:-1])


def test_a_key_shows_its_public_half_only() -> None:
    key = keys.generate(ORIGIN)
    assert str(key.verifier) in repr(key)
    assert key.pem().splitlines()[1].decode() not in repr(key)
