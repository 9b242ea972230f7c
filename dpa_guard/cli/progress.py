"""What is being done, on standard error: a line that is rewritten on a terminal, elsewhere a line a minute."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from types import TracebackType

import click

from dpa_guard.report.plain import plain

__all__ = ["Progress"]

_REWRITTEN_EVERY = 0.2
_LOGGED_EVERY = 60.0


class Progress:
    """Says what is being looked at: a context manager, and the function that takes each message.

    What was said last is repeated by a thread, so that a request that takes long is no silence.
    """

    def __init__(self, *, verbose: bool = False, every: float | None = None) -> None:
        """``verbose`` says every message, each on a line of its own. ``every`` is in seconds."""
        self._verbose = verbose
        self._terminal = sys.stderr.isatty()
        self._every = every or (_REWRITTEN_EVERY if self._terminal else _LOGGED_EVERY)
        self._begun = time.monotonic()
        self._message = ""
        self._shown = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="dpa-guard-progress", daemon=True)

    def __enter__(self) -> Progress:
        if not self._verbose:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if not self._verbose:
            self._thread.join()
        self._wipe()

    def __call__(self, message: str) -> None:
        """Take what is being done now."""
        self._message = plain(message)
        if self._verbose:
            click.echo(self._line(), err=True)

    def _repeat(self) -> None:
        while not self._ended.wait(self._every):
            if self._message and self._terminal:
                self._rewrite(self._line())
            elif self._message:
                click.echo(f"dpa-guard: {self._line()}", err=True)

    def _line(self) -> str:
        return f"{_elapsed(time.monotonic() - self._begun)}  {self._message}"

    def _rewrite(self, line: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        self._wipe()
        self._shown = len(line[:width])
        click.echo(line[:width], nl=False, err=True)

    def _wipe(self) -> None:
        if self._shown:
            click.echo(f"\r{' ' * self._shown}\r", nl=False, err=True)
            self._shown = 0


def _elapsed(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
