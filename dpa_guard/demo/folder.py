"""The demo's folder: what was agreed, how to run, the papers, and a new log whose key the agreement pins."""

from __future__ import annotations

import shutil
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

from dpa_guard.demo.company import text
from dpa_guard.errors import DpaGuardError

__all__ = ["ORIGIN", "prepare"]

ORIGIN = "demo.kievit.example/KR-2023-011"
"""The log's name; `.example` belongs to nobody (RFC 2606)."""
_AGREEMENT, _CONFIGURATION, _LOG = "agreement.toml", "dpa-guard.toml", "evidence"
_MARK = "# Written by `dpa-guard demo`"
"""The first words of the configuration: by these a folder is known as one of the demo."""
_PINNED = """
[evidence]                                 # article 11.3: the logs bind, and this is the key of the log
log_keys = ["{key}"]
"""


def prepare(folder: Path) -> bool:
    """Make the folder, whole or not at all; False: it is there already, from an earlier demo, and is used again.

    Raises DpaGuardError where something else is there, or nothing can be written.
    """
    if folder.is_dir() and any(folder.iterdir()):
        _expect_whole(folder)
        return False
    if folder.exists() and not folder.is_dir():
        raise _taken(folder, "a file")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            _fill(half)
            half.chmod(0o755)
            half.replace(folder)
        finally:
            shutil.rmtree(half, ignore_errors=True)
    except OSError as error:
        raise DpaGuardError(
            "demo-folder-not-written",
            f"{error.filename or folder}: cannot be written: {error.strerror or error}",
            "name another folder with --into DIR",
        ) from error
    return True


def _fill(folder: Path) -> None:
    from dpa_guard.evidence.write import LogPlace
    from dpa_guard.evidence.write.create import create

    with as_file(files("dpa_guard.demo").joinpath("data", "documents")) as documents:
        shutil.copytree(documents, folder / "documents")
    key = create(LogPlace.at(folder / _LOG, None), ORIGIN)
    agreement = text(_AGREEMENT) + _PINNED.format(key=key)
    (folder / _AGREEMENT).write_text(agreement, encoding="utf-8", newline="\n")
    (folder / _CONFIGURATION).write_text(text(_CONFIGURATION), encoding="utf-8", newline="\n")


def _expect_whole(folder: Path) -> None:
    """Raise DpaGuardError where the folder is none of the demo, or lacks something."""
    configuration = folder / _CONFIGURATION
    try:
        ours = configuration.read_text(encoding="utf-8", errors="replace").startswith(_MARK)
    except OSError:
        ours = False
    if not ours:
        raise _taken(folder, "other files")
    missing = [name for name in (_AGREEMENT, _LOG, f"{_LOG}.state") if not (folder / name).exists()]
    if missing:
        raise DpaGuardError(
            "demo-folder-not-whole",
            f"{folder}: a folder of the demo, but {' and '.join(missing)} is gone",
            "remove the folder, or name another one with --into DIR",
        )


def _taken(folder: Path, found: str) -> DpaGuardError:
    return DpaGuardError(
        "demo-folder-taken",
        f"{folder}: expected a new or empty folder, or one of an earlier demo; found {found}",
        "name another folder with --into DIR",
    )
