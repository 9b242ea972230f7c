"""Where a report goes: standard output, and files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import RawIOBase
from typing import BinaryIO, cast

import click
from msgspec import Struct

from dpa_guard.cli.say import wants_colour

__all__ = ["Files", "on_terminal", "to_stdout"]


class _File(Struct):
    form: str
    path: str
    temporary: str
    """"" for what cannot be replaced, such as a named pipe: it is written directly."""
    opened: BinaryIO


class Files:
    """The files of ``--output FORMAT=FILE``, opened before work begins and put in place at the end."""

    def __init__(self, given: Sequence[str], forms: Sequence[str]) -> None:
        """Raise UsageError for a format that does not exist, or a place that cannot be written."""
        self._files: list[_File] = []
        try:
            for text in given:
                self._files.append(_opened(text, forms, [file.path for file in self._files]))
        except BaseException:
            self.discard()
            raise

    def write(self, render: Callable[[str], Iterable[bytes]]) -> None:
        """Write each report, and put it where it belongs."""
        for file in self._files:
            file.opened.writelines(render(file.form))
            file.opened.close()
        for file in self._files:
            if file.temporary:
                os.replace(file.temporary, file.path)
        self._files = []

    def discard(self) -> None:
        """Remove what was begun."""
        for file in self._files:
            file.opened.close()
            if file.temporary:
                with contextlib.suppress(OSError):
                    os.unlink(file.temporary)
        self._files = []


def _opened(text: str, forms: Sequence[str], taken: Sequence[str]) -> _File:
    form, equals, path = text.partition("=")
    if not equals or form not in forms or not path:
        raise click.UsageError(f"--output expects FORMAT=FILE with FORMAT {' or '.join(forms)}; found {text!a}")
    absolute = os.path.abspath(path)
    if absolute in taken:
        raise click.UsageError(f"--output names {path!a} twice")
    try:
        if os.path.exists(absolute) and not stat.S_ISREG(os.stat(absolute).st_mode):
            return _File(form, absolute, "", open(absolute, "wb"))  # stays open until the end
        folder, name = os.path.split(os.path.realpath(absolute))
        temporary = os.path.join(folder, f".{name[:200]}.{os.getpid()}.tmp")
        return _File(form, os.path.realpath(absolute), temporary, open(temporary, "xb"))  # as above
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise click.UsageError(f"--output: {path!a} cannot be written: {reason}") from error


def on_terminal() -> bool:
    """Are colours wanted: is standard output a terminal that has them, and is NO_COLOR unset?"""
    return wants_colour(sys.stdout)


def to_stdout(pieces: Iterable[bytes]) -> None:
    """Write the report; a reader that has gone away (``| head``) changes nothing about the verdict."""
    stream = cast(RawIOBase, sys.stdout.buffer)
    try:
        for piece in _larger(pieces):
            stream.write(piece)
        stream.flush()
    except BrokenPipeError:
        # Python would try to write the rest when it ends, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _larger(pieces: Iterable[bytes], size: int = 1 << 16) -> Iterator[bytes]:
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        if len(gathered) >= size:
            yield bytes(gathered)
            gathered.clear()
    yield bytes(gathered)
