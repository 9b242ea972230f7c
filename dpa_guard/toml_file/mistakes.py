"""A mistake in a file, and the list of them that grows while a file is read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dpa_guard.errors import DpaGuardError, Mistakes

KeyPath = tuple[str | int, ...]
"""Keys and list positions from the top of the file; a list position counts from 0."""

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_LONGEST_SHOWN = 60
_FEW = 6


class Mistake(DpaGuardError):
    """One mistake in one line of one file."""

    def __init__(self, code: str, file: str, line: int | None, key: str, text: str) -> None:
        place = f"{file}:{line}" if line is not None else file
        super().__init__(code, f"{place}: {key}: {text}" if key else f"{place}: {text}")
        self.file = file
        self.line = line
        """Counted from 1; None for a mistake of the whole file."""
        self.key = key
        """The key path as written by ``dotted``; "" where there is none."""
        self.text = text


class Report:
    """Gathers mistakes by key path while a file is read; their lines are looked up only when there are any."""

    def __init__(self, file: str, family: str, text: str) -> None:
        self.file = file
        self.family = family
        """``agreement`` or ``config``: the first word of every code."""
        self._text = text
        self._found: list[tuple[KeyPath, str, str]] = []

    def add(self, path: KeyPath, code: str, text: str) -> None:
        """Note a mistake in the value at ``path``, or in the table that lacks a value there."""
        self._found.append((path, f"{self.family}-{code}", text))

    def paths(self) -> list[KeyPath]:
        """Return where mistakes have been noted so far."""
        return [path for path, _, _ in self._found]

    def mistakes(self) -> list[Mistake]:
        """Return the mistakes in the order of their lines."""
        if not self._found:
            return []
        from dpa_guard.toml_file.lines import key_lines, line_of

        lines = key_lines(self._text)
        made = [Mistake(code, self.file, line_of(lines, path), dotted(path), text) for path, code, text in self._found]
        return sorted(made, key=lambda mistake: mistake.line or 0)

    def raise_if_any(self) -> None:
        """Raise ``Mistakes`` with all of them; return where there is none."""
        mistakes = self.mistakes()
        if mistakes:
            raise Mistakes(list(mistakes))


def dotted(path: KeyPath) -> str:
    """Return a key path as people write it: ``authorisation[0].scope.services``."""
    written = ""
    for step in path:
        if isinstance(step, int):
            written += f"[{step}]"
        else:
            name = step if _BARE.match(step) else shown(step)
            written += f".{name}" if written else name
    return written


def shown(value: object) -> str:
    """Return a value as a message may show it: on one line, printable, cut where it is long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if len(text) > _LONGEST_SHOWN:
        text = text[:_LONGEST_SHOWN] + "…"
    printable = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return '"' + printable.replace('"', '\\"') + '"' if isinstance(value, str) else printable


def choice(word: str, known: Iterable[str]) -> str:
    """Return the nearest of the known words or, where none is near and they are few, all of them."""
    words = list(dict.fromkeys(known))
    listed = f"; there are {', '.join(words)}" if 0 < len(words) <= _FEW else ""
    return nearest(word, words) or listed


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean "x"?`` for the nearest of the known words, or "" where none is near."""
    import difflib

    folded = {w.lower(): w for w in known}
    near = difflib.get_close_matches(word.lower(), list(folded), n=1, cutoff=0.6)
    return f'; did you mean "{folded[near[0]]}"?' if near else ""
