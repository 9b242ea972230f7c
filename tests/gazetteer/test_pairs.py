"""Azure pairs: paired, documented as unpaired, and not known are three answers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.gazetteer.pairs import UNKNOWN, pair_of
from dpa_guard.gazetteer.places import find
from dpa_guard.gazetteer.table import table
from dpa_guard.gazetteer.territory import EU, inside

ROWS = table("azure-pairs").all_rows()


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("westeurope", "northeurope"),
        ("West Europe", "northeurope"),
        ("(Europe) North Europe", "westeurope"),
        ("swedencentral", "swedensouth"),
        ("brazilsouth", "southcentralus"),
        ("malaysiasouth", "japanwest"),
        ("germanywestcentral", "germanynorth"),
        ("southeastasia", "eastasia"),
    ],
)
def test_a_paired_region_names_its_pair(region: str, expected: str) -> None:
    assert pair_of(region) == expected


@pytest.mark.parametrize(
    "region", ["italynorth", "polandcentral", "spaincentral", "austriaeast", "belgiumcentral", "denmarkeast"]
)
def test_a_region_documented_without_a_pair_has_none(region: str) -> None:
    assert pair_of(region) is None


@pytest.mark.parametrize("region", ["finlandcentral", "greececentral", "europe", "global", "eu-west-1", "", "nowhere"])
def test_a_region_the_table_does_not_know_is_not_one_without_a_pair(region: str) -> None:
    assert pair_of(region) is UNKNOWN


def test_both_ends_of_every_pair_are_places_with_a_country() -> None:
    for row in ROWS:
        for code in filter(None, (row["region"], row["pair"])):
            place = find("azure", code)
            assert place is not None, row
            assert place.extent == "exact", row


def test_every_pair_of_a_region_in_the_union_stays_in_the_union() -> None:
    """A fact about Azure, from the table: if it stops being true, the tables of redundancy must say so."""

    def is_inside(code: str) -> bool:
        place = find("azure", code)
        return place is not None and all(inside(country, EU, date(2026, 11, 24)) for country in place.countries)

    paired = [(row["region"], row["pair"]) for row in ROWS if row["pair"]]
    assert [region for region, pair in paired if is_inside(region) and not is_inside(pair)] == []


@given(st.text(max_size=150))
def test_no_text_raises(text: str) -> None:
    assert pair_of(text) is UNKNOWN or find("azure", text) is not None
