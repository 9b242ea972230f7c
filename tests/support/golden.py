"""Pages that a person has reviewed, kept as files; what changes from run to run is replaced before comparing."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

WRITE = "DPA_GUARD_WRITE_GOLDEN"
"""Set this variable to write the pages anew, then read the difference before you keep it."""

_PASSING = (
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d[+-]\d\d:\d\d"), "<moment>"),
    (re.compile(r"(sha256 )[0-9a-f]{12}…"), r"\1<digest>"),
    (re.compile(r"(sha256 )[0-9a-f]{16}…"), r"\1<digest>"),
    (re.compile(r"dpa-guard \d+\.\d+\.\d+[\w.+]*"), "dpa-guard <version>"),
    (re.compile(r"\b(on|op) \d{4}-\d\d-\d\d\)"), r"\1 <today>)"),
)
_PASSING_KEYS = {"taken_at": "<moment>", "sha256": "<digest>", "commitment": "<commitment>", "salt": "<salt>"}


def expect(file: Path, shown: str) -> None:
    """Compare with the reviewed page; see ``WRITE``."""
    if os.environ.get(WRITE):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(shown, encoding="utf-8")
    assert file.exists(), f"there is no reviewed page {file.name}; {WRITE}=1 writes it"
    assert shown == file.read_text(encoding="utf-8"), f"{file.name} differs; {WRITE}=1 writes it anew"


def stable(page: str, *folders: Path) -> str:
    """Return a page without moments, digests and versions, and with ``folders`` called ``<folder>``."""
    for folder in folders:
        page = page.replace(str(folder), "<folder>")
    for pattern, instead in _PASSING:
        page = pattern.sub(instead, page)
    return page


def stable_json(text: str) -> str:
    """Return a JSON report, indented, without moments, digests and salts."""
    return json.dumps(_without_passing(json.loads(text)), indent=2, ensure_ascii=False) + "\n"


def _without_passing(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _PASSING_KEYS[key] if key in _PASSING_KEYS and inside is not None else _without_passing(inside)
            for key, inside in value.items()
        }
    return [_without_passing(inside) for inside in value] if isinstance(value, list) else value
