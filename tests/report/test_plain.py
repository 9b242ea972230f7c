"""Names from outside, made safe to print."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dpa_guard.report.plain import plain


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("aws_s3_bucket.b", "aws_s3_bucket.b"),
        ('aws_s3_bucket.b["Zoë 日本"]', 'aws_s3_bucket.b["Zoë 日本"]'),
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("a\r\nEXIT 0", r"a\r\nEXIT 0"),
        ("a\tb\x00", r"a\tb\x00"),
        ("user\u202egnp", r"user\u202egnp"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("\U000e0041tag", r"\U000e0041tag"),
        ("\udcff.json", r"\udcff.json"),
        ("::error file=x::y", r":\x3aerror file=x::y"),
        ("b::error::", "b::error::"),
        ('["::set-output"]', r'[":\x3aset-output"]'),
        ("##[error]x", r"#\x23[error]x"),
        ("##vso[task]", r"#\x23vso[task]"),
        ("## heading", "## heading"),
    ],
)
def test_what_could_move_a_cursor_or_talk_to_a_runner_becomes_an_escape(name: str, shown: str) -> None:
    assert plain(name) == shown


@given(st.text())
@example("\x1b::")
@example("\n::error")
def test_nothing_unsafe_is_left_of_any_text(text: str) -> None:
    shown = plain(text)
    assert not [sign for sign in shown if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")]
    assert not re.search(r"(^|[\s(\[\"'])::|##\[|##vso\[", shown)
    assert plain(shown) == shown


@given(st.text(st.characters(categories=["L", "N", "P"], exclude_characters=":#\u3164\u115f\u1160\uffa0")))
def test_ordinary_text_comes_back_unchanged(text: str) -> None:
    assert plain(text) == text
