"""Records that name something, in clear or as the commitment that stands for it.

A name is found whole: ``prod`` is in ``aws_s3_bucket.b["prod"]`` and not in ``production``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from dpa_guard.evidence import canonical
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.read.records import Line, Log

__all__ = ["naming"]

_PART = re.compile(r"[^\s/,;:()\[\]<>\"'\\]+")
_KEY = re.compile(r'"((?:\\.|[^"\\])*)"')
_MOST = 64
"""Spellings that are looked for; a name with more parts that are commitments is none."""


def naming(log: Log, name: str, commitments_of: Callable[[str], Sequence[str]]) -> Iterator[Line]:
    """Yield the records that name ``name``; ``commitments_of`` gives what stands for a name in this log.

    ``name`` may be a whole address in clear, although a key in it is a commitment in the log.
    """
    spellings = _spellings(name, commitments_of)
    needles = [canonical.write(text)[1:-1] for text in spellings]
    whole = re.compile("|".join(rf"(?<![\w-]){re.escape(text)}(?![\w-])" for text in spellings))
    for line in log.all_lines():
        if any(needle in line.data for needle in needles) and _names(line, whole):
            yield line


def _spellings(name: str, commitments_of: Callable[[str], Sequence[str]]) -> list[str]:
    """Return the name, what stands for it, and the name with each part in it replaced by what stands for that."""
    spellings = [name, *commitments_of(name)]
    parts = {part.replace('\\"', '"').replace("\\\\", "\\"): part for part in _KEY.findall(name)}
    parts |= {part: part for part in _PART.findall(name)}
    for plain, written in parts.items():
        for commitment in commitments_of(plain):
            spellings += [text.replace(written, commitment) for text in spellings if written in text][:_MOST]
    return list(dict.fromkeys(spellings))[:_MOST]


def _names(line: Line, whole: re.Pattern[str]) -> bool:
    try:
        record = line.record()
    except EvidenceError:
        return True  # damaged, and it holds the bytes: better shown than passed over
    return any(whole.search(text) for text in _texts(record))


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a record, keys of objects included; a record is never nested deeper than 32."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
