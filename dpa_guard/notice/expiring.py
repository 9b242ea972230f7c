"""What ends soon: authorisations and exclusions, told once when each of three thresholds is reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from dpa_guard.agreement import Authorisation
from dpa_guard.config import Exclusion
from dpa_guard.notice.news import Ending

__all__ = ["endings", "key_of", "threshold"]

_THRESHOLDS = (1, 7, 30)
"""Days."""


def endings(
    authorisations: Iterable[Authorisation], exclusions: Iterable[Exclusion], today: date, told: Mapping[str, int]
) -> list[Ending]:
    """Return what ends within 30 days and was not told yet at the threshold it has reached, the soonest first.

    ``told`` is key → threshold that was told last; ``key_of`` and ``threshold`` give what is to be kept there.
    """
    found = [one for one in _all(authorisations, exclusions, today) if threshold(one.days) is not None]
    new = [one for one in found if (threshold(one.days) or 0) < told.get(key_of(one), _THRESHOLDS[-1] + 1)]
    return sorted(new, key=lambda one: (one.day, one.kind, one.name))


def threshold(days: int) -> int | None:
    """Return the smallest threshold that so many days are within; None: not yet, or past."""
    return next((limit for limit in _THRESHOLDS if 0 <= days <= limit), None)


def key_of(ending: Ending) -> str:
    """Return what is kept of an ending: another day is another ending."""
    return f"{ending.kind} {ending.name} {ending.day}"


def _all(authorisations: Iterable[Authorisation], exclusions: Iterable[Exclusion], today: date) -> Iterator[Ending]:
    for one in authorisations:
        if one.expires_on is not None and (one.withdrawn_on is None or one.withdrawn_on > today):
            yield Ending("authorisation", one.id, one.expires_on.isoformat(), (one.expires_on - today).days)
    for left_out in exclusions:
        what = ", ".join(f"{key}={value}" for key, value in sorted(left_out.what.items()))
        day = left_out.review_by
        yield Ending("exclusion", what, day.isoformat(), (day - today).days)
