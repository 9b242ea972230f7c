"""One fingerprint of every table a verdict can rest on: a new table can flip a verdict, so evidence names it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

__all__ = ["digest"]

_FOLDERS = (("gazetteer", "data"), ("vendors", "data"))


@cache
def digest() -> str:
    """Return the SHA-256, in hex, over the shipped tables of places, kinds, attributes and vendors.

    Over one line per file, sorted: the SHA-256 of the file in hex, two blanks, its path, a newline; what
    ``sha256sum`` prints in the installed package's folder.
    """
    root = files("dpa_guard")
    tables = {
        f"{'/'.join(folder)}/{file.name}": hashlib.sha256(file.read_bytes()).hexdigest()
        for folder in _FOLDERS
        for file in root.joinpath(*folder).iterdir()
        if file.name.endswith(".csv")
    }
    listed = "".join(f"{of_table}  {path}\n" for path, of_table in sorted(tables.items()))
    return hashlib.sha256(listed.encode()).hexdigest()
