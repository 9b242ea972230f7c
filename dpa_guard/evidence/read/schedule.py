"""Was the check run as often as was agreed (article 11.3)? The time between runs, held against two durations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from msgspec import Struct

from dpa_guard.evidence.read.summary import Summary

__all__ = ["Interval", "intervals"]


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


def intervals(
    runs: Iterable[Summary], since: datetime, until: datetime, every: timedelta | None, most: timedelta | None
) -> Iterator[Interval]:
    """Yield each time without a whole run that is longer than agreed, from ``since`` to ``until``, oldest first.

    ``most`` is the longest time agreed; where only ``every`` is, that is it.
    """
    allowed = most or every
    if allowed is None:
        return
    moments = sorted(run.began_at for run in runs if run.whole and since <= run.began_at <= until)
    for before, after in pairwise((since, *moments, until)):
        if after - before > allowed:
            yield Interval(before, after, late=False)
        elif every is not None and after - before > every:
            yield Interval(before, after, late=True)
