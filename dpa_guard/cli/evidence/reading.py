"""What commands on a log share: damage is said with exit code 4, and nothing in a log can steer a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from dpa_guard.cli.evidence.pinned import Pinned
from dpa_guard.cli.help import Command
from dpa_guard.cli.output import to_stdout
from dpa_guard.evidence.errors import EvidenceError, EvidenceUnavailable
from dpa_guard.evidence.read.records import NOT_THERE
from dpa_guard.evidence.verify import Verification, verify
from dpa_guard.report.plain import plain

__all__ = ["DAMAGED", "LogCommand", "say_json", "say_lines", "shown_json", "verified_or_said"]

DAMAGED = 4


class LogCommand(Command):
    """A command on a log; where it finds the log damaged, it says so and exits 4."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; what was asked for and is not there stays a usage error (2)."""
        try:
            return super().invoke(ctx)
        except EvidenceError as error:
            if error.code in NOT_THERE or isinstance(error, EvidenceUnavailable):
                raise
            click.echo(f"does not verify: {plain(error.message)}", err=True)
            if isinstance(folder := ctx.params.get("folder"), Path):
                click.echo(f"see: dpa-guard evidence verify {plain(str(folder))}", err=True)
            return DAMAGED


def verified_or_said(folder: Path, pins: Pinned) -> Verification | None:
    """Verify a log; where it does not, say the first fault and return None."""
    found = verify(folder, pins.keys)
    if not found.faults:
        return found
    first = found.faults[0]
    at = "" if first.record is None else f", record {first.record}"
    click.echo(f"does not verify: {plain(f'{first.file}{at}: {first.text}')}", err=True)
    click.echo(f"see: dpa-guard evidence verify {plain(str(folder))}", err=True)
    return None


def say_lines(lines: Iterable[str | bytes]) -> None:
    """Print lines; those before a damaged one are printed before the damage is raised."""
    raised: list[EvidenceError] = []

    def pieces() -> Iterator[bytes]:
        try:
            for line in lines:
                yield (line if isinstance(line, bytes) else line.encode("utf-8", "backslashreplace")) + b"\n"
        except EvidenceError as error:
            raised.append(error)

    to_stdout(pieces())
    if raised:
        raise raised[0]


def say_json(value: object) -> None:
    """Print a value as one line of JSON."""
    say_lines([shown_json(msgspec.json.encode(value))])


def shown_json(line: bytes) -> bytes:
    """Return the same JSON with whatever could steer a terminal written as an escape (``\\u009b``)."""
    if line.isascii() and b"\x7f" not in line:
        return line  # JSON itself escapes what is below a blank
    text = line.decode("utf-8", "backslashreplace")
    return "".join(mark if mark.isprintable() else _escaped(mark) for mark in text).encode()


def _escaped(mark: str) -> str:
    units = mark.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
