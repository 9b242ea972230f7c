"""What a command shows, as it would look in a terminal of 80 columns."""

from __future__ import annotations

import shlex
from pathlib import Path

from click.testing import CliRunner, Result

from dpa_guard.cli import main
from golden import stable

_TERMINAL = {"COLUMNS": "80", "NO_COLOR": None, "TERM": "xterm"}


def call(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    """Run the command in this process, as it is typed."""
    return CliRunner(env=_TERMINAL).invoke(main, [str(one) for one in arguments], input=stdin, prog_name="dpa-guard")


def transcript(*arguments: str, folder: Path | None = None, stdin: bytes | None = None) -> str:
    """Return the command, what it printed, what it said on standard error, and its exit code."""
    done = call(*arguments, stdin=stdin)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    said = f"--- standard error\n{done.stderr}" if done.stderr else ""
    page = f"$ dpa-guard {shlex.join(arguments)}\n{done.stdout}{said}--- exit code {done.exit_code}\n"
    return stable(page, *([folder] if folder else []))
