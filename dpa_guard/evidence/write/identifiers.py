"""Names and moments as records spell them."""

from __future__ import annotations

import os
from datetime import UTC, datetime

__all__ = ["Moments", "new_run_id", "spelled"]


def new_run_id(moment: datetime) -> str:
    """Return a new UUID of version 7 (RFC 9562 section 5.7): the milliseconds first, so that runs sort by time."""
    milliseconds = int(moment.timestamp() * 1000) & (1 << 48) - 1
    random = int.from_bytes(os.urandom(10), "big")
    number = milliseconds << 80 | 0x7 << 76 | (random >> 68 & 0xFFF) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def spelled(moment: datetime) -> str:
    """Return a moment in UTC as ``YYYY-MM-DDTHH:MM:SS.ffffffZ``, always 27 characters."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


class Moments:
    """Spells moments that follow each other closely: the second is written once, not for each record."""

    def __init__(self) -> None:
        self._second = (-1, -1, -1, -1)
        self._written = ""

    def __call__(self, moment: datetime) -> str:
        """Return ``spelled(moment)``."""
        if moment.tzinfo is not UTC:
            return spelled(moment)
        second = (moment.second, moment.minute, moment.hour, moment.toordinal())
        if second != self._second:
            self._second = second
            self._written = spelled(moment)[:20]
        return f"{self._written}{moment.microsecond:06}Z"
