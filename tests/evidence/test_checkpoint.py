"""Checkpoints: three lines, one spelling, signed by the log's own key."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.evidence import EvidenceError, checkpoint, keys
from dpa_guard.evidence.checkpoint import Checkpoint
from dpa_guard.evidence.note import sign_note
from dpa_guard.evidence.tree import EMPTY_ROOT

ORIGIN = "evidence.example/fictional/ci-1"
ROOT = sha256(b"root").digest()
KEY = keys.generate(ORIGIN)


def test_a_signed_checkpoint_comes_back() -> None:
    made = Checkpoint(ORIGIN, 66_000, ROOT)
    assert checkpoint.open_signed(checkpoint.sign(made, KEY), [KEY.verifier]) == made
    assert made.text.startswith(f"{ORIGIN}\n66000\n")


def test_the_same_checkpoint_gives_the_same_bytes() -> None:
    made = Checkpoint(ORIGIN, 1, ROOT)
    assert checkpoint.sign(made, KEY) == checkpoint.sign(made, KEY)


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n007\nROOT\n",
        f"{ORIGIN}\n+7\nROOT\n",
        f"{ORIGIN}\n7 \nROOT\n",
        f"{ORIGIN}\n-7\nROOT\n",
        f"{ORIGIN}\n9223372036854775808\nROOT\n",
        f"{ORIGIN}\n\u0667\nROOT\n",
        f"{ORIGIN}\n7\nROOT\nextension\n",
        f"{ORIGIN}\n7\n",
        f"{ORIGIN}\n7\nAAAA\n",
        f"{ORIGIN}\n0\nROOT\n",
        "no-path\n7\nROOT\n",
        "EVIDENCE.example/x\n7\nROOT\n",
        "evidence.example/a b\n7\nROOT\n",
        "evidence.example/a+b\n7\nROOT\n",
        "evidence.example/../x\n7\nROOT\n",
    ],
)
def test_another_spelling_is_no_checkpoint(text: str) -> None:
    good = Checkpoint(ORIGIN, 7, ROOT).text.splitlines()[2]
    with pytest.raises(EvidenceError):
        checkpoint.parse_text(text.replace("ROOT", good))


def test_a_size_beyond_the_integers_of_javascript_is_one() -> None:
    assert checkpoint.parse_text(Checkpoint(ORIGIN, 2**53 + 1, ROOT).text).size == 2**53 + 1


def test_the_empty_tree_has_one_root() -> None:
    assert Checkpoint(ORIGIN, 0, EMPTY_ROOT).size == 0
    with pytest.raises(EvidenceError, match="size 0"):
        Checkpoint(ORIGIN, 0, ROOT)


def test_a_key_signs_for_its_own_log_only() -> None:
    with pytest.raises(EvidenceError, match="cannot sign"):
        checkpoint.sign(Checkpoint("evidence.example/other", 7, ROOT), KEY)
    foreign = sign_note(Checkpoint("evidence.example/other", 7, ROOT).text, KEY)
    with pytest.raises(EvidenceError, match="of the log itself"):
        checkpoint.open_signed(foreign, [KEY.verifier])


@given(st.data())
def test_a_signed_checkpoint_with_anything_changed_is_refused(data: st.DataObject) -> None:
    whole = checkpoint.sign(Checkpoint(ORIGIN, 66_000, ROOT), KEY)
    at = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :]
    with pytest.raises(EvidenceError):
        checkpoint.open_signed(changed, [KEY.verifier])
