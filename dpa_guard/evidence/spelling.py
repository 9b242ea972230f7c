"""The one spelling of a number and of bytes: what has two spellings has two hashes, and two readers that disagree."""

from __future__ import annotations

import base64
import binascii
import re

from dpa_guard.evidence.errors import EvidenceError

LARGEST = 2**63 - 1
"""The largest size and index; other people's readers keep them in 64 signed bits."""

_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")
_LONGEST_SHOWN = 40


def number_of(text: str, what: str) -> int:
    """Return the integer that ``text`` spells: ASCII decimal, no sign, no leading zero, at most 2^63-1.

    Raises EvidenceError ``not-decimal``; ``what`` names the field for the reader.
    """
    if _DECIMAL.match(text) and (number := int(text)) <= LARGEST:
        return number
    raise EvidenceError(
        "not-decimal",
        f"{what}: expected a decimal number of at most {LARGEST} without sign or leading zero, found {shown(text)}",
    )


def bytes_of(text: str, what: str, length: int | None = None) -> bytes:
    """Return the bytes that ``text`` spells in base64 (RFC 4648 section 4): padded, no other characters, spare bits 0.

    Raises EvidenceError ``not-base64``, also where there are not ``length`` bytes.
    """
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        found = None
    if found is None or base64_of(found) != text:
        raise EvidenceError("not-base64", f"{what}: expected standard base64 with padding, found {shown(text)}")
    if length is not None and len(found) != length:
        raise EvidenceError("not-base64", f"{what}: expected {length} bytes in base64, found {len(found)}")
    return found


def base64_of(data: bytes) -> str:
    """Return bytes in standard base64, padded."""
    return base64.b64encode(data).decode("ascii")


def shown(text: str) -> str:
    """Return a piece of foreign text as a message may show it: quoted, ASCII, on one line, cut where it is long."""
    return ascii(text[:_LONGEST_SHOWN]) + ("…" if len(text) > _LONGEST_SHOWN else "")
