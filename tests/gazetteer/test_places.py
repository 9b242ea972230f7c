"""Codes and countries: the traps of real clouds as literal expectations, and what must hold for any text."""

from __future__ import annotations

import csv
import re
import string
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dpa_guard.gazetteer.places import CLOUDS, Place, all_places, find, find_all
from dpa_guard.gazetteer.table import table
from dpa_guard.gazetteer.territory import EU, inside

TODAY = date(2026, 11, 24)
PLACES = [place for cloud in CLOUDS for place in all_places(cloud)]
CODES = sorted({(place.cloud, place.service, place.code) for place in PLACES})
EXTENTS = {"exact", "within-eu", "outside-eu", "worldwide", "unknown"}


def countries(cloud: str, code: str, service: str = "") -> str:
    """The countries joined by blanks, the extent in angle brackets where they are not exact, or ``-``."""
    place = find(cloud, code, service)
    if place is None:
        return "-"
    return " ".join(place.countries) or f"<{place.extent}>"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("eu-west-2", "GB"),
        ("eu-west-2a", "GB"),
        ("eu-central-2", "CH"),
        ("eu-isoe-west-1", "GB"),
        ("eusc-de-east-1", "DE"),
        ("eusc-de-east-1a", "DE"),
        ("eu-central-1", "DE"),
        ("eu-central-1b", "DE"),
        ("eu-central-1-ist-1a", "TR"),
        ("euc1-ist1-az1", "TR"),
        ("eu-central-1-waw-1a", "PL"),
        ("eu-central-1-ath-1a", "GR"),
        ("eu-central-1-ham-1a", "DE"),
        ("eu-north-1-cph-1a", "DK"),
        ("eu-north-1-hel-1a", "FI"),
        ("eu-west-3-cmn-wlz-1a", "MA"),
        ("euw3-cmn1-wlz1", "MA"),
        ("euw3-dss1-wlz1", "SN"),
        ("eu-west-2-wl2-man-wlz-1", "GB"),
        ("us-east-1-scl-1a", "CL"),
        ("us-east-1-lim-1a", "PE"),
        ("us-east-1-bue-1a", "AR"),
        ("us-east-1-qro-1a", "MX"),
        ("me-south-1-mct-1a", "OM"),
        ("af-south-1-los-1a", "NG"),
        ("ap-northeast-1-tpe-1a", "TW"),
        ("ap-southeast-2-akl-1a", "NZ"),
        ("usw2-lax1-az1", "US"),
        ("aws-global", "US"),
        ("aws-cn-global", "CN"),
        ("ap-east-1", "HK"),
        ("ape1-az1", "HK"),
        ("me-west-1", "SA"),
        ("sa-west-1", "CL"),
        ("eu-south-1", "IT"),
        ("eu-south-2", "ES"),
        ("eus1-az1", "IT"),
        ("euc1-az1", "DE"),
        ("euscdee1-az1", "DE"),
        ("cn-north-1", "CN"),
        ("us-gov-west-1", "US"),
        ("Europe (Zurich)", "CH"),
        ("EU (Ireland)", "IE"),
    ],
)
def test_an_aws_code_is_the_country_it_lies_in(code: str, expected: str) -> None:
    assert countries("aws", code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "eu-east-1",
        "us-gov-west-2",
        "EU",
        "eu",
        "EU-WEST-1",
        "Eu-west-1",
        " eu-west-1",
        "eu-west-1 ",
        "eu-west-1\n",
        "eu-west-1aa",
        "eu-west-1A",
        "eu-west-12",
        "eu-west",
        "eu-central-1-xyz-1a",
        "eu-central-1-ist-1",
        "euc1-az",
        "euc1-az#",
        "euc1-az11",
        "euc1-ist1-az2",
        "aws-globala",
        "",
        "eu-west-1" * 20,
    ],
)
def test_an_aws_code_without_a_row_is_unknown_however_familiar_it_looks(code: str) -> None:
    assert find("aws", code) is None


def test_the_location_constraint_eu_is_ireland_and_only_in_s3() -> None:
    assert countries("aws", "EU", "s3") == "IE"
    assert countries("aws", "EU", "ec2") == "-"
    assert countries("aws", "EU") == "-"
    assert countries("aws", "eu", "s3") == "-"
    assert countries("aws", "us-standard", "s3") == "US"
    assert countries("aws", "us-standard") == "-"


def test_a_price_class_never_stays_in_europe() -> None:
    assert countries("aws", "PriceClass_100", "cloudfront") == "<worldwide>"
    assert countries("aws", "PriceClass_All", "cloudfront") == "<worldwide>"
    assert countries("aws", "PriceClass_100") == "-"


def test_an_inference_profile_of_bedrock_is_not_the_union() -> None:
    assert countries("aws", "eu", "bedrock") == "<unknown>"
    assert countries("aws", "global", "bedrock") == "<worldwide>"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("westeurope", "NL"),
        ("West Europe", "NL"),
        ("WESTEUROPE ", "NL"),
        ("(Europe) West Europe", "NL"),
        ("northeurope", "IE"),
        ("norwayeast", "NO"),
        ("Norway West", "NO"),
        ("switzerlandnorth", "CH"),
        ("uksouth", "GB"),
        ("(UK) UK South", "GB"),
        ("(Europe) UK South", "GB"),
        ("United Kingdom", "GB"),
        ("swedensouth", "SE"),
        ("brazilsouth", "BR"),
        ("brazilus", "<outside-eu>"),
        ("eastasia", "HK"),
        ("germanycentral", "DE"),
        ("germanywestcentral", "DE"),
        ("deloscloudgermanycentral", "DE"),
        ("bleufrancecentral", "FR"),
        ("losangeles", "US"),
        ("malaysiasouth", "MY"),
        ("global", "<unknown>"),
        ("europe", "<unknown>"),
        ("Europe", "<unknown>"),
        ("france", "<unknown>"),
        ("asia", "<outside-eu>"),
        ("easteurope", "<unknown>"),
        ("norwaye", "-"),
        ("germanywc", "-"),
        ("EU West", "-"),
        ("eu", "-"),
        ("fr", "-"),
        ("west-europe", "-"),
        ("westeurope\t", "-"),
    ],
)
def test_an_azure_location_is_the_country_it_lies_in(code: str, expected: str) -> None:
    assert countries("azure", code) == expected


@pytest.mark.parametrize(
    ("service", "code", "expected"),
    [
        ("communication", "Europe", "<unknown>"),
        ("communication", "United States", "US"),
        ("communication", "France", "<unknown>"),
        ("communication", "UK", "GB"),
        ("communication", "westeurope", "NL"),
        ("azureactivedirectory", "Europe", "<unknown>"),
        ("cognitiveservices", "GlobalStandard", "<worldwide>"),
        ("cognitiveservices", "DataZoneStandard", "<unknown>"),
        ("cognitiveservices", "Standard", "-"),
        ("insights", "emea-nl-ams-azr", "NL"),
        ("insights", "emea-gb-db3-azr", "IE"),
        ("insights", "emea-ru-msa-edge", "GB"),
        ("insights", "emea-se-sto-edge", "GB"),
        ("insights", "emea-ch-zrh-edge", "FR"),
        ("", "emea-nl-ams-azr", "-"),
        ("", "GlobalStandard", "-"),
        ("cdn", "global", "<worldwide>"),
    ],
)
def test_an_azure_service_has_strings_of_its_own(service: str, code: str, expected: str) -> None:
    assert countries("azure", code, service) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("europe-west2", "GB"),
        ("europe-west2-a", "GB"),
        ("EUROPE-WEST2", "GB"),
        ("europe-west6", "CH"),
        ("europe-west1", "BE"),
        ("europe-west1-b", "BE"),
        ("europe-west10", "DE"),
        ("europe-west12", "IT"),
        ("europe-west12-a", "IT"),
        ("europe-west4", "NL"),
        ("us-central1-ai1a", "US"),
        ("us-south1-ai1b", "US"),
        ("u-france-east1", "FR"),
        ("u-germany-northeast1", "DE"),
        ("u-germany-northeast1-a", "DE"),
        ("europe-west5", "<unknown>"),
        ("global", "<unknown>"),
        ("europe-north3", "-"),
        ("europe-west1-ai1a", "-"),
        ("europe-west1-bb", "-"),
        ("europe-west", "-"),
        ("europe", "-"),
        ("EU", "-"),
        ("eur4", "-"),
        ("DE", "-"),
        ("regional-europe-west1", "-"),
        ("in:eu-locations", "-"),
    ],
)
def test_a_google_location_is_the_country_it_lies_in(code: str, expected: str) -> None:
    assert countries("gcp", code) == expected


@pytest.mark.parametrize(
    ("service", "code", "expected"),
    [
        ("storage", "EU", "<within-eu>"),
        ("storage", "EUR4", "FI NL"),
        ("storage", "EUR5", "BE GB"),
        ("storage", "EUR7", "DE GB"),
        ("storage", "EUR8", "CH DE"),
        ("storage", "DE", "DE"),
        ("storage", "IT", "IT"),
        ("storage", "ASIA", "<outside-eu>"),
        ("storage", "europe-west4", "NL"),
        ("spanner", "eur3", "BE FI NL"),
        ("spanner", "eur5", "BE GB NL"),
        ("spanner", "eur6", "CH DE NL"),
        ("spanner", "eur7", "DE IT"),
        ("spanner", "nam-eur-asia1", "BE TW US"),
        ("spanner", "regional-europe-west2", "GB"),
        ("spanner", "regional-europe-west12", "IT"),
        ("spanner", "regional-europe-north3", "-"),
        ("spanner", "custom-eur3", "-"),
        ("spanner", "EU", "-"),
        ("firestore", "eur3", "BE FI NL"),
        ("firestore", "nam5", "US"),
        ("appengine", "europe-west", "BE"),
        ("cloudkms", "europe", "<within-eu>"),
        ("cloudkms", "eur4", "<unknown>"),
        ("cloudkms", "eur7", "-"),
        ("cloudkms", "global", "<worldwide>"),
        ("bigquery", "EU", "BE NL"),
        ("bigquery", "US", "US"),
        ("bigquery", "aws-eu-west-1", "IE"),
        ("bigquery", "azure-eastus2", "US"),
        ("artifactregistry", "europe", "<unknown>"),
        ("containerregistry", "gcr.io", "US"),
        ("containerregistry", "eu.gcr.io", "<within-eu>"),
        ("aiplatform", "eu", "<within-eu>"),
        ("aiplatform", "global", "<worldwide>"),
        ("healthcare", "eu", "<unknown>"),
        ("dialogflow", "global", "<worldwide>"),
        ("secretmanager", "automatic", "<worldwide>"),
        ("logging", "global", "<unknown>"),
        ("sqladmin", "eu", "<within-eu>"),
        ("run", "EU", "-"),
    ],
)
def test_a_google_code_means_what_its_service_means(service: str, code: str, expected: str) -> None:
    assert countries("gcp", code, service) == expected


def test_a_code_of_several_services_is_found_once_for_each() -> None:
    assert [(place.service, place.countries) for place in find_all("gcp", "EUR7")] == [
        ("spanner", ("DE", "IT")),
        ("storage", ("DE", "GB")),
    ]


def test_a_sovereign_cloud_is_a_partition_of_its_own() -> None:
    wanted = [("aws", "eusc-de-east-1a"), ("aws", "cn-north-1"), ("azure", "chinaeast2"), ("gcp", "u-france-east1")]
    found = [find(cloud, code) for cloud, code in wanted]
    assert [place and place.partition for place in found] == ["aws-eusc", "aws-cn", "azure-china", "gcp-s3ns"]


def test_a_zone_made_of_its_region_says_zone_and_its_own_code() -> None:
    place = find("aws", "eu-west-1c")
    assert place is not None
    assert (place.code, place.kind, place.countries) == ("eu-west-1c", "zone", ("IE",))


def test_every_shipped_code_is_found_as_its_own_row() -> None:
    for cloud, service, code in CODES:
        asked = code.replace("#", "1")
        place = find(cloud, asked, service)
        assert place is not None, (cloud, service, code)
        assert (place.service, place.code) == (service, asked)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_table_is_sorted_and_says_each_thing_once(cloud: str) -> None:
    keys = [(place.code.encode(), place.service.encode()) for place in all_places(cloud)]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("name", ["aliases", "azure-pairs", "territory"])
def test_the_other_tables_are_sorted_too(name: str) -> None:
    keys = [next(iter(row.values())).encode() for row in table(name).all_rows()]
    assert keys == sorted(keys)


def test_every_row_is_whole() -> None:
    for place in PLACES:
        assert place.extent in EXTENTS, place
        assert bool(place.countries) == (place.extent == "exact"), place
        assert place.countries == tuple(sorted(set(place.countries))), place
        assert all(inside(country, EU, TODAY) is not None for country in place.countries), place
        assert place.name, place
        assert place.source, place
        assert date(2026, 11, 1) <= date.fromisoformat(place.read_on), place
        assert place.code.isascii(), place
        assert not set(place.code) & set(',"'), place


def test_a_weak_source_never_lets_a_place_pass() -> None:
    weak = [place for place in PLACES if place.source.startswith(("secondary:", "memory"))]
    assert len(weak) > 20
    for place in weak:
        assert place.extent != "within-eu", place
        assert not any(inside(country, EU, TODAY) for country in place.countries), place


def test_nothing_that_begins_with_eu_is_inside_without_a_row_that_says_so() -> None:
    familiar = [place for place in PLACES if re.match(r"eu|europe|\(europe", place.code, re.IGNORECASE)]
    surely_inside = {
        place.code
        for place in familiar
        if place.extent == "exact" and all(inside(country, EU, TODAY) for country in place.countries)
    }
    assert {"eu-west-2", "eu-central-2", "eu-isoe-west-1", "europe-west2", "europe-west6"}.isdisjoint(surely_inside)
    outside = {place.code for place in familiar if any(not inside(c, EU, TODAY) for c in place.countries)}
    assert {"eu-west-2", "eu-central-1-ist-1a", "europe-west6", "eur5", "eur8"} <= outside


@given(st.sampled_from(CLOUDS), st.sampled_from(["eu-", "eu", "europe-", "europe", "(Europe) "]), st.text(max_size=20))
def test_a_familiar_beginning_is_no_answer(cloud: str, beginning: str, rest: str) -> None:
    place = find(cloud, beginning + rest)
    if place is None or place.extent != "exact":
        return
    plain = {known.code for known in all_places(cloud) if not known.service}
    names = {row["alias"] for row in table("aliases").all_rows()}
    assert place.code in plain or place.kind in {"zone", "zone-id"} or beginning + rest in names


@given(st.sampled_from([*CLOUDS, "oracle", ""]), st.text(max_size=200), st.text(max_size=20))
@example("aws", "eu-west-1,", "")
@example("aws", '"', "")
@example("azure", "\u212aoreacentral", "")
@example("gcp", "regional-", "spanner")
@example("gcp", "regional-regional-europe-west1", "spanner")
@example("aws", "code", "service")
def test_no_text_raises(cloud: str, code: str, service: str) -> None:
    place = find(cloud, code, service)
    assert place is None or place.service in {"", service}
    assert isinstance(find_all(cloud, code), list)


@given(st.sampled_from(CODES), st.integers(0, 30), st.sampled_from(string.ascii_lowercase + string.digits + "- "))
def test_one_letter_more_is_another_code(known: tuple[str, str, str], at: int, letter: str) -> None:
    cloud, service, code = known
    wrong = code[:at] + letter + code[at:]
    place = find(cloud, wrong, service)
    if place is not None:
        spelled_as = wrong.replace(" ", "") if cloud == "azure" else wrong
        assert place.code == spelled_as, "an answer belongs to the code as it was asked"


@given(st.sampled_from([known for known in CODES if known[0] != "aws"]), st.integers(0, 2**32 - 1))
def test_two_spellings_of_a_place_give_one_answer(known: tuple[str, str, str], capitals: int) -> None:
    cloud, service, code = known
    mixed = "".join(letter.upper() if capitals >> at & 1 else letter for at, letter in enumerate(code))
    spaced = f" {mixed[:4]} {mixed[4:]} " if cloud == "azure" else mixed
    assert find(cloud, spaced, service) == find(cloud, code, service)


def test_a_long_or_display_name_is_the_place_it_names() -> None:
    for row in table("aliases").all_rows():
        place = find(row["cloud"], row["alias"], row["service"])
        assert place is not None, row
        assert place.code == row["code"], row
        if not row["service"]:
            assert place == find(row["cloud"], row["code"]), row


def test_an_alias_never_hides_a_code() -> None:
    codes = {(place.cloud, place.code) for place in PLACES}
    assert [row for row in table("aliases").all_rows() if (row["cloud"], row["alias"]) in codes] == []


def test_the_tables_agree_with_the_research_they_were_made_from(shared_data: Path) -> None:
    """Where the research names countries on good sources, so do we; nobody is moved."""
    differing: list[str] = []
    for cloud in CLOUDS:
        with (shared_data / "geo" / f"{cloud}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                place = find(cloud, row["code"]) if row["kind"] in {"region", "sovereign", "local-zone"} else None
                known = place is not None and place.extent == "exact" and ":" not in row["partition/cloud"]
                if known and place and list(place.countries) != sorted(row["country_alpha2"].split(";")):
                    differing.append(row["code"])
    assert differing == ["ap-east-1"], "the research keeps AWS's CN for Hong Kong"


def test_no_table_is_read_before_it_is_asked_for() -> None:
    source = files("dpa_guard.gazetteer").joinpath("places.py").read_text(encoding="utf-8")
    assert not re.search(r"^(?!def |class |    |@)\S.*\btable\(", source, re.MULTILINE)


def test_a_place_is_a_value() -> None:
    place = find("aws", "eu-west-1")
    assert isinstance(place, Place)
    assert place == find("aws", "eu-west-1")
