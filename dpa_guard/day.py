"""Which day it is for the agreement: its dates begin and end at midnight of its own time zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def day_of(moment: datetime, time_zone: str) -> date:
    """Return the day on which ``moment`` (with a time zone) falls in ``time_zone`` (an IANA name)."""
    return moment.astimezone(ZoneInfo(time_zone)).date()
