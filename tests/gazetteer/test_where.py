"""``dpa-guard where``, as a person and a script meet it."""

from __future__ import annotations

import csv
import json
import string
from importlib.resources import files

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.cli.where import where


def run(*words: str) -> Result:
    return CliRunner().invoke(where, list(words))


def asked(*words: str) -> tuple[int, dict[str, object]]:
    result = run(*words, "--format", "json")
    return result.exit_code, json.loads(result.stdout)


def test_the_json_answer_has_the_fields_of_the_design_in_their_order() -> None:
    code, answer = asked("aws", "eu-west-2")
    assert code == 0
    assert list(answer) == [
        "cloud",
        "code",
        "service",
        "countries",
        "inside_eu",
        "extent",
        "kind",
        "source",
        "read_on",
    ]
    assert answer["countries"] == ["GB"]
    assert answer["inside_eu"] is False
    assert (answer["extent"], answer["kind"], answer["read_on"]) == ("exact", "region", "2026-11-23")


@pytest.mark.parametrize(
    ("words", "countries", "inside", "code"),
    [
        (("gcp", "EU", "--service", "storage"), [], True, 0),
        (("gcp", "EUR7", "--service", "storage"), ["DE", "GB"], False, 0),
        (("gcp", "eur7", "--service", "spanner"), ["DE", "IT"], True, 0),
        (("gcp", "EUR7"), ["DE", "GB", "IT"], None, 3),
        (("gcp", "eur8"), ["CH", "DE"], False, 0),
        (("aws", "eu-central-1-ist-1a"), ["TR"], False, 0),
        (("aws", "eusc-de-east-1"), ["DE"], True, 0),
        (("aws", "EU"), ["IE"], True, 0),
        (("azure", "West Europe"), ["NL"], True, 0),
        (("azure", "europe"), [], None, 3),
        (("azure", "asia"), [], False, 0),
        (("aws", "eu-east-1"), [], None, 3),
        (("gcp", "EU", "--service", "run"), [], None, 3),
        (("--cloud", "gcp", "europe-west12-a"), ["IT"], True, 0),
        (("aws", "\U0001f1ea\U0001f1fa"), [], None, 3),
    ],
)
def test_the_answer_and_its_exit_code(
    words: tuple[str, ...], countries: list[str], inside: bool | None, code: int
) -> None:
    exit_code, answer = asked(*words)
    assert (answer["countries"], answer["inside_eu"], exit_code) == (countries, inside, code)
    assert run(*words).exit_code == code


def test_what_differs_between_services_is_null() -> None:
    _, answer = asked("gcp", "EUR7")
    assert (answer["service"], answer["kind"], answer["source"]) == ("", None, None)


def test_an_unknown_code_has_nothing_to_show_for_it() -> None:
    _, answer = asked("aws", "eu-east-1")
    assert (answer["extent"], answer["kind"], answer["source"], answer["read_on"]) == ("unknown", None, None, None)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("aws",),
        ("oracle", "eu-frankfurt-1"),
        ("aws", "eu-west-1", "eu-west-2"),
        ("--cloud", "gcp", "aws", "eu-west-1"),
        ("--list", "aws"),
        ("--eu", "aws", "eu-west-1"),
        ("--cloud", "ibm", "--list"),
    ],
)
def test_wrong_usage_is_2_and_prints_no_answer(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error: " in result.stderr


def test_a_person_reads_the_country_the_union_and_the_source() -> None:
    shown = run("aws", "eu-west-2").stdout
    assert "United Kingdom (GB)" in shown
    assert "European Union  outside" in shown
    assert "botocore" in shown
    assert "read on" in shown


def test_a_person_reads_it_in_dutch() -> None:
    shown = run("gcp", "EUR8", "--service", "storage", "--lang", "nl").stdout
    assert "Zwitserland (CH), Duitsland (DE)" in shown
    assert "deels buiten: Zwitserland" in shown


def test_an_unknown_code_gets_likely_spellings_marked_as_no_answer() -> None:
    result = run("azure", "westerope")
    assert result.exit_code == 3
    assert "not in the table" in result.stdout
    assert "no answer" in result.stdout
    assert "westeurope" in result.stdout
    assert "Netherlands" not in result.stdout


def test_a_service_without_the_code_names_the_services_that_have_it() -> None:
    shown = run("gcp", "EU", "--service", "run").stdout
    assert "storage" in shown
    assert "bigquery" in shown


def test_the_list_of_places_in_the_union_holds_no_place_outside_it() -> None:
    places = json.loads(run("--list", "--eu", "--format", "json").stdout)
    assert {place["inside_eu"] for place in places} == {True}
    codes = {(place["cloud"], place["code"]) for place in places}
    assert {("aws", "eu-west-1"), ("azure", "westeurope"), ("gcp", "europe-west4")} <= codes
    assert not {("aws", "eu-west-2"), ("azure", "uksouth"), ("gcp", "europe-west6"), ("azure", "europe")} & codes


def test_the_places_of_one_cloud_in_the_union_are_listed() -> None:
    listed = [line.split()[:2] for line in run("--list", "--eu", "--cloud", "azure").stdout.splitlines()]
    codes = {code for cloud, code in listed if cloud == "azure"}
    assert len(codes) == len({tuple(line) for line in listed}) > 20
    assert {"westeurope", "northeurope", "swedencentral"} <= codes
    assert codes.isdisjoint({"uksouth", "switzerlandnorth", "norwayeast", "europe", "global", "eastus"})


def test_the_list_of_one_cloud_or_service_holds_that_only() -> None:
    assert {line.split()[0] for line in run("--list", "--cloud", "azure").stdout.splitlines()} == {"azure"}
    spanner = json.loads(run("--list", "--service", "spanner", "--format", "json").stdout)
    assert {place["service"] for place in spanner} == {"spanner"}


@pytest.mark.parametrize(
    "words", [("--list",), ("aws", "eu-west-3-cmn-wlz-1a"), ("gcp", "global"), ("azure", "europe")]
)
def test_everything_fits_on_80_columns(words: tuple[str, ...]) -> None:
    assert [line for line in run(*words).stdout.splitlines() if len(line) > 80] == []


@given(st.text(max_size=150), st.text(max_size=150))
def test_no_text_raises_and_none_is_printed_raw_to_the_terminal(cloud: str, code: str) -> None:
    for words in ((cloud, code), ("aws", code)):
        result = run("--", *words)
        assert result.exit_code in {0, 2, 3}
        assert not set(result.output) & {"\x1b", "\x07", "\x9b"}


def test_both_languages_fill_in_the_same_fields() -> None:
    text = files("dpa_guard").joinpath("report", "prose", "gazetteer.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["group"], row["code"]) for row in rows] == sorted((row["group"], row["code"]) for row in rows)
    for row in rows:
        english, dutch = ({name for _, name, _, _ in string.Formatter().parse(row[lang])} for lang in ("en", "nl"))
        assert english == dutch, row
