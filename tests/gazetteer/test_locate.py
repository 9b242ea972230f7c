"""From a code to a location a finding can show."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dpa_guard.gazetteer.locate import CODE_NOT_KNOWN, PLACE_NOT_KNOWN, locate
from dpa_guard.gazetteer.places import CLOUDS, all_places, find
from dpa_guard.gazetteer.territory import EU, inside
from dpa_guard.model import Location

TODAY = date(2026, 11, 24)
KNOWN = sorted({(place.cloud, place.service, place.code) for cloud in CLOUDS for place in all_places(cloud)})


def location(cloud: str, code: str, service: str = "") -> Location:
    return locate(cloud, code, role="primary", basis="declared", read_from="location", service=service)


def test_a_known_code_is_a_location_with_its_countries() -> None:
    assert locate("aws", "eu-west-2", role="primary", basis="declared", read_from="region") == Location(
        role="primary",
        code="eu-west-2",
        countries=("GB",),
        extent="exact",
        basis="declared",
        read_from="region",
        why="",
    )


def test_the_spelling_found_is_the_spelling_shown() -> None:
    found = locate("gcp", "EUR8", role="replica", basis="measured", read_from="location", service="storage")
    assert (found.code, found.countries, found.extent) == ("EUR8", ("CH", "DE"), "exact")


def test_a_multi_region_inside_the_union_names_no_country() -> None:
    found = locate("gcp", "EU", role="primary", basis="declared", read_from="location", service="storage")
    assert (found.countries, found.extent, found.why) == ((), "within-eu", "")


def test_an_unknown_code_is_unknown_and_never_a_pass() -> None:
    found = locate("aws", "eu-east-1", role="primary", basis="declared", read_from="region")
    assert (found.code, found.countries, found.extent, found.why) == ("eu-east-1", (), "unknown", CODE_NOT_KNOWN)


def test_a_code_whose_place_nobody_publishes_says_so() -> None:
    found = locate("azure", "Europe", role="primary", basis="declared", read_from="location")
    assert (found.countries, found.extent, found.why) == ((), "unknown", PLACE_NOT_KNOWN)


@given(st.sampled_from([*CLOUDS, "elsewhere"]), st.text(max_size=150), st.text(max_size=12))
def test_countries_are_named_only_where_they_are_all_there_are(cloud: str, code: str, service: str) -> None:
    found = locate(cloud, code, role="backup", basis="inferred", read_from="", service=service)
    assert bool(found.countries) == (found.extent == "exact")
    assert bool(found.why) == (found.extent == "unknown")


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize(
    "code",
    [
        "eu-west-1" * 1200,
        "europe-west1" + " " * 10_000,
        "westeurope" + " " * 10_000,
        "westeurope" + "\0",
        "EU\nEU",
        "\ufeffwesteurope",
        "",
        " ",
        "{}",
        "7",
    ],
    ids=[
        "10 kB",
        "padded to 10 kB",
        "padded where blanks are left out",
        "a NUL",
        "two lines",
        "a byte order mark",
        "empty",
        "blank",
        "braces",
        "a digit",
    ],
)
def test_what_cannot_be_a_code_is_unknown_with_a_reason(cloud: str, code: str) -> None:
    found = location(cloud, code)
    assert (found.extent, found.countries, found.why) == ("unknown", (), CODE_NOT_KNOWN)


@given(
    st.sampled_from(KNOWN),
    st.sampled_from(["", " ", "\t", "\n", "\u00a0"]),
    st.sampled_from(["", " ", "\t", "\n"]),
    st.integers(0, 2**32 - 1),
)
@example(("aws", "", "eu-west-1"), "", "", 2**32 - 1)
@example(("gcp", "", "europe-west1"), " ", "", 0)
@example(("azure", "", "westeurope"), " ", " ", 5)
def test_another_spelling_is_the_same_place_or_none(
    known: tuple[str, str, str], before: str, after: str, capitals: int
) -> None:
    cloud, service, code = known
    mixed = "".join(letter.upper() if capitals >> at & 1 else letter for at, letter in enumerate(code))
    found = location(cloud, before + mixed + after, service)
    if found.extent == "unknown":
        assert found.why
    else:
        expected = location(cloud, code.replace("#", "1"), service)
        assert (found.countries, found.extent) == (expected.countries, expected.extent)


@given(st.sampled_from(CLOUDS), st.sampled_from(["eu", "EU", "europe", "Europe", "(Europe) "]), st.text(max_size=24))
def test_a_familiar_beginning_alone_never_makes_a_place_inside(cloud: str, beginning: str, rest: str) -> None:
    code = beginning + rest
    found = location(cloud, code)
    is_inside = found.extent == "within-eu" or (
        found.extent == "exact" and all(inside(country, EU, TODAY) for country in found.countries)
    )
    place = find(cloud, code)
    assert not is_inside or (place is not None and bool(place.source))
