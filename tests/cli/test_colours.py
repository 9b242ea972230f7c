"""Colours are for terminals that have them, and for people who did not ask to go without (https://no-color.org)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
PROGRAM = "from dpa_guard.cli import main; main()"
FAILS, MISTAKE = ("plan", "fails.json"), ("plan", "clean.json", "--agreement", "nowhere.toml")


def _on_terminal(*arguments: str, **environment: str) -> bytes:
    """Run the command with a terminal for everything it prints."""
    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    with subprocess.Popen(
        [sys.executable, "-P", "-c", PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**kept, **environment},
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # Linux says EIO when the other end is closed
            pass
        process.wait()
    os.close(ours)
    return shown


@pytest.mark.usefixtures("at_company")
@pytest.mark.parametrize("arguments", [FAILS, MISTAKE], ids=["report", "error"])
def test_a_terminal_gets_colours(arguments: tuple[str, ...]) -> None:
    assert b"\x1b[31" in _on_terminal(*arguments, TERM="xterm-256color")


@pytest.mark.usefixtures("at_company")
@pytest.mark.parametrize(
    "environment", [{"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"]
)
@pytest.mark.parametrize("arguments", [FAILS, MISTAKE], ids=["report", "error"])
def test_who_wants_none_gets_none(arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    shown = _on_terminal(*arguments, **environment)
    assert shown
    assert b"\x1b" not in shown


def test_a_file_gets_none_even_when_the_terminal_does(at_company: Path) -> None:
    _on_terminal(*FAILS, "--output", "text=report.txt", TERM="xterm")
    report = (at_company / "report.txt").read_bytes()
    assert b"FAIL  transfer-outside-eu" in report
    assert b"\x1b" not in report


def test_a_pipe_gets_none(at_company: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM, *FAILS],
        cwd=at_company,
        env={**os.environ, "TERM": "xterm"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout + done.stderr
