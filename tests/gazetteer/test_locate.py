"""From a code to a location a finding can show."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.gazetteer.locate import CODE_NOT_KNOWN, PLACE_NOT_KNOWN, locate
from dpa_guard.gazetteer.places import CLOUDS
from dpa_guard.model import Location


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
