"""Where the signing key comes from when it is not in a log's private state: the environment, or a file it names."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

from dpa_guard.evidence import VARIABLE, EvidenceUnavailable

__all__ = ["FILE_VARIABLE", "signing_key"]

FILE_VARIABLE = f"{VARIABLE}_FILE"
"""Names the file that a service manager or an orchestrator hands the key over in (systemd credential, mounted secret).

Unlike a variable it is not passed on to child processes, and does not show in a listing of the environment.
"""

_LONGEST = 16_384


def signing_key(environment: Mapping[str, str]) -> str | None:
    """Return the key that the environment holds or names; None: it is in the private state.

    Raises EvidenceUnavailable ``key-twice`` where both are set, and ``key-file`` where the file cannot be read or
    anybody on the machine may. Its group may: a systemd credential and a mounted secret come so.
    """
    held, named = environment.get(VARIABLE), environment.get(FILE_VARIABLE)
    if named is None:
        return held
    if held is not None:
        raise EvidenceUnavailable(
            "key-twice", f"{VARIABLE} and {FILE_VARIABLE} are both set; expected one of them", f"unset {VARIABLE}"
        )
    return _read(named)


def _read(path: str) -> str:
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise _unusable(path, f"cannot be opened: {reason}", "name the file that holds the log's signing key") from None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise _unusable(path, "expected a regular file", "name the file that holds the log's signing key")
        if status.st_mode & stat.S_IRWXO:
            mode = stat.S_IMODE(status.st_mode)
            raise _unusable(
                path,
                f"expected a key that not everybody may read (mode 0400 or 0440), found mode {mode:04o}",
                f"if nobody can have copied it: chmod 400 {path}",
            )
        return os.read(file, _LONGEST + 1).decode("ascii", "replace")
    finally:
        os.close(file)


def _unusable(path: str, what: str, hint: str) -> EvidenceUnavailable:
    return EvidenceUnavailable("key-file", f"{FILE_VARIABLE}: {path!a}: {what}", hint)
