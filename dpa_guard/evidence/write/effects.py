"""Everything that changes a file, in one place: what must be durable before what is decided elsewhere, done here.

Names and contents become durable apart: ``sync`` makes a file's bytes last, ``sync_folder`` the names in a folder.
The crash tests put their own object in this one's place and cut the power between any two calls.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

__all__ = ["Effects"]

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class Effects:
    """The effects themselves, on a POSIX file system."""

    def make_folder(self, path: Path, mode: int) -> None:
        """Make a folder; one that is there stays as it is."""
        try:
            path.mkdir(mode=mode)
        except FileExistsError:
            return

    def create(self, path: Path, mode: int) -> int:
        """Make a new file and return its descriptor, for appending."""
        return os.open(path, _NEW | os.O_APPEND, mode)

    def append(self, file: int, data: bytes) -> None:
        """Write all of the data at the end of a file; raises OSError where only a part of it fits."""
        view = memoryview(data)
        while view:
            view = view[os.write(file, view) :]

    def truncate(self, file: int, length: int) -> None:
        """Cut a file off."""
        os.ftruncate(file, length)

    def sync(self, file: int) -> None:
        """Make the bytes of an open file durable."""
        os.fsync(file)

    def rename(self, source: Path, target: Path) -> None:
        """Give a file its name, in place of one that has it."""
        os.replace(source, target)

    def unlink(self, path: Path) -> None:
        """Remove a file; one that is gone already is fine."""
        path.unlink(missing_ok=True)

    def sync_folder(self, path: Path) -> None:
        """Make the names in a folder durable."""
        folder = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    # -- made of the above ------------------------------------------------------------------------------------------

    def write_file(self, path: Path, pieces: Iterable[bytes], mode: int) -> None:
        """Write a new file whose bytes are durable when this returns; its name is not yet."""
        file = self.create(path, mode)
        try:
            for piece in pieces:
                self.append(file, piece)
            self.sync(file)
        finally:
            os.close(file)

    def replace_file(self, path: Path, data: bytes, temporary: Path, mode: int) -> None:
        """Put a file in place whole and durable, through a temporary file on the same disk."""
        self.unlink(temporary)
        self.write_file(temporary, (data,), mode)
        self.rename(temporary, path)
        self.sync_folder(path.parent)
