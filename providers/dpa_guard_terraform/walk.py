"""Which files below a folder may be plans or states.

A Terragrunt ``--json-out-dir`` holds ``UNIT/tfplan.json``, a pipeline's artefacts anything: every ``*.json`` and
``*.tfstate`` is a candidate, and reading tells. Links are not followed out of the folder.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import PurePath

from msgspec import Struct

from dpa_guard import Note, Refusal

__all__ = ["Candidate", "below", "os_error", "shown"]

SUFFIXES = (".json", ".tfstate")
NEVER = frozenset({".terraform", ".git", "node_modules"})
COPIES = ".terragrunt-cache"
"""Terragrunt copies each unit's folder into it, old plans included: what is there was given elsewhere, or is stale."""


class Candidate(Struct, frozen=True):
    """A file to read: under which label, and where."""

    label: str
    path: str


def below(label: str, folder: str) -> Iterator[Candidate | Note | Refusal]:
    """Yield the candidates below a folder in the order of their paths, labelled ``label/relative/path``.

    A link out of the folder and a Terragrunt cache are said in a note; a folder that cannot be read is a refusal.
    """
    refusals: list[Refusal] = []
    files: list[str] = []
    links: list[str] = []
    caches = 0

    def refuse(error: OSError) -> None:
        refusals.append(Refusal(_joined(label, folder, error.filename), "input-unreadable", {"error": os_error(error)}))

    for here, folders, names in os.walk(folder, onerror=refuse):
        caches += COPIES in folders
        folders[:] = sorted(name for name in folders if name not in NEVER and name != COPIES)
        links += [path for name in folders if _mode(path := os.path.join(here, name), stat.S_ISLNK)]
        paths = [os.path.join(here, name) for name in names if name.lower().endswith(SUFFIXES)]
        files += [path for path in paths if _mode(path, stat.S_ISREG)]
        links += [path for path in paths if _mode(path, stat.S_ISLNK)]

    yield from refusals
    if caches:
        yield Note("cache-not-read", label, {"count": str(caches)})
    inside, outside = _sorted_links(folder, files, links)
    yield from (Note("link-not-followed", _joined(label, folder, path)) for path in sorted(outside))
    yield from (Candidate(_joined(label, folder, path), path) for path in sorted(files + inside))


def _sorted_links(folder: str, files: list[str], links: list[str]) -> tuple[list[str], list[str]]:
    """Return the links to files of the folder that are not candidates themselves, and those that lead out of it."""
    root = os.path.realpath(folder)
    known = {os.path.realpath(path) for path in files}
    inside, outside = [], []
    for path in links:
        target = os.path.realpath(path)
        within = PurePath(target).is_relative_to(root)
        if within and os.path.isdir(target):
            continue  # walked under its own name
        if not within or not os.path.isfile(target):
            outside.append(path)
        elif target not in known:
            known.add(target)
            inside.append(path)
    return inside, outside


def _mode(path: str, is_kind: Callable[[int], bool]) -> bool:
    """Is it of this kind (``stat.S_IS...``), a link not followed? A file that vanished is of none."""
    try:
        return is_kind(os.lstat(path).st_mode)
    except OSError:
        return False


def os_error(error: OSError) -> str:
    """Return the name of an operating system's error, e.g. ``EACCES``."""
    return errno.errorcode.get(error.errno or 0, "EIO")


def _joined(label: str, folder: str, path: str) -> str:
    relative = PurePath(os.path.relpath(path, folder)).as_posix()
    base = label.rstrip("/")
    return shown(relative if base in ("", ".") else f"{base}/{relative}")


def shown(label: str) -> str:
    """Return a label that any terminal and any JSON writer can take: control characters and stray bytes escaped."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in label)
