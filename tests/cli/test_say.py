"""What is said on standard error: a line for what a user can mend, a traceback without values for our mistakes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.cli.say import say_crash, say_error, trace
from dpa_guard.cli.suggest import meant
from dpa_guard.errors import DpaGuardError, Mistakes


def test_each_mistake_has_its_line_with_what_to_do_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    say_error(Mistakes([DpaGuardError("a", "one.toml:3: one"), DpaGuardError("b", "two", "do this")]))
    assert capsys.readouterr() == (
        "",
        "error: one.toml:3: one\nerror: two\n  do this\nNo assessment was made (exit code 2).\n",
    )


def test_where_no_verdict_was_asked_none_is_denied(capsys: pytest.CaptureFixture[str]) -> None:
    say_error(DpaGuardError("a", "one"), None)
    assert capsys.readouterr().err == "error: one\n"


def test_without_evidence_it_is_said_that_this_is_why_there_is_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    say_error(DpaGuardError("a", "one"), 4)
    assert capsys.readouterr().err.endswith("\nWithout evidence no verdict is given (exit code 4).\n")


def test_a_message_cannot_move_the_cursor_or_begin_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    say_error(DpaGuardError("a", "x\x1b[2J\nEXIT 0", "y\r::error::z"), None)
    assert capsys.readouterr().err == "error: x\\x1b[2J\\nEXIT 0\n  y\\r::error::z\n"


def _crash() -> Exception:
    try:
        try:
            dict[str, str]()["-".join(("password", "of", "a", "plan"))]
        except KeyError as error:
            raise ValueError("token-of-a-plan") from error
    except ValueError as error:
        return error
    raise AssertionError


def test_a_crash_shows_where_and_never_what(capsys: pytest.CaptureFixture[str]) -> None:
    say_crash(_crash())
    said = capsys.readouterr().err
    assert "test_say.py" in said
    assert "in _crash" in said
    assert said.index("KeyError (message left out") < said.index("ValueError (message left out")
    assert said.endswith("This is a mistake in dpa-guard or an extension. No assessment was made (exit code 2).\n")
    assert "of-a-plan (message" not in said
    assert "password-of-a-plan" not in said.replace('{}["password-of-a-plan"]', "")


def test_a_cause_that_was_set_aside_is_not_told() -> None:
    try:
        try:
            raise KeyError("x")
        except KeyError:
            raise ValueError("y") from None
    except ValueError as error:
        said = trace(error)
    assert "KeyError" not in said.replace('raise KeyError("x")', "").replace("except KeyError", "")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("plna", "; did you mean plan?"),
        ("PLAN", "; did you mean plan?"),
        ("ex", "; did you mean explain or extensions?"),
        ("evidance", "; did you mean evidence?"),
        ("qqq", "; expected one of evidence, explain, extensions, plan"),
        ("", "; expected one of evidence, explain, extensions, plan"),
    ],
)
def test_a_word_is_guessed_from_those_there_are(word: str, said: str) -> None:
    assert meant(word, ["plan", "explain", "extensions", "evidence"]) == said


def test_where_there_are_no_words_nothing_is_guessed() -> None:
    assert meant("x", []) == ""


@given(st.text(), st.lists(st.text(min_size=1), max_size=5))
def test_any_word_gets_an_answer_that_names_known_words_only(word: str, known: list[str]) -> None:
    said = meant(word, known)
    assert said.startswith(("; did you mean ", "; expected one of ")) if known else said == ""
