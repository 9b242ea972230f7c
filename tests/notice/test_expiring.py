"""What ends soon is told at 30, at 7 and at 1 day, each once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dpa_guard.agreement import Authorisation
from dpa_guard.config import Exclusion
from dpa_guard.notice.expiring import endings, key_of, threshold

TODAY = date(2026, 11, 25)
GRANTED = date(2020, 1, 1)


def _authorisation(days: int, withdrawn: date | None = None) -> Authorisation:
    return Authorisation("T-1", ("US",), GRANTED, expires_on=TODAY + timedelta(days=days), withdrawn_on=withdrawn)


def test_over_the_weeks_it_is_told_three_times() -> None:
    told: dict[str, int] = {}
    days_told = []
    for left in range(60, -5, -1):
        for one in endings([_authorisation(60)], [], TODAY + timedelta(days=60 - left), told):
            days_told.append(one.days)
            told[key_of(one)] = threshold(one.days) or 0
    assert days_told == [30, 7, 1]


@pytest.mark.parametrize(("days", "limit"), [(31, None), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None)])
def test_a_day_belongs_to_the_nearest_threshold(days: int, limit: int | None) -> None:
    assert threshold(days) == limit


def test_a_night_that_was_missed_does_not_swallow_a_threshold() -> None:
    told = {"authorisation T-1 2026-11-30": 30}
    assert [one.days for one in endings([_authorisation(5)], [], TODAY, told)] == [5]


def test_another_day_is_another_ending() -> None:
    told = {"authorisation T-1 2026-11-26": 1}
    assert [one.days for one in endings([_authorisation(20)], [], TODAY, told)] == [20]


def test_what_is_withdrawn_or_has_no_end_does_not_end_soon() -> None:
    open_ended = Authorisation("T-2", ("US",), GRANTED)
    assert endings([open_ended, _authorisation(5, withdrawn=TODAY)], [], TODAY, {}) == []


def test_an_exclusion_is_named_by_what_it_leaves_out_and_the_soonest_comes_first() -> None:
    exclusion = Exclusion({"service": "sqs", "account": "222222222222"}, "r", "o", TODAY + timedelta(days=3))
    found = endings([_authorisation(5)], [exclusion], TODAY, {})
    assert [(one.kind, one.name) for one in found] == [
        ("exclusion", "account=222222222222, service=sqs"),
        ("authorisation", "T-1"),
    ]
