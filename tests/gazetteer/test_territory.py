"""Who is inside, and since when: membership has dates, and what is no country is neither inside nor outside."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dpa_guard.agreement import Territory
from dpa_guard.gazetteer.table import table
from dpa_guard.gazetteer.territory import EU, country_name, inside, members, within_eu_suffices

TODAY = date(2026, 11, 24)
EEA = Territory("eea")
DUTCH = Territory("countries", ("NL", "BE"))
MEMBER_STATES = [
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GR",
    "HR",
    "HU",
    "IE",
    "IT",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
]
CODES = [row["alpha2"] for row in table("territory").all_rows()]


def test_the_members_today_are_27_states_and_seven_parts_of_them() -> None:
    assert members(EU, TODAY) == set(MEMBER_STATES) | {"AX", "GF", "GP", "MF", "MQ", "RE", "YT"}


def test_the_eea_is_the_union_and_three_more() -> None:
    assert members(EEA, TODAY) - members(EU, TODAY) == {"IS", "LI", "NO"}
    assert members(EU, TODAY) <= members(EEA, TODAY)


@pytest.mark.parametrize(
    "country",
    [
        "GB",
        "CH",
        "NO",
        "IS",
        "LI",
        "TR",
        "US",
        "MA",
        "SN",
        "JP",
        "KR",
        "BR",
        "IL",
        "HK",
        "CN",
        "UA",
        "MC",
        "SM",
        "VA",
        "AD",
        "SJ",
        "GG",
        "JE",
        "IM",
        "GI",
    ],
)
def test_these_are_outside_the_union(country: str) -> None:
    assert inside(country, EU, TODAY) is False


@pytest.mark.parametrize("country", ["GL", "FO", "NC", "PF", "AW", "CW", "SX", "BQ", "WF", "PM", "TF", "BL"])
def test_an_overseas_territory_is_outside_although_it_belongs_to_a_member_state(country: str) -> None:
    assert inside(country, EU, TODAY) is False
    assert inside(country, EEA, TODAY) is False


@pytest.mark.parametrize(
    "text", ["UK", "EL", "XI", "EU", "XK", "??", "", "nl", "NLD", " NL", "NL ", "N", "alpha2", "*"]
)
def test_what_is_no_iso_code_is_neither_inside_nor_outside(text: str) -> None:
    assert inside(text, EU, TODAY) is None
    assert inside(text, Territory("countries", (text,)), TODAY) is None


@pytest.mark.parametrize(
    ("country", "day", "expected"),
    [
        ("GB", date(2020, 1, 31), True),
        ("GB", date(2020, 2, 1), False),
        ("GI", date(2020, 1, 31), True),
        ("GI", date(2020, 2, 1), False),
        ("HR", date(2013, 6, 30), False),
        ("HR", date(2013, 7, 1), True),
        ("YT", date(2013, 12, 31), False),
        ("YT", date(2014, 1, 1), True),
        ("BL", date(2011, 12, 31), True),
        ("BL", date(2012, 1, 1), False),
        ("GL", date(1985, 1, 31), True),
        ("GL", date(1985, 2, 1), False),
        ("NL", date(1957, 12, 31), False),
    ],
)
def test_membership_has_a_first_and_a_last_day(country: str, day: date, expected: bool) -> None:
    assert inside(country, EU, day) is expected


def test_under_a_list_of_countries_only_the_listed_are_inside() -> None:
    assert [inside(country, DUTCH, TODAY) for country in ("NL", "BE", "DE", "US")] == [True, True, False, False]
    assert members(DUTCH, TODAY) == {"NL", "BE"}


def test_within_the_union_suffices_only_where_any_member_state_is_fine() -> None:
    assert [within_eu_suffices(territory) for territory in (EU, EEA, DUTCH)] == [True, True, False]


def test_an_unknown_rule_is_an_error_and_not_an_answer() -> None:
    with pytest.raises(ValueError, match="europe"):
        inside("NL", Territory("europe"), TODAY)


def test_countries_have_an_english_and_a_dutch_name() -> None:
    assert [country_name("GB", lang) for lang in ("en", "nl")] == ["United Kingdom", "Verenigd Koninkrijk"]
    assert country_name("CH", "nl") == "Zwitserland"
    assert country_name("HK", "en") == "Hong Kong"
    assert country_name("XX", "nl") == "XX"
    assert country_name("NL", "fr") == "Netherlands"


def test_the_table_holds_every_iso_code_once_with_both_names() -> None:
    rows = table("territory").all_rows()
    assert len(rows) == 249
    assert len(set(CODES)) == 249
    for row in rows:
        assert len(row["alpha2"]) == 2, row
        assert row["alpha2"].isupper(), row
        assert row["name_en"], row
        assert row["name_nl"], row
        assert row["source"], row
        assert not row["eu_territory_of"] or row["eu_territory_of"] in CODES, row


@given(st.sampled_from(CODES), st.dates(date(1950, 1, 1), date(2060, 1, 1)))
def test_a_country_is_a_member_exactly_when_it_is_inside(country: str, day: date) -> None:
    for territory in (EU, EEA, DUTCH):
        assert inside(country, territory, day) is (country in members(territory, day))


@given(st.sampled_from(CODES))
def test_membership_does_not_flicker(country: str) -> None:
    days = [date(1957, 1, 1) + timedelta(days=200 * step) for step in range(150)]
    changes = [inside(country, EU, day) for day in days]
    assert sum(before != after for before, after in pairwise(changes)) <= 2


@given(st.text(max_size=6))
@example('","')
@example("NL,")
@example("\nNL")
def test_no_text_raises_and_nothing_but_a_code_is_answered(text: str) -> None:
    assert (inside(text, EU, TODAY) is None) == (text not in CODES)
    assert country_name(text, "nl") == text or text in CODES
