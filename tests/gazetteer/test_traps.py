"""Location traps that a code alone springs, and those of law: ``traps.csv`` has a row for every one that is known.

A row without a code says where its test is, or why no plan can show it.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from dpa_guard.agreement import Territory
from dpa_guard.gazetteer.locate import locate
from dpa_guard.gazetteer.pairs import pair_of
from dpa_guard.gazetteer.places import find
from dpa_guard.gazetteer.territory import inside

HERE = Path(__file__).parent
ROWS = list(csv.DictReader((HERE / "traps.csv").read_text(encoding="utf-8").splitlines()))
CODES = [row for row in ROWS if row["cloud"]]
NUMBERS = {"A": 37, "Z": 36, "G": 39, "T": 6, "P": 5}
UNION = Territory(rule="eu-member-states")
DAY = date(2026, 11, 25)


@pytest.mark.parametrize("row", CODES, ids=lambda row: f"{row['trap']}-{row['cloud']}-{row['code']}-{row['service']}")
def test_a_code_is_where_it_is_and_not_where_it_looks(row: dict[str, str]) -> None:
    found = locate(row["cloud"], row["code"], role="primary", basis="declared", read_from="x", service=row["service"])
    assert (found.extent, " ".join(found.countries)) == (row["extent"], row["countries"])


def test_every_known_trap_has_a_row_and_every_test_that_a_row_names_is_there() -> None:
    assert {row["trap"] for row in ROWS} == {
        f"{head}{number}" for head, last in NUMBERS.items() for number in range(1, last + 1)
    }
    root = HERE.parents[1]
    for row in ROWS:
        found = re.search(r"tests/\S+\.py", row["why"])
        if found is not None and found[0].endswith("test_traps.py"):
            assert re.search(rf"(?i)(\b|_){row['trap']}(\b|_)", (root / found[0]).read_text(encoding="utf-8")), row[
                "trap"
            ]


def test_a12_no_constraint_of_a_bucket_is_a_region_and_no_gap() -> None:
    """``GetBucketLocation`` answers null for us-east-1: the reader of answers says so, and the table has the region."""
    assert find("aws", "us-east-1") is not None
    assert find("aws", "") is None


def test_z20_a_pair_may_lie_in_another_country() -> None:
    """Z10, Z11 and Z12 too: Ireland, the United States, and a region that is in no list."""
    pairs = {region: pair_of(region) for region in ("malaysiasouth", "westeurope", "brazilsouth", "swedencentral")}
    assert pairs == {
        "malaysiasouth": "japanwest",
        "westeurope": "northeurope",
        "brazilsouth": "southcentralus",
        "swedencentral": "swedensouth",
    }


@pytest.mark.parametrize("country", ["RE", "GF", "GP", "MQ", "YT", "MF", "AX"])
def test_t1_the_outermost_regions_and_aland_are_inside(country: str) -> None:
    assert inside(country, UNION, DAY) is True


@pytest.mark.parametrize("country", ["GL", "FO", "NC", "PF", "AW", "CW", "BQ"])
def test_t2_what_belongs_to_a_member_state_may_be_outside(country: str) -> None:
    assert inside(country, UNION, DAY) is False


@pytest.mark.parametrize("spelling", ["UK", "EL", "XI", "Europe", "EU", ""])
def test_t3_t6_what_is_no_country_of_iso_3166_is_neither_in_nor_out(spelling: str) -> None:
    assert inside(spelling, UNION, DAY) is None


@pytest.mark.parametrize("country", ["GB", "CH", "JP", "KR", "BR", "US"])
def test_t4_an_adequacy_decision_does_not_move_a_country_into_the_union(country: str) -> None:
    assert inside(country, UNION, DAY) is False
    assert inside(country, Territory(rule="eea"), DAY) is False


@pytest.mark.parametrize("country", ["NO", "IS", "LI"])
def test_t5_the_eea_is_not_the_union(country: str) -> None:
    assert inside(country, UNION, DAY) is False
    assert inside(country, Territory(rule="eea"), DAY) is True
