"""What is being done is said on standard error: one line rewritten on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dpa_guard.cli.progress import Progress

SCRIPT = """
import time
from dpa_guard.cli.progress import Progress
with Progress(every=0.02, verbose={verbose}) as say:
    say("accounts")
    time.sleep(0.5)
    say("s3: 12 calls\\x1b[2J")
    time.sleep(0.5)
print("verdict")
"""


def test_without_a_terminal_what_takes_long_is_said_again(capsys: pytest.CaptureFixture[str]) -> None:
    text, until = "", time.monotonic() + 20
    with Progress(every=0.01) as say:
        say("accounts")
        while text.count("\n") < 2 and time.monotonic() < until:
            time.sleep(0.01)
            text += capsys.readouterr().err
    said = text.splitlines()
    assert len(said) > 1
    assert all(re.fullmatch(r"dpa-guard: \d+:\d\d  accounts", line) for line in said)


def test_work_that_is_soon_done_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as say:
        say("accounts")
    assert capsys.readouterr().err == ""


def test_verbose_says_every_message_once(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(verbose=True) as say:
        say("accounts")
        say("regions")
    assert [line.split("  ")[1] for line in capsys.readouterr().err.splitlines()] == ["accounts", "regions"]


def test_a_terminal_has_one_line_that_is_gone_in_the_end(tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    try:
        script = SCRIPT.format(verbose=False)
        done = subprocess.run(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=follower, cwd=tmp_path, check=True
        )
        os.close(follower)
        shown = b""
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:  # Linux says EIO when the other end is closed
                break
            if not piece:
                break
            shown += piece
    finally:
        os.close(leader)
    assert done.stdout == b"verdict\n"
    assert b"accounts" in shown
    assert b"12 calls\\x1b[2J" in shown, "what could move the cursor is written out"
    assert b"\n" not in shown
    assert shown.endswith(b" \r")
