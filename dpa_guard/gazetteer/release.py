"""The tables of one version, from wherever it lies: a folder, a wheel or another zip, or what is installed."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path, PurePosixPath

from dpa_guard.errors import DpaGuardError

__all__ = ["Release", "installed", "read_release"]

Release = dict[str, list[dict[str, str]]]
"""Rows by table: ``places-aws``, ``kinds`` ..., ``vendors/provider-classes``."""

_FOLDERS = {"gazetteer/data": "", "vendors/data": "vendors/"}
_MARK = "kinds"
"""The table that every version has: without it a folder is none of ours."""
_LONGEST = 64 * 1024 * 1024


def installed() -> Release:
    """Return the tables this program uses."""
    root = files("dpa_guard")
    found = {
        prefix + file.name.removesuffix(".csv"): file.read_text(encoding="utf-8")
        for folder, prefix in _FOLDERS.items()
        for file in root.joinpath(*folder.split("/")).iterdir()
        if file.name.endswith(".csv")
    }
    return _parsed(found, "the installed tables")


def read_release(path: Path) -> Release:
    """Return the tables below a folder (a data folder, a package, a checkout) or in a wheel or zip.

    Raises DpaGuardError where there is no such thing, or it cannot be read.
    """
    try:
        texts = dict(_in_folder(path) if path.is_dir() else _in_zip(path))
    except FileNotFoundError:
        raise _unreadable(path, "found nothing there") from None
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise _unreadable(path, f"found something else ({type(error).__name__})") from None
    if _MARK not in texts:
        raise _unreadable(path, "found no gazetteer/data/kinds.csv in it")
    return _parsed(texts, str(path))


def _in_folder(path: Path) -> Iterator[tuple[str, str]]:
    if (path / f"{_MARK}.csv").is_file():
        folders = [(path, ""), (path / "../../vendors/data", "vendors/")]
    else:
        roots = [path, path / "dpa_guard"]
        folders = [(root / folder, prefix) for root in roots for folder, prefix in _FOLDERS.items()]
    for folder, prefix in folders:
        for file in sorted(folder.glob("*.csv")):
            yield prefix + file.stem, file.read_text(encoding="utf-8")


def _in_zip(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            member = PurePosixPath(info.filename)
            folder = "/".join(member.parent.parts[-2:])
            prefix = _FOLDERS.get(folder)
            if member.suffix == ".csv" and (prefix is not None or member.parent == PurePosixPath(".")):
                if info.file_size > _LONGEST:
                    raise _unreadable(path, f"found {info.filename} with {info.file_size} bytes")
                yield (prefix or "") + member.stem, archive.read(info).decode("utf-8")


def _parsed(texts: dict[str, str], where: str) -> Release:
    found: Release = {}
    for name, text in texts.items():
        rows = [row for row in csv.reader(text.splitlines()) if row]
        head = rows[0] if rows else []
        for number, row in enumerate(rows[1:], 2):
            if len(row) != len(head):
                told = f"expected {len(head)} columns in row {number} of {name}.csv of {where}, found {len(row)}"
                raise DpaGuardError("gazetteer-not-readable", told, "Is the copy whole?")
        found[name] = [dict(zip(head, row, strict=True)) for row in rows[1:]]
    return found


def _unreadable(path: Path, found: str) -> DpaGuardError:
    return DpaGuardError(
        "gazetteer-not-readable",
        f"expected a folder, wheel or zip with the tables of dpa-guard at {path}, {found}",
        "Give the gazetteer/data folder, an unpacked package, or the wheel of the other version.",
    )
