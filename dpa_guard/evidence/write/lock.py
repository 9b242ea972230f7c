"""One writer at a time: an advisory lock on the log, and one on the spool of each run that lives."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dpa_guard.evidence.errors import EvidenceUnavailable

__all__ = ["locked", "try_lock"]

_PATIENCE = 120.0
"""Seconds; a commit takes milliseconds, so whoever holds the lock for longer hangs."""
_POLL = 0.01


@contextmanager
def locked(path: Path, patience: float = _PATIENCE, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Hold the log's lock; raises EvidenceUnavailable ``log-locked`` where another process keeps it for minutes."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        until = time.monotonic() + patience
        while not try_lock(file):
            if time.monotonic() > until:
                raise EvidenceUnavailable(
                    "log-locked",
                    f"{path}: expected the log to be free within {patience:.0f} seconds; another process holds it",
                    f"see which one: fuser {path}",
                )
            sleep(_POLL)
        yield
    finally:
        os.close(file)


def try_lock(file: int) -> bool:
    """Take the lock of an open file, if nobody has it; it is given back when the file is closed, also by a crash.

    Raises EvidenceUnavailable ``not-posix`` where the system has no such locks.
    """
    try:
        import fcntl
    except ImportError:
        raise EvidenceUnavailable(
            "not-posix",
            "evidence needs a POSIX system (flock, fsync of folders), and this is none: runs are not recorded here",
            "run it on Linux, or judge without recording: --no-evidence",
        ) from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
            return False
        raise
    return True
