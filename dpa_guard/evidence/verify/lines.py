"""The lines of a run's file, one at a time, in bounded memory whatever the file's size."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import IO

from dpa_guard.evidence.canonical import LONGEST_LINE
from dpa_guard.evidence.errors import EvidenceError

_CHUNK = 1 << 16


def lines_of(stream: IO[bytes], *, packed: bool) -> Iterator[bytes]:
    """Yield each line without its newline; split at 0x0A and nowhere else.

    Raises EvidenceError: ``line-long`` (over 65,535 bytes), ``line-torn`` (bytes after the last newline),
    ``gzip-broken`` (damaged, more than one member, or anything after it).
    """
    rest = b""
    for chunk in _unpacked(stream) if packed else _chunks(stream):
        parts = (rest + chunk).split(b"\n")
        rest = parts.pop()
        for part in parts:
            if len(part) > LONGEST_LINE:
                raise _too_long()
            yield part
        if len(rest) > LONGEST_LINE:
            raise _too_long()
    if rest:
        raise EvidenceError("line-torn", f"{len(rest)} bytes after the last newline: the last record is torn")


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _unpacked(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield what a gzip file of one member (RFC 1952) holds, piece by piece."""
    member = zlib.decompressobj(wbits=31)
    try:
        for chunk in _chunks(stream):
            piece = member.decompress(chunk, _CHUNK)
            while piece:
                yield piece
                piece = member.decompress(member.unconsumed_tail, _CHUNK)
            if member.unused_data:
                raise EvidenceError("gzip-broken", "something follows the one gzip member")
        if not member.eof:
            raise EvidenceError("gzip-broken", "the gzip member is cut off")
    except zlib.error:
        raise EvidenceError("gzip-broken", "the gzip data are damaged") from None


def _too_long() -> EvidenceError:
    return EvidenceError("line-long", f"a line is longer than {LONGEST_LINE} bytes")
