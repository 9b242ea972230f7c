"""Records as bytes: the canonical JSON of RFC 8785 over values that need no floating point.

::

    {"event":"gap","run":"0192…","seq":4,"time":"2026-11-24T09:00:00.000000Z","v":1}
     keys in the order of their UTF-16 code units, no blanks, no number but an integer, UTF-8 without needless escapes

One value has one spelling, so one hash. The work is done by ``msgspec``; what it would let through (a float, a date
made a string, an integer that JavaScript cannot hold) is found by reading the line back and comparing.
"""

from __future__ import annotations

from typing import Any, NoReturn

import msgspec

from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.spelling import shown

LONGEST_LINE = 65_535
"""Bytes; a C2SP entry bundle counts an entry's length in 16 bits. What is longer becomes a blob."""
DEEPEST = 32
"""Containers within each other, the record itself included."""
LARGEST_INTEGER = 2**53 - 1
"""Either sign; beyond it RFC 8785, which thinks in IEEE 754 doubles, has no exact integers."""

_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * 16
"""No integer of fewer digits exceeds the largest one."""
_ASTRAL = tuple(bytes([lead]) for lead in range(0xF0, 0xF5))
"""What begins a character beyond U+FFFF in UTF-8: only there do code points and UTF-16 code units sort apart."""
_Path = tuple[Any, object] | None
"""Where a value lies: (path of its container, key or position), None for the record; written out only in a message."""
_FAILURES = (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, TypeError, OverflowError)


def encode(record: dict[str, Any]) -> bytes:
    """Return a record's canonical line, without the newline that ends it in a file.

    Values are str, bool, int, None, list or tuple, and dict with str keys. Raises EvidenceError ``record-value``
    (any other type, a float among them), ``record-integer``, ``record-unicode`` (a lone surrogate), ``record-deep``
    and ``record-long``, naming the place in the record and never its value.
    """
    try:
        line = write(record)
        read = _READER.decode(line)
    except (EvidenceError, *_FAILURES):
        _plain(record)
        raise EvidenceError("record-value", "record: holds something that JSON cannot hold") from None
    if read != record and read != _plain(record):
        raise EvidenceError("record-value", "record: would be read back as another value than was written")
    _check_form(line, read)
    return line


def decode(line: bytes) -> dict[str, Any]:
    """Return the record that a canonical line spells; refuse any other spelling, and what is no record.

    Raises EvidenceError ``record-json`` (no JSON, or no UTF-8), ``record-form`` (another spelling: blanks, order,
    a key twice, escapes, -0), ``record-value`` (a float; no object) and the codes of ``encode``.
    """
    if len(line) > LONGEST_LINE:
        raise _too_long(len(line))
    try:
        read = _READER.decode(line)
        again = write(read)
    except RecursionError:
        raise _too_deep(None) from None
    except _FAILURES as error:
        raise EvidenceError("record-json", f"record: expected a JSON object in UTF-8: {error}") from None
    if again != line:
        _refuse_form(line, again)
    _check_form(line, read)
    return read  # type: ignore[no-any-return]  # _check_form refused whatever is no dict


def is_canonical(line: bytes) -> bool:
    """Return whether ``decode`` would accept the line."""
    try:
        decode(line)
    except EvidenceError:
        return False
    return True


def _refuse_float(literal: str) -> NoReturn:
    raise EvidenceError(
        "record-value", f"record: expected whole numbers in plain decimal, found the number {shown(literal)}"
    )


_READER = msgspec.json.Decoder(float_hook=_refuse_float)
_BY_CODE_POINT = msgspec.json.Encoder(order="sorted")
_AS_GIVEN = msgspec.json.Encoder()


def write(value: object) -> bytes:
    """Return a value's canonical JSON, nothing checked: for values that a type has checked already."""
    line = _BY_CODE_POINT.encode(value)
    if not line.isascii() and any(lead in line for lead in _ASTRAL):
        return _AS_GIVEN.encode(_in_utf16_order(msgspec.to_builtins(value)))
    return line


def _in_utf16_order(value: object) -> object:
    if isinstance(value, dict):
        keys = sorted(value) if "".join(value).isascii() else sorted(value, key=lambda key: key.encode("utf-16-be"))
        return {key: _in_utf16_order(value[key]) for key in keys}
    if isinstance(value, list | tuple):
        return [_in_utf16_order(item) for item in value]
    return value


def _check_form(line: bytes, read: object) -> None:
    """Hold what the quick way does not see: it is looked for cheaply, and walked through only where it may be."""
    if not isinstance(read, dict):
        raise EvidenceError("record-value", "record: expected a JSON object")
    if len(line) > LONGEST_LINE:
        raise _too_long(len(line))
    if _LONG_NUMBER in line.translate(_DIGITS) or line.count(b"{") + line.count(b"[") > DEEPEST:
        _plain(read)


def _plain(value: object, path: _Path = None, depth: int = 0) -> object:
    """Return the value with lists for tuples; raise at the first thing a record cannot hold, naming its place."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _unicode(value, path)
    if isinstance(value, int):
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise _refused("record-integer", path, "expected an integer within ±(2^53-1), found a larger one")
        return value
    if not isinstance(value, list | tuple | dict):
        found = type(value).__name__
        raise _refused(
            "record-value", path, f"expected text, integer, true, false, null, list or object, found {found}"
        )
    if depth == DEEPEST:
        raise _too_deep(path)
    if isinstance(value, dict):
        return {_key(key, path): _plain(item, (path, key), depth + 1) for key, item in value.items()}
    return [_plain(item, (path, at), depth + 1) for at, item in enumerate(value)]


def _key(key: object, path: _Path) -> str:
    if not isinstance(key, str):
        raise _refused("record-value", path, f"expected keys that are text, found {type(key).__name__}")
    return _unicode(key, path)


def _unicode(text: str, path: _Path) -> str:
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise _refused("record-unicode", path, "expected Unicode text, found a lone surrogate") from None
    return text


def _refuse_form(line: bytes, again: bytes) -> NoReturn:
    same = next((at for at, (a, b) in enumerate(zip(line, again, strict=False)) if a != b), min(len(line), len(again)))
    raise EvidenceError(
        "record-form", f"record: not the canonical spelling (RFC 8785) of what it says, from byte {same} on"
    )


def _too_long(length: int) -> EvidenceError:
    return EvidenceError("record-long", f"record: expected at most {LONGEST_LINE} bytes, found {length}")


def _too_deep(path: _Path) -> EvidenceError:
    return _refused("record-deep", path, f"expected at most {DEEPEST} lists and objects within each other")


def _refused(code: str, path: _Path, text: str) -> EvidenceError:
    written = ""
    while path is not None:
        path, step = path
        plain = isinstance(step, str) and step.isascii() and step.isidentifier()
        written = (f".{step}" if plain else f"[{shown(step) if isinstance(step, str) else step}]") + written
    return EvidenceError(code, f"record{written}: {text}")
