"""Lines of 80 columns: wrapped, under a tag, and in lists that stop in time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.report.page import SHOWN, Look, Subject, field, listed, paragraph, tagged
from dpa_guard.report.prose import Prose

words = st.lists(st.text("abc-/é", min_size=1, max_size=100), max_size=30).map(" ".join)
EN = Prose("en")


@given(words, st.integers(0, 20))
def test_a_paragraph_fits_and_loses_no_word(text: str, indent: int) -> None:
    lines = paragraph(text, " " * indent)
    assert " ".join(lines).split() == text.split()
    for line in lines:
        assert line.startswith(" " * indent)
        assert len(line) <= 80 or " " not in line.strip()


@given(words)
def test_a_tag_is_painted_and_nothing_else_moves(text: str) -> None:
    bare = tagged("FAIL", "red", text, Look())
    painted = tagged("FAIL", "red", text, Look(colour=True))
    assert [line.replace("\x1b[31;1m", "").replace("\x1b[0m", "") for line in painted] == bare
    assert all("\x1b" not in line for line in painted[1:])


def test_the_text_of_a_field_is_wrapped_under_its_own_beginning() -> None:
    assert field("looked at", "a " * 40) == ["looked at     " + "a " * 32 + "a", " " * 14 + "a a a a a a a"]


def test_what_is_said_of_a_subject_stands_beside_it_where_it_fits_and_below_where_not() -> None:
    subjects = [Subject("short", "[plan.json]"), Subject("x" * 70, "[plan.json]", "wired in by y")]
    assert list(listed(subjects, "  ", Look(), EN)) == [
        "  - short [plan.json]",
        f"  - {'x' * 70}",
        "    [plan.json]",
        "    wired in by y",
    ]


def test_a_name_is_never_broken_because_it_is_there_to_be_copied() -> None:
    name = f'aws_s3_bucket.b["{"a b " * 30}"]'
    assert list(listed([Subject(name)], "  ", Look(), EN)) == [f"  - {name}"]


def test_a_list_stops_and_says_how_many_more_there_are() -> None:
    subjects = [Subject(f"b{number}") for number in range(SHOWN + 2)]
    shown = list(listed(subjects, "", Look(), EN))
    assert shown[SHOWN - 1 :] == [f"- b{SHOWN - 1}", "  … and 2 more (--verbose lists them all)"]
    assert len(list(listed(subjects, "", Look(everything=True), EN))) == SHOWN + 2


def test_one_more_than_is_shown_is_shown_too_rather_than_counted() -> None:
    subjects = [Subject(f"b{number}") for number in range(SHOWN + 1)]
    assert len(list(listed(subjects, "", Look(), EN))) == SHOWN + 1
