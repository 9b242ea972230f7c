"""What is being done, on standard error: a line that is rewritten on a terminal, elsewhere a line a minute."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from types import TracebackType

import click

from dpa_guard.report.plain import plain

__all__ = ["Progress"]

_REWRITTEN_EVERY = 0.1
_LOGGED_EVERY = 60.0


class Progress:
    """Says what is being looked at: a context manager, and the function that takes each message."""

    def __init__(self, *, verbose: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        """``verbose`` says every message, each on a line of its own."""
        self._verbose = verbose
        self._terminal = sys.stderr.isatty() and not verbose
        self._clock = clock
        self._begun = self._said = clock()
        self._shown = ""

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wipe()

    def __call__(self, message: str) -> None:
        """Say what is being done now."""
        now = self._clock()
        if self._verbose:
            click.echo(f"{_elapsed(now - self._begun)}  {plain(message)}", err=True)
        elif self._terminal:
            if now - self._said >= _REWRITTEN_EVERY or not self._shown:
                self._said = now
                self._rewrite(f"{_elapsed(now - self._begun)}  {plain(message)}")
        elif now - self._said >= _LOGGED_EVERY:
            self._said = now
            click.echo(f"dpa-guard: {_elapsed(now - self._begun)}  {plain(message)}", err=True)

    def _rewrite(self, line: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        self._wipe()
        self._shown = line[:width]
        click.echo(self._shown, nl=False, err=True)

    def _wipe(self) -> None:
        if self._shown:
            click.echo(f"\r{' ' * len(self._shown)}\r", nl=False, err=True)
            self._shown = ""


def _elapsed(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
