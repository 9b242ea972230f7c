"""The time between runs, held against what was agreed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.evidence.read import Summary
from dpa_guard.evidence.read.schedule import Interval, Terms, intervals, missed_since

DAY = timedelta(days=1)
BEGIN = datetime(2026, 7, 1, tzinfo=UTC)
END = BEGIN + 30 * DAY
DAILY = Terms(DAY, timedelta(hours=36))


def run(after: timedelta, *, whole: bool = True) -> Summary:
    began = f"{BEGIN + after:%Y-%m-%dT%H:%M:%S.%f}Z"
    return Summary("", 0, 2, began, began, "scan", "A-1", "", whole, 0)


def found(*after: float, terms: Terms = DAILY, since: datetime = BEGIN, until: datetime = END) -> list[Interval]:
    return list(intervals([run(days * DAY) for days in after], since, until, terms))


def test_a_run_every_day_leaves_no_gap() -> None:
    assert found(*range(31)) == []


def test_a_late_run_is_said_and_is_no_gap() -> None:
    (one,) = found(*(day for day in range(31) if day != 4), 4.25)
    assert (one.late, one.length) == (True, 1.25 * DAY)


def test_a_gap_has_its_two_runs() -> None:
    (one,) = found(*(day for day in range(31) if day not in {4, 5}))
    assert (one.since, one.until, one.late) == (BEGIN + 3 * DAY, BEGIN + 6 * DAY, False)


def test_a_gap_across_the_border_of_the_period_is_measured_from_run_to_run() -> None:
    """Two days without a run are two days, also where each of two months sees one of them."""
    month = BEGIN + 10 * DAY
    days = [9, *range(11, 31)]
    for since, until in ((BEGIN, month), (month, END)):
        assert Interval(BEGIN + 9 * DAY, BEGIN + 11 * DAY, late=False) in found(*days, since=since, until=until)


def test_before_the_first_run_and_after_the_last_the_period_itself_is_the_end() -> None:
    first, last = found(*range(5, 20))
    assert (first.since, first.until) == (BEGIN, BEGIN + 5 * DAY)
    assert (last.since, last.until) == (BEGIN + 19 * DAY, END)


def test_an_aborted_run_counts_as_none() -> None:
    runs = [run(day * DAY, whole=day not in {4, 5}) for day in range(31)]
    assert len(list(intervals(runs, BEGIN, END, DAILY))) == 1


def test_no_run_at_all_is_one_gap() -> None:
    assert found() == [Interval(BEGIN, END, late=False)]


def test_one_of_the_two_durations_is_enough() -> None:
    days = [day for day in range(31) if day != 4]
    assert [one.late for one in found(*days, terms=Terms(DAY, None))] == [False]
    assert [one.late for one in found(*days, terms=Terms(None, DAY))] == [False]
    assert found(*days, terms=Terms(None, 2 * DAY)) == []


def test_a_clock_that_went_back_makes_no_gap_of_its_own() -> None:
    assert found(*reversed(range(31))) == []


@given(
    st.lists(st.integers(-100, 900), max_size=30),
    st.integers(1, 100),
    st.integers(0, 100),
    st.integers(0, 400),
    st.integers(1, 400),
)
def test_a_moment_is_in_a_gap_exactly_where_the_runs_around_it_are_too_far_apart(
    hours: list[int], every: int, more: int, start: int, length: int
) -> None:
    hour = timedelta(hours=1)
    terms = Terms(every * hour, (every + more) * hour)
    since, until = BEGIN + start * hour, BEGIN + (start + length) * hour
    gaps = [one for one in intervals([run(after * hour) for after in hours], since, until, terms) if not one.late]
    for at in range(start, start + length):
        before = max((after for after in hours if after <= at), default=start)
        after = min((after for after in hours if after > at), default=start + length)
        moment = BEGIN + (at + 0.5) * hour
        assert any(one.since < moment < one.until for one in gaps) == (after - before > every + more)


@pytest.mark.parametrize("terms", [Terms(None, None)])
def test_where_nothing_was_agreed_nothing_is_late(terms: Terms) -> None:
    assert found(terms=terms) == []


@pytest.mark.parametrize(
    ("hours", "runs"), [(24.1, None), (36, None), (36.1, 1), (48.1, 1), (72.1, 2), (24 * 30.1, 29)]
)
def test_what_was_missed_since_the_last_run_is_counted_by_the_rhythm(hours: float, runs: int | None) -> None:
    missed = missed_since(BEGIN, BEGIN + timedelta(hours=hours), DAILY)
    assert (missed and missed.runs) == runs


@pytest.mark.parametrize(
    ("terms", "runs"), [(Terms(DAY, None), 3), (Terms(None, 2 * DAY), 1), (Terms(None, None), None)]
)
def test_where_one_of_the_two_is_agreed_it_is_both(terms: Terms, runs: int | None) -> None:
    missed = missed_since(BEGIN, BEGIN + 4 * DAY, terms)
    assert (missed and missed.runs) == runs


def test_a_clock_that_went_back_missed_nothing() -> None:
    assert missed_since(END, BEGIN, DAILY) is None
