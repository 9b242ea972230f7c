"""From a path to parsed TOML: the file's own faults (absent, not UTF-8, too long, bad syntax), one line each."""

from __future__ import annotations

import hashlib
import stat
import tomllib
from pathlib import Path
from typing import Any

from msgspec import Struct

from dpa_guard.toml_file.mistakes import Mistake, shown

LONGEST = 1024 * 1024
"""Bytes. A register of a thousand third parties is half of this."""


class TomlFile(Struct, frozen=True):
    """A file that is TOML of the wanted schema; its keys are not yet looked at."""

    name: str
    """The path as given, for messages."""
    text: str
    data: dict[str, Any]
    sha256: str
    """Of the bytes as they lie on disk, hex."""


def load(path: Path, family: str, schema: str) -> TomlFile:
    """Read a TOML file whose ``schema`` key says ``schema``, or has none (the reading of the keys says so then).

    ``family`` is ``agreement`` or ``config``, the first word of error codes. Raises ``Mistake``.
    """
    name = str(path)
    raw = _bytes(path, family)
    text = _text(raw, name, family)
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise Mistake(f"{family}-toml-syntax", name, 1, "", "lists or tables are nested too deeply to read") from None
    except ValueError as error:  # TOMLDecodeError, and the interpreter's limit on the digits of a number
        from dpa_guard.toml_file.syntax import explain

        line, advice = explain(text, error)
        raise Mistake(f"{family}-toml-syntax", name, line, "", advice) from None
    _same_schema(data, name, family, schema, text)
    return TomlFile(name=name, text=text, data=data, sha256=hashlib.sha256(raw).hexdigest())


def _bytes(path: Path, family: str) -> bytes:
    name = str(path)
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise Mistake(f"{family}-is-folder", name, None, "", "this is a folder; name the file in it")
        with path.open("rb") as file:
            raw = file.read(LONGEST + 1)
    except FileNotFoundError:
        text = "there is no such file; `dpa-guard init` writes one to start from"
        raise Mistake(f"{family}-missing-file", name, None, "", text) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise Mistake(f"{family}-unreadable", name, None, "", f"cannot be read: {reason}") from None
    if len(raw) > LONGEST:
        text = f"is longer than {LONGEST // 1024} KiB; expected a file a person wrote"
        raise Mistake(f"{family}-too-large", name, None, "", text)
    return raw


def _text(raw: bytes, name: str, family: str) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = "is UTF-16; save it as UTF-8 (in Notepad and PowerShell the encoding is a choice when saving)"
        raise Mistake(f"{family}-not-utf8", name, 1, "", text)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        text = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise Mistake(f"{family}-not-utf8", name, line, "", text) from None


def _same_schema(data: dict[str, Any], name: str, family: str, schema: str, text: str) -> None:
    found = data.get("schema")
    if not isinstance(found, str) or not found or found == schema:
        return
    from dpa_guard.toml_file.lines import key_lines, line_of

    wanted, _, version = schema.rpartition("/")
    if found.startswith(wanted + "/"):
        advice = f"this dpa-guard reads version {version}; upgrade dpa-guard, or the file"
    elif found.startswith("dpa-guard/config/"):
        advice = "this is a configuration: give it with --config"
    elif found.startswith("dpa-guard/agreement/"):
        advice = "this is an agreement: give it with --agreement"
    else:
        advice = "give the right file, or correct the key"
    line = line_of(key_lines(text), ("schema",))
    raise Mistake(
        f"{family}-wrong-schema", name, line, "schema", f'expected "{schema}", found {shown(found)}; {advice}'
    )
