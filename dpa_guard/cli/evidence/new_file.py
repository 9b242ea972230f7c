"""A file that appears whole or not at all, and never in place of another one unless that is asked."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import click

__all__ = ["NewFile"]


class NewFile:
    """Write to ``opened``; what was written is there under its name after ``keep``, durably, and gone without it."""

    opened: BinaryIO

    def __init__(self, path: Path, option: str, *, replace: bool) -> None:
        """``option`` is what named the file, for messages."""
        self._path = path
        self._option = option
        self._replace = replace
        self._temporary = path.with_name(f".{path.name[:200]}.{os.getpid()}.tmp")

    def __enter__(self) -> NewFile:
        if not self._replace and os.path.lexists(self._path):
            raise self._is_there()
        try:
            self.opened = self._temporary.open("xb")
        except OSError as error:
            raise self._unwritable(error) from None
        return self

    def keep(self) -> None:
        """Put the file where it belongs; raises UsageError where there is one by now."""
        self.opened.flush()
        os.fsync(self.opened.fileno())
        self.opened.close()
        if self._replace:
            os.replace(self._temporary, self._path)
            return
        try:
            os.link(self._temporary, self._path)
        except FileExistsError:
            raise self._is_there() from None
        except OSError:  # a file system without links: look, then rename
            if os.path.lexists(self._path):
                raise self._is_there() from None
            os.rename(self._temporary, self._path)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.opened.close()
        self._temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise self._unwritable(error) from None

    def _is_there(self) -> click.UsageError:
        return click.UsageError(f"{self._option}: {str(self._path)!a} is there already; name a new file or add --force")

    def _unwritable(self, error: OSError) -> click.UsageError:
        return click.UsageError(f"{self._option}: {str(self._path)!a} cannot be written: {error.strerror}")
