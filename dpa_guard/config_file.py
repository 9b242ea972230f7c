"""Reads ``dpa-guard.toml``: every mistake at once with its line; paths in it become absolute."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from dpa_guard.config import AgreementEntry, ScopeEntry, Settings
from dpa_guard.config_fields import FILE, OTHER_NAMES, SCHEMA
from dpa_guard.model import FirstParty
from dpa_guard.notify_fields import check_notify
from dpa_guard.toml_file import Report, load
from dpa_guard.toml_file.build import build
from dpa_guard.toml_file.mistakes import KeyPath, choice, dotted, shown
from dpa_guard.toml_file.walk import read_table

__all__ = ["COMMAND_LINE_SCOPE", "read"]

COMMAND_LINE_SCOPE = "command-line"
"""The scope of plans that belong to no ``[[scope]]``; nobody may give its name to one."""


def read(path: Path) -> Settings:
    """Read a configuration file; ``Settings()`` is what holds where there is none.

    Files and folders in it are relative to it and come back absolute, patterns with the folder's own special
    characters escaped. Raises ``Mistakes`` with every mistake in the keys, or a single ``Mistake`` where the file as
    a whole cannot be read. A provider's own keys and name are not checked here: extensions know them.
    """
    file = load(path, "config", SCHEMA)
    report = Report(file.name, "config", file.text)
    kept = read_table(FILE, file.data, report, OTHER_NAMES)
    _check_meaning(kept, report)
    report.raise_if_any()
    built = build(FILE, kept)
    folder = os.path.abspath(path.parent)
    return Settings(
        path=file.name,
        agreements=tuple(_agreement(entry, folder) for entry in built.get("agreement", ())),
        first_party=FirstParty(**{key: frozenset(values) for key, values in built.get("first_party", {}).items()}),
        scopes=tuple(_scope(entry, folder) for entry in built.get("scope", ())),
        places=built.get("place", ()),
        exclusions=built.get("exclusion", ()),
        known=built.get("known", ()),
        notify=built.get("notify", ()),
    )


def _agreement(entry: AgreementEntry, folder: str) -> AgreementEntry:
    return msgspec.structs.replace(
        entry,
        file=_absolute(entry.file, folder),
        evidence=_absolute(entry.evidence, folder) if entry.evidence else None,
        state=_absolute(entry.state, folder) if entry.state else None,
    )


def _absolute(path: str, folder: str) -> str:
    """An address of an object store (``s3://…``) stays as it is."""
    return path if "://" in path else os.path.normpath(os.path.join(folder, path))


def _scope(entry: ScopeEntry, folder: str) -> ScopeEntry:
    return msgspec.structs.replace(entry, paths=tuple(_pattern(path, folder) for path in entry.paths))


def _pattern(pattern: str, folder: str) -> str:
    """The folder's name is taken literally, so that ``build[1]`` is not a pattern; ``..`` climbs before it is."""
    if os.path.isabs(pattern):
        return os.path.normpath(pattern)
    while pattern.startswith(("../", "./")):
        first, _, pattern = pattern.partition("/")
        folder = os.path.dirname(folder) if first == ".." else folder
    return os.path.normpath(os.path.join(glob.escape(folder), pattern))


def _check_meaning(kept: Mapping[str, Any], report: Report) -> None:
    scopes = [entry["name"] for _, entry in _entries(kept, "scope") if "name" in entry]
    _no_doubles("scope", "name", kept, report)
    _no_doubles("agreement", "file", kept, report)
    _no_doubles("agreement", "evidence", kept, report)
    for path, entry in _entries(kept, "scope"):
        if entry.get("name") == COMMAND_LINE_SCOPE:
            text = f'"{COMMAND_LINE_SCOPE}" is the scope of plans that belong to none; choose another name'
            report.add((*path, "name"), "bad-value", text)
    for path, entry in _entries(kept, "agreement"):
        for i, name in enumerate(entry.get("scopes") or ()):
            if name is not None and name not in scopes:
                text = f"{shown(name)} is not the name of a [[scope]]{choice(name, scopes)}"
                report.add((*path, "scopes", i), "unknown-reference", text)
    for path, entry in _entries(kept, "exclusion"):
        name = (entry.get("what") or {}).get("scope")
        if name is not None and name not in (*scopes, COMMAND_LINE_SCOPE):
            text = f"{shown(name)} is not the name of a [[scope]]{choice(name, scopes)}"
            report.add((*path, "what", "scope"), "unknown-reference", text)

    check_notify(_entries(kept, "notify"), report)


def _entries(kept: Mapping[str, Any], name: str) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    for i, entry in enumerate(kept.get(name) or ()):
        if entry is not None:
            yield (name, i), entry


def _no_doubles(name: str, key: str, kept: Mapping[str, Any], report: Report) -> None:
    first: dict[str, KeyPath] = {}
    for path, entry in _entries(kept, name):
        value = entry.get(key)
        same = os.path.normpath(value) if value is not None and key != "name" else value
        if same is not None and same in first:
            text = f"{shown(value)} is already the {key} of {dotted(first[same])}; give each its own"
            report.add((*path, key), "duplicate", text)
        elif same is not None:
            first[same] = path
