"""Which installed distributions announce an entry point in a group, without opening the metadata of all of them.

``importlib.metadata.entry_points()`` imports the ``email`` package and costs more than judging a small plan. Here the
same answer is read from the files themselves, ``NAME-VERSION.dist-info/entry_points.txt`` in each folder on the path
(https://packaging.python.org/en/latest/specifications/recording-installed-packages/ and ``entry-points/`` beside it).
Where the path holds anything else than folders (a zip archive, a finder of its own), ``importlib.metadata`` is asked.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

__all__ = ["EntryPoint", "entry_points"]

_INFO = (".dist-info", ".egg-info")
_SEPARATORS = re.compile(r"[-_.]+")


class EntryPoint(Struct, frozen=True, order=True):
    """One line of a distribution's ``entry_points.txt``."""

    name: str
    value: str
    """``package.module`` or ``package.module:attribute``."""
    distribution: str
    version: str


def entry_points(group: str, path: Sequence[str] | None = None) -> list[EntryPoint]:
    """Return the entry points of a group over all distributions on ``path`` (default ``sys.path``), sorted.

    As with ``importlib.metadata``, the first of several distributions of one name is the one that is installed.
    """
    folders = list(dict.fromkeys(os.path.abspath(entry) for entry in (sys.path if path is None else path)))
    if path is None and not _only_folders(folders):
        return _by_importlib(group)
    found: list[EntryPoint] = []
    seen: set[str] = set()
    for folder in folders:
        for info in _infos(folder):
            key = _normalised(os.path.basename(info))
            if key not in seen:
                seen.add(key)
                found += _of_distribution(info, group)
    return sorted(found)


def _only_folders(paths: Iterable[str]) -> bool:
    """Is every place packages can come from a folder (or absent), and is there no other finder of distributions?"""
    finders = (finder for finder in sys.meta_path if hasattr(finder, "find_distributions"))
    if any(getattr(finder, "__name__", "") != "PathFinder" for finder in finders):
        return False
    return not any(os.path.isfile(path) or path.endswith(".egg") for path in paths)


def _infos(folder: str) -> list[str]:
    """Return the metadata folders in a folder, in the order of the file system, as ``importlib.metadata`` sees them."""
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.name.lower().endswith(_INFO)]
    except OSError:
        return []


def _of_distribution(info: str, group: str) -> Iterator[EntryPoint]:
    text = _text(info, "entry_points.txt")
    if group not in text:
        return
    lines = list(_section(text, group))
    if not lines:
        return
    name, version = _name_and_version(info)
    for line in lines:
        entry, _, value = line.partition("=")
        yield EntryPoint(entry.strip(), value.partition("[")[0].strip(), name, version)


def _section(text: str, group: str) -> Iterator[str]:
    inside = False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            inside = line[1:-1] == group
        elif inside and "=" in line and not line.startswith("#"):
            yield line


def _name_and_version(info: str) -> tuple[str, str]:
    """Read ``Name`` and ``Version`` from the headers of METADATA; a folder without them is named by itself."""
    headers: dict[str, str] = {}
    for line in (_text(info, "METADATA") or _text(info, "PKG-INFO")).splitlines():
        if not line:
            break
        key, _, value = line.partition(":")
        headers.setdefault(key.lower(), value.strip())
    stem = os.path.basename(info).rpartition(".")[0]
    return headers.get("name") or stem.partition("-")[0], headers.get("version") or stem.partition("-")[2]


def _normalised(info_name: str) -> str:
    return _SEPARATORS.sub("_", info_name.rpartition(".")[0].partition("-")[0]).lower()


def _text(info: str, name: str) -> str:
    try:
        with open(os.path.join(info, name), encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return ""


def _by_importlib(group: str) -> list[EntryPoint]:
    from importlib import metadata

    return sorted(
        EntryPoint(
            found.name,
            found.value.partition("[")[0].strip(),
            found.dist.metadata["Name"] if found.dist else "?",
            found.dist.version if found.dist else "?",
        )
        for found in metadata.entry_points(group=group)
    )
