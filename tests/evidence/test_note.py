"""Signed notes and the keys that check them: the published examples, and everything that is nearly one."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.evidence import EvidenceError, keys
from dpa_guard.evidence.ed25519 import check_public_key, is_signature
from dpa_guard.evidence.note import (
    MOST_SIGNATURES,
    Note,
    Signature,
    VerifierKey,
    format_note,
    parse_note,
    parse_verifier_key,
    sign_note,
    verified_by,
)

NAME = "evidence.example/fictional/ci-1"
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Zt"
    "g1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
"""The example of C2SP signed-note (CC-BY-4.0)."""
ORDER = 2**252 + 27742317777372353535851937790883648493


def test_the_published_note_is_signed_by_the_published_key() -> None:
    key = parse_verifier_key(VKEY)
    assert str(key) == VKEY
    assert verified_by(parse_note(NOTE.encode()), [key]) == (key,)


def test_the_published_files_parse_and_come_out_as_they_were(shared_data: Path) -> None:
    example = json.loads((shared_data / "vectors/c2sp/signed-note-example.json").read_text(encoding="utf-8"))
    assert verified_by(parse_note(example["note"].encode()), [parse_verifier_key(example["vkey"])])
    cosigned = (shared_data / "vectors/c2sp/cosigned-checkpoint.txt").read_bytes()
    note = parse_note(cosigned)
    assert [signature.name for signature in note.signatures] == [
        "example.com/behind-the-sofa",
        "witness.example.com/w1",
    ]
    assert format_note(note) == cosigned


def test_what_is_signed_here_is_checked_here_and_by_no_other_key() -> None:
    key, other = keys.generate(NAME), keys.generate(NAME)
    data = sign_note("a\nb\n", key)
    assert verified_by(parse_note(data), [other.verifier, key.verifier]) == (key.verifier,)
    with pytest.raises(EvidenceError, match="known key"):
        verified_by(parse_note(data), [other.verifier])


def test_a_wrong_signature_of_a_known_key_spoils_the_note_whoever_else_signed() -> None:
    good, bad = keys.generate("evidence.example/a"), keys.generate("evidence.example/b")
    text = "a\n"
    lines = (
        Signature(good.verifier.name, good.verifier.id, good.sign(text.encode())),
        Signature(bad.verifier.name, bad.verifier.id, bad.sign(b"other\n")),
    )
    note = parse_note(format_note(Note(text, lines)))
    assert verified_by(note, [good.verifier]) == (good.verifier,)
    with pytest.raises(EvidenceError) as refused:
        verified_by(note, [good.verifier, bad.verifier])
    assert refused.value.code == "note-signature"


def test_a_note_with_sixteen_signatures_is_one_and_with_too_many_none() -> None:
    key = keys.generate(NAME)
    own = Signature(NAME, key.verifier.id, key.sign(b"a\n"))
    others = [Signature(f"example.com/{number}", bytes(4), bytes(64)) for number in range(MOST_SIGNATURES)]
    assert verified_by(parse_note(format_note(Note("a\n", (*others[:15], own)))), [key.verifier])
    with pytest.raises(EvidenceError, match="signatures"):
        format_note(Note("a\n", (*others, own)))


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n", "\r\n"),
        lambda note: note.replace("example message", "example\0message"),
        lambda note: note.replace("message.\n\n", "message.\n"),
        lambda note: note[:-1],
        lambda note: note + "\n",
        lambda note: note + note.splitlines()[-1] + "\n",
        lambda note: note.replace("— ", "- "),
        lambda note: note.replace("example.com/foo ", "example.com/f+o "),
        lambda note: note.replace("example.com/foo ", "example.com/foo  "),
        lambda note: note.replace("aQM=", "aQM"),
        lambda note: note.replace("aQM=", "aQN="),
        lambda note: note.replace("— example.com/foo Uw2QOk", "— example.com/foo Uw2Q\n"),
        lambda note: note.replace("\n\n", "\n\n\n"),
    ],
)
def test_what_is_nearly_the_published_note_is_refused(change: object) -> None:
    assert callable(change)
    data = change(NOTE).encode()
    assert data != NOTE.encode()
    with pytest.raises(EvidenceError):
        verified_by(parse_note(data), [parse_verifier_key(VKEY)])


@pytest.mark.parametrize(
    "line",
    [
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("example.com/foo", "example.com/bar"),
        VKEY.replace("Aeky", "Beky"),
        VKEY[:-1],
        VKEY + " ",
        "example.com/foo",
        "",
        "a b" + VKEY,
    ],
)
def test_a_verifier_key_has_one_spelling(line: str) -> None:
    with pytest.raises(EvidenceError):
        parse_verifier_key(line)


def test_a_key_line_of_another_algorithm_is_named() -> None:
    from hashlib import sha256

    material = b"\x06" + bytes(32)
    digest = sha256(b"a.example/x\n" + material).digest()[:4].hex()
    with pytest.raises(EvidenceError, match="0x06"):
        parse_verifier_key(f"a.example/x+{digest}+{base64.b64encode(material).decode()}")


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    for given_bytes in (data, NOTE.encode() + data, data + NOTE.encode()):
        try:
            note = parse_note(given_bytes)
        except EvidenceError:
            continue
        assert format_note(note) == given_bytes


@pytest.mark.parametrize("y", [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18, 2**255 - 1, 2])
def test_points_that_no_honest_signer_has_are_no_keys(y: int) -> None:
    for sign in (0, 1 << 255):
        with pytest.raises(EvidenceError) as refused:
            check_public_key((y | sign).to_bytes(32, "little"))
        assert refused.value.code == "key-weak"


def test_signatures_that_implementations_disagree_on_are_refused() -> None:
    key = keys.generate(NAME)
    signature = key.sign(b"m")
    public = key.verifier.public
    assert is_signature(public, signature, b"m")
    s = int.from_bytes(signature[32:], "little")
    for odd in (
        signature[:32] + (s + ORDER).to_bytes(32, "little"),
        (1).to_bytes(32, "little") + signature[32:],
        (2**255 - 19).to_bytes(32, "little") + signature[32:],
        signature[:63],
        signature + b"\0",
        b"",
    ):
        assert not is_signature(public, odd, b"m")
    assert not is_signature(public, signature, b"n")


def test_a_mutant_that_takes_any_key_id_for_its_own_would_be_seen() -> None:
    key = keys.generate(NAME)
    text = "a\n"
    wrong_id = Signature(NAME, bytes(4), key.sign(text.encode()))
    with pytest.raises(EvidenceError, match="known key"):
        verified_by(Note(text, (wrong_id,)), [key.verifier])
    assert key.verifier.id != VerifierKey("evidence.example/other", key.verifier.public).id, "the name is in the id"
