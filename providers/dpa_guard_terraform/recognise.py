"""From the bytes of one input to the documents in it, or a refusal that names the cure.

The ordinary case is one decode of the top level (``document.Top``) and nothing else. Diagnosis starts only when that
fails: what is this instead (``sniff``), where does it stop being JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from dpa_guard import Note, Refusal
from dpa_guard_terraform import sniff
from dpa_guard_terraform.classify import classified
from dpa_guard_terraform.diagnose import UNDECODABLE, undecodable, where_more_follows
from dpa_guard_terraform.document import Document, Top

__all__ = ["recognise"]

_TOP = msgspec.json.Decoder(Top)

_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xef\xbb\xbf", "utf-8"),
)
"""Byte order marks, longest first."""

_Make = Callable[[str, bytes], Document | Refusal]
"""(label, data) to what it is: an input's bytes as received and its notes are bound."""


def recognise(label: str, received: bytes) -> Iterator[Document | Refusal]:
    """Yield the documents of one input, or the refusal that says what it is instead.

    Several documents, each on lines of its own, are labelled ``label#1``, ``label#2``, ... and are taken only if
    every one of them can be. Never raises for any content; never lets a piece of the content into a refusal.
    """
    if (not_text := sniff.binary(received)) is not None:
        yield Refusal(label, *not_text)
        return
    encoding, mark = _encoding(received)
    notes: tuple[Note, ...] = ()
    data = received[mark:] if mark else received
    if encoding != "utf-8":
        try:
            data = data.decode(encoding).encode()
        except UnicodeError:
            yield Refusal(label, "encoding-broken", {"encoding": encoding.upper()})
            return
        notes = (Note("input-utf16", label, {"encoding": encoding.upper()}),)

    def make(name: str, part: bytes) -> Document | Refusal:
        return classified(name, part, _TOP.decode(part), received, notes)

    try:
        only = make(label, data)
    except UNDECODABLE as error:
        end = where_more_follows(data, error)
        if end is not None:
            yield from _several(label, data, end, make)
            return
        only = undecodable(label, data, error)
    yield only


def _encoding(received: bytes) -> tuple[str, int]:
    """Return the encoding and the length of its mark; where there is no mark, a NUL beside a character tells."""
    for mark, encoding in _MARKS:
        if received.startswith(mark):
            return encoding, len(mark)
    first, second = received[:1], received[1:2]
    if second == b"\0" != first:
        return "utf-16-le", 0
    if first == b"\0" != second and second:
        return "utf-16-be", 0
    return "utf-8", 0


def _several(label: str, data: bytes, end: int, make: _Make) -> Iterator[Document | Refusal]:
    """Take the documents that stand one after the other, the first up to ``end``: all of them, or one refusal."""
    found: list[Document] = []
    start = 0
    while start < len(data):
        name, part = f"{label}#{len(found) + 1}", data[start:end].rstrip()
        try:
            one = make(name, part)
        except UNDECODABLE as error:
            one = undecodable(name, part, error)
        if isinstance(one, Refusal):
            numbered = found or one.code == "plan-errored"
            yield one if numbered else msgspec.structs.replace(one, input=label)
            return
        found.append(one)
        if end < len(data) and not (data.startswith(b"{", end) and _on_a_new_line(data, end)):
            yield Refusal(label, sniff.text_after(data[end : end + sniff.HEAD]), {"byte": str(end)})
            return
        start, end = end, _end(data, end)
    yield from found


def _on_a_new_line(data: bytes, start: int) -> bool:
    before = data[max(0, start - sniff.HEAD) : start]
    return b"\n" in before[len(before.rstrip()) :]


def _end(data: bytes, start: int) -> int:
    """Return where the document that begins at ``start`` is followed by something, or the end of the data."""
    rest = memoryview(data)[start:]
    try:
        _TOP.decode(rest)
    except UNDECODABLE as error:
        end = where_more_follows(rest, error)
        return len(data) if end is None else start + end
    return len(data)
