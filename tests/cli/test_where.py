"""``dpa-guard where`` as a page; what it answers, ``tests/gazetteer/test_where.py`` holds."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

import pytest

from dpa_guard.gazetteer.places import CLOUDS, all_places
from golden import expect
from transcript import call, transcript

GOLDEN = Path(__file__).with_name("golden") / "where"
PAGES = {
    "0-region": ("aws", "eu-west-2"),
    "0-service": ("gcp", "EUR7", "--service", "storage"),
    "2-no-code": ("aws",),
    "2-no-such-cloud": ("ibm", "eu-de"),
    "3-not-known": ("aws", "eu-central-9"),
    "3-several-services": ("gcp", "EUR7"),
    "3-service-without-it": ("gcp", "EUR7", "--service", "run"),
    "3-list-of-nothing": ("--list", "--service", "nosuch"),
}


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("case", PAGES)
def test_the_page_is_the_one_that_was_reviewed(case: str, lang: str) -> None:
    shown = transcript("where", *PAGES[case], "--lang", lang)
    assert shown.endswith(f"--- exit code {case[0]}\n")
    expect(GOLDEN / f"{case}.{lang}.txt", shown)


def test_the_columns_of_the_list_never_touch() -> None:
    for lang in ("en", "nl"):
        places = [place for cloud in CLOUDS for place in all_places(cloud)]
        lines = call("where", "--list", "--lang", lang).stdout.splitlines()
        for line, place in zip(lines, places, strict=True):
            assert line.split()[:2] == [place.cloud, place.code]
            assert len(line) <= 80


def test_every_kind_of_place_has_a_word_in_both_languages() -> None:
    table = files("dpa_guard").joinpath("report", "prose", "gazetteer.csv").read_text(encoding="utf-8")
    words = {row["code"] for row in csv.DictReader(table.splitlines()) if row["group"] == "word"}
    kinds = {place.kind for cloud in CLOUDS for place in all_places(cloud)}
    extents = {place.extent for cloud in CLOUDS for place in all_places(cloud)}
    assert {f"where-kind-{kind}" for kind in kinds} <= words
    assert {f"where-extent-{extent}" for extent in extents} <= words
