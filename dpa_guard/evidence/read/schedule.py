"""Was the check run as often as was agreed (article 11.3)? The time between runs, held against two durations.

::

    |----run_every----|                 late: longer than run_every, not than max_gap
    |--------max_gap--------|           gap: longer than max_gap
    run .............................. run
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from msgspec import Struct

from dpa_guard.evidence.read.summary import Summary

__all__ = ["Interval", "Missed", "Terms", "intervals", "missed_since"]


class Terms(Struct, frozen=True):
    """How often a run was agreed to be made; at least one of the two is given."""

    every: timedelta | None
    """``run_every``."""
    most: timedelta | None
    """``max_gap``; where it is not agreed, ``run_every`` is the longest time too."""

    @property
    def longest(self) -> timedelta | None:
        """The longest time without a run; None where nothing was agreed."""
        return self.most or self.every


class Interval(Struct, frozen=True):
    """A time without a whole run, longer than was agreed."""

    since: datetime
    until: datetime
    late: bool
    """Longer than ``run_every`` and not than ``max_gap``: worth saying, and within what was agreed."""

    @property
    def length(self) -> timedelta:
        """How long it lasted."""
        return self.until - self.since


class Missed(Struct, frozen=True):
    """A time without a whole run that ends now, and how many runs it held by the agreed rhythm."""

    since: datetime
    until: datetime
    runs: int


def missed_since(last: datetime, now: datetime, terms: Terms) -> Missed | None:
    """Return what was missed between the last run and one that begins now; None within what was agreed."""
    longest, rhythm = terms.longest, terms.every or terms.most
    if longest is None or rhythm is None or now - last <= longest:
        return None
    return Missed(last, now, max(1, round((now - last) / rhythm) - 1))


def intervals(runs: Iterable[Summary], since: datetime, until: datetime, terms: Terms) -> Iterator[Interval]:
    """Yield each time without a whole run that is longer than agreed and falls into the period, oldest first.

    Such a time is measured from run to run, also where one of the two lies outside the period; only where there is no
    such run, from or to the period's own end. An aborted run counts as none.
    """
    allowed = terms.longest
    if allowed is None:
        return
    moments = sorted(run.began_at for run in runs if run.whole)
    before = max((moment for moment in moments if moment <= since), default=since)
    after = min((moment for moment in moments if moment >= until), default=until)
    within = (moment for moment in moments if since < moment < until)
    for begin, end in pairwise((before, *within, after)):
        if end - begin > allowed:
            yield Interval(begin, end, late=False)
        elif terms.every is not None and end - begin > terms.every:
            yield Interval(begin, end, late=True)
