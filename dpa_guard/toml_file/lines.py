"""On which line each key of a TOML text stands; used only to say where a mistake is.

``tomllib`` keeps no positions. This scan follows TOML 1.0 (https://toml.io/en/v1.0.0) just far enough to find keys
and list elements, and relies on the text having been parsed already: it accepts more than TOML does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dpa_guard.toml_file.mistakes import KeyPath

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[^\s.=\"'\[\]{},#]+")
_SCALAR = re.compile(r"[^,\]}#\n]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_ESCAPE = re.compile(r'\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[btnfre"\\])')
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line (counted from 1) on which each key, table and list element of a parsed TOML text begins."""
    return _Scan(text).run()


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """Return the line of the path or, where it is not in the text, of the nearest table around it; else 1."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scan:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self.lengths: dict[KeyPath, int] = {}
        """How many ``[[…]]`` headers each array of tables has had."""
        self._counted_to = 0
        self._line = 1

    def run(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self._skip(_BLANK) and self.at < len(self.text):
            before = self.at
            if self.text.startswith("[[", self.at):
                table = self._header(2)
            elif self.text.startswith("[", self.at):
                table = self._header(1)
            else:
                self._pair(table)
            if self.at == before:  # never on TOML that parsed; a scan must end all the same
                break
        return self.lines

    def _header(self, brackets: int) -> KeyPath:
        line = self._line_here()
        self.at += brackets
        keys = self._key()
        self._skip(_SPACE)
        self.at += brackets
        path: KeyPath = ()
        for key in keys[:-1]:
            path = self._inside((*path, key), line)
        path = (*path, keys[-1])
        self.lines.setdefault(path, line)
        if brackets == 2:
            self.lengths[path] = self.lengths.get(path, 0) + 1
            path = (*path, self.lengths[path] - 1)
            self.lines[path] = line
        return path

    def _inside(self, path: KeyPath, line: int) -> KeyPath:
        self.lines.setdefault(path, line)
        length = self.lengths.get(path)
        return path if length is None else (*path, length - 1)

    def _pair(self, table: KeyPath) -> None:
        self._skip(_SPACE)
        line = self._line_here()
        path = table
        for key in self._key():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self._skip(_SPACE)
        self.at += 1  # the equals sign
        self._value(path)

    def _key(self) -> list[str]:
        keys = []
        while True:
            self._skip(_SPACE)
            if quoted := _STRING.match(self.text, self.at):
                keys.append(_unquoted(quoted.group()))
                self.at = quoted.end()
            else:
                bare = _BARE_KEY.match(self.text, self.at)
                keys.append(bare.group() if bare else "")
                self.at = bare.end() if bare else self.at
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return keys
            self.at += 1

    def _value(self, path: KeyPath) -> None:
        self._skip(_SPACE)
        if self.text.startswith("[", self.at):
            self._list(path)
        elif self.text.startswith("{", self.at):
            self._inline_table(path)
        elif found := _STRING.match(self.text, self.at):
            self.at = found.end()
        else:
            self._skip(_SCALAR)

    def _list(self, path: KeyPath) -> None:
        self.at += 1
        position = 0
        while self._skip(_BLANK) and self.at < len(self.text) and self.text[self.at] != "]":
            before = self.at
            self.lines[*path, position] = self._line_here()
            self._value((*path, position))
            position += 1
            self._comma(before)
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while self._skip(_BLANK) and self.at < len(self.text) and self.text[self.at] != "}":
            before = self.at
            self._pair(path)
            self._comma(before)
        self.at += 1

    def _comma(self, before: int) -> None:
        self._skip(_BLANK)
        if self.text.startswith(",", self.at) or self.at == before:
            self.at += 1

    def _skip(self, what: re.Pattern[str]) -> bool:
        found = what.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return True

    def _line_here(self) -> int:
        self._line += self.text.count("\n", self._counted_to, self.at)
        self._counted_to = self.at
        return self._line


def _unquoted(quoted: str) -> str:
    if quoted.startswith("'"):
        return quoted[1:-1]
    return _ESCAPE.sub(lambda found: _escaped(found.group(1)), quoted[1:-1])


def _escaped(mark: str) -> str:
    return chr(int(mark[1:], 16)) if mark[0] in "uU" else _ESCAPED[mark]
