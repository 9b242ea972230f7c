"""Errors on standard error: one line for what a user can mend, a traceback without values for what is our mistake."""

from __future__ import annotations

import os
import sys
import traceback
from typing import TextIO

import click

from dpa_guard.assessment import NOT_ASSESSED
from dpa_guard.errors import DpaGuardError
from dpa_guard.report.plain import plain
from dpa_guard.report.run import one_by_one

__all__ = ["say_crash", "say_error", "trace", "wants_colour"]


def say_error(error: DpaGuardError, code: int | None = NOT_ASSESSED) -> None:
    """Say each mistake in a line of its own, the hint under it, and that no verdict is given; None: none was asked."""
    tag = click.style("error", fg="red", bold=True) if wants_colour(sys.stderr) else "error"
    for mistake in one_by_one(error):
        click.echo(f"{tag}: {plain(mistake.message)}", err=True)
        if mistake.hint:
            click.echo(f"  {plain(mistake.hint)}", err=True)
    if code is None:
        return
    why = "No assessment was made" if code == NOT_ASSESSED else "Without evidence no verdict is given"
    click.echo(f"{why} (exit code {code}).", err=True)


def wants_colour(stream: TextIO) -> bool:
    """Is this a terminal that has colours, and does NO_COLOR (https://no-color.org) not ask to go without?"""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def say_crash(error: BaseException) -> None:
    """Say that this is our mistake, with the traceback; messages of exceptions are left out: they may quote a plan."""
    click.echo(trace(error), err=True, nl=False)
    click.echo("This is a mistake in dpa-guard or an extension. No assessment was made (exit code 2).", err=True)


def trace(error: BaseException) -> str:
    """Return a traceback with the names of the exceptions and without their messages."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None:
        frames = "".join(traceback.format_tb(current.__traceback__))
        kind = f"{type(current).__module__}.{type(current).__qualname__}".removeprefix("builtins.")
        parts.append(f"Traceback (most recent call last):\n{frames}{kind} (message left out: it may quote the input)\n")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\nwhile handling this, came the next:\n\n".join(reversed(parts))
