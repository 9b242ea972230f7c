"""Adequacy decisions have dates and limits, and put nobody inside the European Union."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dpa_guard.agreement import Territory
from dpa_guard.gazetteer.adequacy import adequacy_of
from dpa_guard.gazetteer.table import table
from dpa_guard.gazetteer.territory import EU, inside

TODAY = date(2026, 11, 24)
ROWS = table("adequacy").all_rows()
COUNTRIES = sorted({row["alpha2"] for row in ROWS})


@pytest.mark.parametrize(
    ("country", "day", "decision"),
    [
        ("CH", TODAY, "2000/518/EC"),
        ("JP", TODAY, "2019/419"),
        ("BR", date(2026, 1, 25), None),
        ("BR", date(2026, 1, 26), "2026/179"),
        ("GB", date(2021, 6, 27), None),
        ("GB", date(2025, 12, 18), "2021/1772"),
        ("GB", date(2025, 12, 19), "renewal"),
        ("GB", date(2031, 12, 27), "renewal"),
        ("GB", date(2031, 12, 28), None),
        ("US", date(2015, 10, 5), "Safe Harbour"),
        ("US", date(2015, 10, 6), None),
        ("US", date(2020, 7, 15), "Privacy Shield"),
        ("US", date(2020, 7, 16), None),
        ("US", TODAY, "Data Privacy Framework"),
        ("GI", TODAY, None),
        ("NL", TODAY, None),
        ("UK", TODAY, None),
        ("", TODAY, None),
    ],
)
def test_a_decision_holds_from_its_first_to_its_last_day(country: str, day: date, decision: str | None) -> None:
    found = adequacy_of(country, day)
    if decision is None:
        assert found is None
    else:
        assert found is not None
        assert decision in found.decision


def test_a_decision_about_some_organisations_says_so() -> None:
    assert all("certified" in row["scope"] for row in ROWS if row["alpha2"] == "US")
    canada = adequacy_of("CA", TODAY)
    assert canada is not None
    assert canada.scope


@pytest.mark.parametrize("country", COUNTRIES)
def test_an_adequate_country_is_inside_neither_the_union_nor_the_eea(country: str) -> None:
    assert adequacy_of(country, TODAY) is not None
    assert inside(country, EU, TODAY) is False
    assert inside(country, Territory("eea"), TODAY) is False


def test_every_row_is_whole_and_in_order() -> None:
    keys = [(row["alpha2"], row["first_day"]) for row in ROWS]
    assert keys == sorted(set(keys))
    for row in ROWS:
        assert inside(row["alpha2"], EU, TODAY) is not None, row
        assert not row["last_day"] or date.fromisoformat(row["first_day"]) <= date.fromisoformat(row["last_day"]), row
        assert row["decision"], row
        assert row["source"], row
        assert date(2026, 11, 1) <= date.fromisoformat(row["read_on"]), row


@given(st.text(max_size=6), st.dates())
@example("CH", date.min)
@example("CH,", TODAY)
def test_no_text_raises(text: str, day: date) -> None:
    found = adequacy_of(text, day)
    assert found is None or (found.country == text and found.first_day <= day)


@given(st.sampled_from(COUNTRIES), st.dates(date(1995, 1, 1), date(2040, 1, 1)))
def test_a_decision_found_is_in_force(country: str, day: date) -> None:
    found = adequacy_of(country, day)
    if found is not None:
        assert found.first_day <= day
        assert found.last_day is None or day < found.last_day + timedelta(days=1)
