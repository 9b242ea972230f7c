"""Names from outside made safe to print: what could move the cursor, turn the text round, or talk to a CI runner.

Addresses and labels are chosen by whoever wrote the code under review. Control and formatting characters (ANSI escapes,
line breaks, bidirectional marks, zero-width characters) are written as escapes, and so is every blank but the common
one. A word that begins with ``::`` (GitHub workflow commands), and ``##[`` and ``##vso[`` anywhere (Azure Pipelines,
older GitHub runners) lose their second mark.
"""

from __future__ import annotations

import re

__all__ = ["plain"]

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u0600-\u0605\u061c\u070f\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    "\u3000\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_COMMAND = re.compile(r"(?<![^\s\x00-\x20(\[\"'])::|#(?=#\[)#|#(?=#vso\[)#")


def plain(text: str) -> str:
    """Return the text with everything unsafe to print written as an escape; ordinary text comes back unchanged."""
    if text.isascii() and text.isprintable() and "::" not in text and "##" not in text:
        return text
    return _COMMAND.sub(lambda found: f"{found[0][0]}\\x{ord(found[0][1]):02x}", _UNSAFE.sub(_escaped, text))


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x100:
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(found[0], f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
