"""Names that may be personal data: instead of the name, the log holds a commitment that its owner can open or erase.

::

    aws_iam_user.staff["jan@example.nl"]   →   aws_iam_user.staff["commit:5e0c…64 hex"]
    commitment = HMAC-SHA256(salt, name), one random salt of 32 bytes per name and log, kept in <state>/salts.jsonl

Equal names give equal commitments, so that a name can be found and runs compared. Who erases the salt erases the name:
nobody can then tell what the commitment stands for, and the log still verifies.
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from dpa_guard.evidence.write.effects import Effects
from dpa_guard.evidence.write.lock import locked
from dpa_guard.evidence.write.place import LogPlace

__all__ = ["DEFAULT_PATTERNS", "Names", "committed", "erase"]

DEFAULT_PATTERNS = ("@",)
"""Regular expressions; a name or a part of one that any of them is found in is not written in clear."""

_KEY = re.compile(r'\["((?:\\.|[^"\\])*)"\]')
_PART = re.compile(r"[^\s/,;:()\[\]<>\"']+")
_USER_KEY = re.compile(r'(aws_iam_user(?:_[a-z_]+)?\.[\w-]+)\["((?:\\.|[^"\\])*)"\]')
_USER_ARN = re.compile(r"(arn:[a-z-]+:iam::\d{12}:user/)([\w+=,.@/-]+)")
_COMMITMENT = "commit:"


class _Salt(Struct, forbid_unknown_fields=True):
    commitment: str
    salt: str
    value: str


class Names:
    """Puts commitments in the place of names, and keeps their salts."""

    def __init__(self, place: LogPlace, effects: Effects, patterns: tuple[str, ...] = DEFAULT_PATTERNS) -> None:
        self._place = place
        self._effects = effects
        self._pattern = re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None
        self._quick = set(patterns) <= {"@"}
        """Does the character tell, before any pattern is tried?"""
        self._known: dict[str, str] = {}
        self._offset = 0
        self._written = False

    def may_concern(self, line: bytes) -> bool:
        """Could any name in a record's line be one that is not written in clear? Cheap, and never wrongly no."""
        return b"@" in line or b"user" in line or not self._quick

    def hidden(self, value: object) -> object:
        """Return a value with every such name replaced, in texts at any depth; keys of objects are fixed words."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {key: self.hidden(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.hidden(inner) for inner in value]
        return value

    def sync(self) -> None:
        """Make the salts that were added durable: a commitment without its salt could never be opened."""
        if self._written:
            file = os.open(self._place.salts, os.O_RDWR)
            try:
                self._effects.sync(file)
            finally:
                os.close(file)
            self._effects.sync_folder(self._place.state)
            self._written = False

    def keep_salt(self, label: str, commitment: str, salt: str) -> None:
        """Keep the salt of an input's commitment, so that whoever holds the file can show that it was this one."""
        with locked(self._place.salts.with_suffix(".lock")):
            self._append({"commitment": commitment, "label": label, "salt": salt})

    def _text(self, text: str) -> str:
        text = _USER_KEY.sub(lambda found: f'{found[1]}["{self._commitment(_unescaped(found[2]))}"]', text)
        text = _USER_ARN.sub(lambda found: found[1] + self._commitment(found[2]), text)
        if self._pattern is None or not self._pattern.search(text):
            return text
        text = _KEY.sub(self._key, text)
        return _PART.sub(self._part, text) if self._pattern.search(text) else text

    def _key(self, found: re.Match[str]) -> str:
        name = _unescaped(found[1])
        concerned = self._pattern is not None and self._pattern.search(name) and not name.startswith(_COMMITMENT)
        return f'["{self._commitment(name)}"]' if concerned else found[0]

    def _part(self, found: re.Match[str]) -> str:
        return self._commitment(found[0]) if self._pattern is not None and self._pattern.search(found[0]) else found[0]

    def _commitment(self, name: str) -> str:
        if name.startswith(_COMMITMENT):
            return name
        known = self._known.get(name)
        if known is None:
            with locked(self._place.salts.with_suffix(".lock")):
                self._read()
                known = self._known.get(name) or self._new(name)
        return known

    def _new(self, name: str) -> str:
        salt = os.urandom(32)
        commitment = _COMMITMENT + hmac.new(salt, name.encode(), "sha256").hexdigest()
        self._append({"commitment": commitment, "salt": salt.hex(), "value": name})
        self._known[name] = commitment
        return commitment

    def _append(self, row: dict[str, str]) -> None:
        path = self._place.salts
        if not path.exists():
            os.close(self._effects.create(path, 0o600))
        file = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            self._effects.append(file, msgspec.json.encode(row) + b"\n")
        finally:
            os.close(file)
        self._written = True

    def _read(self) -> None:
        """Take up what this and other runs have added since."""
        if not self._place.salts.exists():
            return
        with self._place.salts.open("rb") as file:
            file.seek(self._offset)
            for row in _rows(file.read()):
                self._known.setdefault(row.value, row.commitment)
            self._offset = file.tell()


def committed(place: LogPlace, name: str) -> list[str]:
    """Return what stands for a name in this log: its commitment, or nothing where none was made or it was erased."""
    if not place.salts.exists():
        return []
    return [row.commitment for row in _rows(place.salts.read_bytes()) if row.value == name]


def erase(place: LogPlace, name: str, effects: Effects | None = None) -> int:
    """Erase the salts of a name, durably, and return how many there were; its commitments can never be opened again."""
    acts = effects or Effects()
    with locked(place.salts.with_suffix(".lock")):
        if not place.salts.exists():
            return 0
        lines = place.salts.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not any(row.value == name for row in _rows(line))]
        if len(kept) < len(lines):
            acts.replace_file(place.salts, b"".join(kept), place.salts.with_suffix(".new"), 0o600)
        return len(lines) - len(kept)


def _rows(data: bytes) -> Iterator[_Salt]:
    """Yield the salts of names; those of inputs, and a line torn by a crash, are passed over."""
    for line in data.splitlines():
        try:
            yield msgspec.json.decode(line, type=_Salt)
        except msgspec.MsgspecError:
            continue


def _unescaped(key: str) -> str:
    return re.sub(r"\\(.)", r"\1", key)
