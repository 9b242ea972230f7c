"""Why bytes that should be a plan could not be decoded: asked only when the ordinary way has failed.

msgspec's messages are read for their byte offset and the name of a top-level key, and never passed on.
"""

from __future__ import annotations

import re

import msgspec

from dpa_guard import Refusal
from dpa_guard_terraform import sniff
from dpa_guard_terraform.classify import invalid_utf8, other_json
from dpa_guard_terraform.document import Top

__all__ = ["UNDECODABLE", "undecodable", "where_more_follows"]

UNDECODABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""All that decoding can raise, whatever the bytes are."""

_ANY = msgspec.json.Decoder(msgspec.Raw)

_BYTE = r"\(byte (\d+)\)$"
_FIELD = r"`\$\.([a-z_]+)`$"


def undecodable(label: str, data: bytes, error: Exception) -> Refusal:
    """Say what these bytes are instead of a document, or where they stop being JSON."""
    if isinstance(error, RecursionError):
        return Refusal(label, "nested-too-deep")
    if isinstance(error, UnicodeError):
        return Refusal(label, "invalid-utf8", {"byte": str(invalid_utf8(data) or 0)})
    if isinstance(error, msgspec.ValidationError):
        return _mistyped(label, data, error)
    if not data.strip():
        return Refusal(label, "input-empty")
    if (code := sniff.text_instead(data)) is not None:
        return Refusal(label, code)
    if not data.lstrip().startswith((b"{", b"[")):
        return Refusal(label, "not-json")
    byte = _byte(error)
    if byte is None:
        return Refusal(label, "truncated", {"bytes": str(len(data))})
    if data.startswith((b"NaN", b"Infinity", b"-Infinity"), byte) or data.startswith(b"-Infinity", max(0, byte - 1)):
        return Refusal(label, "not-a-number", {"byte": str(byte)})
    return Refusal(label, "damaged-plan" if sniff.resembles_terraform(data) else "malformed-json", {"byte": str(byte)})


def _mistyped(label: str, data: bytes, error: Exception) -> Refusal:
    """Say what is wrong with JSON whose top level has other types than Terraform's."""
    try:
        _ANY.decode(data)
        other = other_json(label, data)
    except msgspec.ValidationError:
        return Refusal(label, "not-an-object")
    except UNDECODABLE as worse:
        return undecodable(label, data, worse)
    field = re.search(_FIELD, str(error))
    if other.code == "not-a-plan" and sniff.resembles_terraform(data) and field and field[1] in Top.__struct_fields__:
        return Refusal(label, "plan-shape", {"key": field[1]})
    return other


def where_more_follows(data: bytes | memoryview, error: Exception) -> int | None:
    """Return the offset of what follows a complete document; None where the error is another one.

    msgspec names the byte after the first one that is too much; a release that names that byte itself is understood
    where white space stands before it.
    """
    byte = _byte(error)
    if "trailing characters" not in str(error) or not byte:
        return None
    return byte if bytes(data[byte - 1 : byte]).isspace() else byte - 1


def _byte(error: Exception) -> int | None:
    """Return the offset that msgspec names; None where it names none, as for data that ends too early."""
    found = re.search(_BYTE, str(error))
    return int(found[1]) if found else None
