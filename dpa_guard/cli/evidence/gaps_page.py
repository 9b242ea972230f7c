"""What ``evidence gaps`` found, as a page and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from dpa_guard.evidence.read import Summary
from dpa_guard.evidence.read.schedule import Interval, Terms
from dpa_guard.report.page import paragraph
from dpa_guard.report.plain import plain

__all__ = ["Found", "page", "shape"]

_SHOWN = 20
"""Lines of one kind; the rest is counted."""


class Found(Struct, frozen=True):
    """The runs of a period, and the times without one."""

    terms: Terms
    kinds: tuple[str, ...]
    """The kinds of run that count; none: all."""
    since: datetime | None
    """None where there is no run, nor a day to begin with."""
    until: datetime
    intervals: list[Interval]
    runs: list[Summary]
    reaches_now: bool
    pinned: bool

    @property
    def verdict(self) -> str:
        """``fail`` where a time was too long, ``unknown`` where nobody vouches for the log, else ``pass``."""
        if self.since is None or any(not one.late for one in self.intervals):
            return "fail"
        return "pass" if self.pinned else "unknown"

    @property
    def exit_code(self) -> int:
        """As the verdict says."""
        return {"pass": 0, "fail": 1, "unknown": 3}[self.verdict]


def shape(found: Found) -> dict[str, Any]:
    """Return it as JSON."""
    return {
        "rule": "evidence-gap",
        "article": "11.3",
        "verdict": found.verdict,
        "exit_code": found.exit_code,
        "since": found.since,
        "until": found.until,
        "agreed": {"run_every_hours": _hours(found.terms.every), "max_gap_hours": _hours(found.terms.most)},
        "kinds": found.kinds,
        "runs": sum(run.whole for run in found.runs),
        "gaps": [_interval(one) for one in found.intervals if not one.late],
        "late": [_interval(one) for one in found.intervals if one.late],
        "aborted": [{"run": run.run, "began": run.began, "reason": run.reason} for run in found.runs if not run.whole],
        "incomplete": [
            {"run": run.run, "began": run.began, "gaps": run.gaps} for run in found.runs if run.whole and run.gaps
        ],
    }


def page(found: Found) -> Iterator[str]:
    """Yield it as lines of 80 columns."""
    agreed = " and ".join(
        f"{words} {_span(span)}"
        for words, span in (("a run every", found.terms.every), ("at most", found.terms.most))
        if span is not None
    )
    what = f"{'/'.join(found.kinds)} run" if found.kinds else "run"
    if found.since is None:
        yield from paragraph(f"GAP   no {what} has been recorded; agreed: {agreed}.", "      ", "")
        return
    whole = sum(run.whole for run in found.runs)
    yield from paragraph(
        f"{whole:,} whole {what}{'s' if whole != 1 else ''} from {_moment(found.since)} to {_moment(found.until)}; "
        f"agreed: {agreed}."
    )
    yield from _listed([_line(one) for one in found.intervals])
    yield from _listed(
        [f"aborted  {_moment(run.began_at)}  run {run.run}: {plain(run.reason)}" for run in found.runs if not run.whole]
    )
    yield from _listed(
        [
            f"looked at in part  {_moment(run.began_at)}  run {run.run}: {run.gaps} gaps"
            for run in found.runs
            if run.whole and run.gaps
        ]
    )
    yield from _ending(found)


def _ending(found: Found) -> Iterator[str]:
    if found.reaches_now and found.intervals and found.intervals[-1].until == found.until:
        yield from paragraph("The last one reaches to now. Is this an older copy? Then give its day with --to.")
    if not found.pinned:
        yield from paragraph(
            "key not pinned: anybody could have made this log; pass --key, or an agreement with log_keys"
        )
    if found.verdict != "fail":
        yield "No time without a run was longer than agreed."


def _listed(lines: Sequence[str]) -> Iterator[str]:
    """Yield the newest of some lines, and how many older ones there are."""
    if len(lines) > _SHOWN:
        yield f"... {len(lines) - _SHOWN:,} more before these (--format json has them)"
    for line in lines[-_SHOWN:]:
        yield from paragraph(line, "      ", "")


def _line(one: Interval) -> str:
    return f"{'late' if one.late else 'GAP '}  {_moment(one.since)} to {_moment(one.until)}  {_span(one.length)}"


def _interval(one: Interval) -> dict[str, Any]:
    return {"since": one.since, "until": one.until, "hours": _hours(one.length)}


def _hours(span: timedelta | None) -> float | None:
    return None if span is None else span / timedelta(hours=1)


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"


def _span(span: timedelta) -> str:
    whole = int(span / timedelta(minutes=1))
    days, rest = divmod(whole, 1440)
    parts = [
        f"{days} d" if days else "",
        f"{rest // 60} h" if rest // 60 else "",
        f"{rest % 60} min" if rest % 60 else "",
    ]
    return " ".join(part for part in parts if part) or "0 min"
