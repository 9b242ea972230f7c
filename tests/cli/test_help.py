"""The help pages: what a new user reads first, and what is said to a misspelt command."""

from __future__ import annotations

from pathlib import Path

import pytest

from dpa_guard import __version__
from golden import expect
from transcript import call, transcript

GOLDEN = Path(__file__).with_name("golden") / "help"
COMMANDS = (
    (),
    ("plan",),
    ("inventory",),
    ("where",),
    ("agreement",),
    ("agreement", "check"),
    ("demo",),
    ("init",),
    ("explain",),
    ("extensions",),
)
commands = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "dpa-guard")


@commands
def test_the_help_is_the_page_that_was_reviewed(command: tuple[str, ...]) -> None:
    expect(GOLDEN / f"{'-'.join(command) or 'dpa-guard'}.txt", transcript(*command, "--help"))


@commands
def test_the_help_fits_80_columns_and_ends_with_something_to_copy(command: tuple[str, ...]) -> None:
    shown = call(*command, "--help").stdout
    assert [line for line in shown.splitlines() if len(line) > 80] == []
    examples = shown.partition("\nExamples:\n")[2].splitlines()
    assert examples
    assert all(line.startswith("  ") and "dpa-guard " in line for line in examples)


@commands
def test_every_command_that_ends_with_a_verdict_explains_its_exit_codes(command: tuple[str, ...]) -> None:
    shown = call(*command, "--help").stdout
    assert ("\nExit codes:\n" in shown) == (command not in ((), ("agreement",)))


def test_every_command_shows_the_examples_of_its_help_without_a_usage_error() -> None:
    """The options in the examples exist; what they name need not."""
    for command in COMMANDS:
        for line in call(*command, "--help").stdout.partition("\nExamples:\n")[2].splitlines():
            words = line.strip().rpartition("| ")[2].split()[1:]
            assert "Usage:" not in call(*words, "--help").stderr, line


@pytest.mark.parametrize("group", [(), ("evidence",), ("agreement",), ("gazetteer",)])
def test_without_a_command_the_help_is_shown_and_nothing_else(group: tuple[str, ...]) -> None:
    done = call(*group)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == call(*group, "--help").stdout


def test_the_version_is_one_line() -> None:
    done = call("--version")
    assert (done.exit_code, done.stdout) == (0, f"dpa-guard {__version__}\n")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("plam",), "no command 'plam'; did you mean plan?"),
        (("ext",), "no command 'ext'; did you mean extensions?"),
        (("agreement", "chekc"), "no command 'chekc'; did you mean check?"),
        (("zzz",), "no command 'zzz'; expected one of "),
        (("\x1b[31m",), r"no command '\x1b[31m'"),
    ],
)
def test_a_misspelt_command_is_guessed(typed: tuple[str, ...], meant: str) -> None:
    done = call(*typed)
    assert (done.exit_code, done.stdout) == (2, "")
    assert meant in done.stderr
    assert "\x1b" not in done.stderr
