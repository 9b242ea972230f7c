"""Where a vendor is used, by its provider's arguments."""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.gazetteer.territory import is_country
from dpa_guard.model import Location
from dpa_guard.report.prose import render
from dpa_guard_terraform.expressions import Reading
from dpa_guard_terraform.sites import arguments_of, site_of, site_rows

FORMS = {"exact", "host", "name", "absent", "always", "same-as"}
EXTENTS = {"exact", "within-eu", "outside-eu", "worldwide", "unknown"}


def table() -> list[dict[str, str]]:
    path = files("dpa_guard_terraform").joinpath("data", "provider-sites.csv")
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def site(source: str, **written: object) -> Location:
    found = site_of(source, {name: Reading(value) for name, value in written.items()})
    assert found is not None
    return found


def said(source: str, **written: object) -> tuple[str | None, tuple[str, ...], str]:
    found = site(source, **written)
    return found.code, found.countries, found.extent


# -- the table ---------------------------------------------------------------------------------------------------------


def test_the_rows_are_sorted_and_none_is_there_twice() -> None:
    keys = [(row["source"], row["argument"], row["value"]) for row in table()]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("row", table(), ids=lambda row: f"{row['source']} {row['argument']} {row['value']}")
def test_every_row_is_of_the_closed_lists_and_names_its_page(row: dict[str, str]) -> None:
    assert row["form"] in FORMS
    assert row["source"] == row["source"].lower()
    assert row["source"].count("/") == 1
    assert row["value"] == row["value"].lower() == row["value"].strip()
    assert row["page"].startswith("https://")
    assert date.fromisoformat(row["read_on"]) <= date(2026, 11, 24)
    if row["form"] == "same-as":
        assert (row["argument"], row["countries"], row["extent"]) == ("", "", "")
        assert site_rows(row["value"])[0]["form"] != "same-as"
        return
    assert row["argument"]
    assert row["extent"] in EXTENTS
    countries = row["countries"].split(";") if row["countries"] else []
    assert all(is_country(country) for country in countries)
    assert countries == sorted(set(countries))
    assert bool(countries) == (row["extent"] == "exact")


def test_every_vendor_with_arguments_says_what_holds_where_none_is_written() -> None:
    by_source: dict[str, list[str]] = {}
    for row in table():
        by_source.setdefault(row["source"], []).append(row["form"])
    assert {
        source for source, forms in by_source.items() if sum(f in ("absent", "always", "same-as") for f in forms) != 1
    } == set()


def test_no_default_is_certain_while_an_environment_variable_may_decide() -> None:
    assert {row["extent"] for row in table() if row["form"] == "absent"} == {"unknown"}


def test_a_host_row_holds_only_what_its_vendor_puts_below_it() -> None:
    """A host row above another site of the vendor would take a site opened later for an old one."""
    exact = {row["value"] for row in table() if row["form"] == "exact"}
    below = {row["value"] for row in table() if row["form"] == "host"}
    assert not {(high, low) for high in below for low in exact | below if low.endswith("." + high)}


# -- hosts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "code", "countries"),
    [
        ("https://api.datadoghq.eu/", "datadoghq.eu", ("DE",)),
        ("https://api.datadoghq.com/", "api.datadoghq.com", ("US",)),
        ("https://api.us5.datadoghq.com", "us5.datadoghq.com", ("US",)),
        ("https://api.ap1.datadoghq.com", "ap1.datadoghq.com", ("JP",)),
        ("https://api.uk1.datadoghq.com", "uk1.datadoghq.com", ("GB",)),
        ("HTTPS://API.DataDogHQ.EU:443/", "datadoghq.eu", ("DE",)),
        ("api.datadoghq.eu", "datadoghq.eu", ("DE",)),
        ("api.datadoghq.eu.", "datadoghq.eu", ("DE",)),
    ],
)
def test_the_host_of_datadogs_api_tells_the_country(url: str, code: str, countries: tuple[str, ...]) -> None:
    assert said("datadog/datadog", api_url=url) == (code, countries, "exact")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.us9.datadoghq.com",  # a site we have not heard of
        "https://evil-datadoghq.eu",
        "https://datadoghq.eu.evil.example",
        "https://proxy.internal/datadoghq.eu",
        "https://proxy.internal/?to=https://api.datadoghq.eu",
        "proxy.internal?to=https://api.datadoghq.eu",
        "proxy.internal#@api.datadoghq.eu",
        "https://proxy.internal\\@api.datadoghq.eu",
        "https://api.datadoghq.eu@proxy.internal",
        "ftp://api.datadoghq.eu",
        "redirect=https://api.datadoghq.eu",
        "https://api.datadoghq.com,https://api.datadoghq.eu",
        "https://us1.datadoghq.com",
        "https://datadoghq.com",
        "datadoghq",
        "https://",
        "   ",
    ],
)
def test_a_host_in_no_row_is_unknown(url: str) -> None:
    found = site("datadog/datadog", api_url=url)
    assert (found.code, found.countries, found.extent) == (None, (), "unknown")
    assert (found.read_from, found.why) == ("api_url", "site-not-in-table")


def test_nothing_of_a_url_but_the_site_is_kept() -> None:
    found = site("datadog/datadog", api_url="https://user:secret@api.datadoghq.eu/x?api_key=secret#secret")
    assert found == Location("processing", "datadoghq.eu", ("DE",), "exact", "declared", "api_url")
    assert "secret" not in repr(found)


def test_nothing_of_an_unknown_url_is_kept() -> None:
    found = site("datadog/datadog", api_url="https://user:secret@proxy.internal/x?api_key=secret")
    assert "secret" not in repr(found)
    assert "proxy" not in repr(found)


@given(st.text(), st.sampled_from(sorted({row["source"] for row in table()})))
def test_no_text_whatever_comes_back_as_a_place(text: str, source: str) -> None:
    known = {row["value"] for row in site_rows(source)} | {None}
    for argument in arguments_of(source):
        found = site_of(source, {argument: Reading(text)})
        assert found is not None
        assert found.code in known


@given(st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True))
def test_a_name_glued_to_a_host_is_another_host(label: str) -> None:
    assert site("auth0/auth0", domain=f"{label}us.auth0.com").extent == "unknown"
    assert site("auth0/auth0", domain=f"{label}.us.auth0.com").countries == ("US",)


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("acme.eu.auth0.com", (None, (), "unknown")),
        ("acme.us.auth0.com", ("us.auth0.com", ("US",), "exact")),
        ("acme.uk.auth0.com", ("uk.auth0.com", ("GB",), "exact")),
        ("acme.auth0.com", (None, (), "unknown")),
        ("login.acme.example", (None, (), "unknown")),
        ("identity.acme.auth0.com", (None, (), "unknown")),
    ],
)
def test_an_auth0_tenant_is_where_its_suffix_says(domain: str, expected: tuple[object, ...]) -> None:
    assert said("auth0/auth0", domain=domain) == expected


def test_a_european_realm_can_be_london() -> None:
    assert said("splunk-terraform/signalfx", api_url="https://api.eu2.signalfx.com")[1] == ("GB",)
    assert said("splunk-terraform/signalfx", api_url="https://api.eu1.signalfx.com")[1] == ("DE",)


def test_a_site_below_the_host_of_another_site_is_not_taken_for_it() -> None:
    assert said("segmentio/segment", url="https://eu1.api.segmentapis.com")[1] == ("IE",)
    assert said("segmentio/segment", url="api.segmentapis.com")[1] == ("US",)
    assert said("segmentio/segment", url="https://xx1.api.segmentapis.com")[2] == "unknown"
    assert said("langfuse/langfuse", host="https://us.cloud.langfuse.com")[1] == ("US",)
    assert said("langfuse/langfuse", host="https://cloud.langfuse.com")[1] == ("IE",)


# -- names -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", ["US", "us", "Us", " us "])
def test_new_relics_region_is_read_in_any_case(region: str) -> None:
    assert said("newrelic/newrelic", region=region) == ("us", ("US",), "exact")


def test_a_region_whose_vendor_works_elsewhere_too_is_unknown_and_says_so() -> None:
    found = site("newrelic/newrelic", region="EU")
    assert (found.extent, found.why) == ("unknown", "site-countries-not-published")


def test_a_site_that_also_keeps_data_elsewhere_has_all_its_countries() -> None:
    assert said("jianyuan/sentry", base_url="https://de.sentry.io/api/")[1] == ("DE", "US")
    assert said("launchdarkly/launchdarkly", api_host="https://app.eu.launchdarkly.com")[1] == ("DE", "US")


@pytest.mark.parametrize(
    ("environment", "countries"), [("eu", ("IE",)), ("de", ("DE",)), ("ch", ("CH",)), ("us2", ("US",))]
)
def test_sumo_logics_environment_tells_the_country(environment: str, countries: tuple[str, ...]) -> None:
    assert said("sumologic/sumologic", environment=environment) == (environment, countries, "exact")


def test_a_name_is_never_a_part_of_a_name() -> None:
    assert said("sumologic/sumologic", environment="eu2")[2] == "unknown"
    assert said("observeinc/observe", domain="xx-1.observeinc.com")[2] == "unknown"


# -- nothing written, several written, not to be read ------------------------------------------------------------------


def test_where_nothing_is_written_the_environment_may_decide_and_the_site_is_unknown() -> None:
    assert site("datadog/datadog") == Location(
        "processing", None, (), "unknown", "declared", "api_url", "site-not-written"
    )
    for row in table():
        if row["form"] == "absent":
            assert site(row["source"]).extent == "unknown"


def test_two_arguments_that_differ_make_the_site_unknown() -> None:
    found = site("sumologic/sumologic", environment="de", base_url="https://api.us2.sumologic.com/api/")
    assert (found.extent, found.read_from, found.why) == ("unknown", "base_url, environment", "sites-differ")


def test_two_arguments_that_agree_are_one_site() -> None:
    assert said("sumologic/sumologic", environment="de", base_url="https://api.de.sumologic.com/api/")[1] == ("DE",)


def test_an_argument_that_overrides_the_site_with_an_unknown_host_wins() -> None:
    assert site("logzio/logzio", region="eu", custom_api_url="https://gateway.internal").why == "site-not-in-table"
    assert (
        site("pagerduty/pagerduty", service_region="us", api_url_override="https://proxy.internal").extent == "unknown"
    )


@pytest.mark.parametrize("value", [7, True, ["https://api.datadoghq.eu"], {"a": 1}, None])
def test_an_argument_that_is_no_text_is_unknown(value: object) -> None:
    assert site("datadog/datadog", api_url=value).why == "attribute-of-wrong-type"


def test_an_argument_that_could_not_be_followed_says_why() -> None:
    found = site_of("datadog/datadog", {"api_url": Reading(why="several-references")})
    assert found == Location("processing", None, (), "unknown", "declared", "api_url", "several-references")


def test_a_site_reached_by_reference_is_inferred() -> None:
    found = site_of("datadog/datadog", {"api_url": Reading("https://api.datadoghq.eu", inferred=True)})
    assert found == Location("processing", "datadoghq.eu", ("DE",), "exact", "inferred", "api_url")


# -- vendors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["cloudflare/cloudflare", "fastly/fastly", "vercel/vercel", "hashicorp/cloudflare"])
def test_a_network_that_runs_everywhere_is_worldwide(source: str) -> None:
    assert arguments_of(source)
    assert site(source) == Location("processing", None, (), "worldwide", "declared", "provider")


def test_the_older_name_of_a_provider_has_the_same_sites() -> None:
    assert said("hashicorp/datadog", api_url="https://api.datadoghq.eu") == ("datadoghq.eu", ("DE",), "exact")
    assert arguments_of("hashicorp/sumologic") == arguments_of("sumologic/sumologic") == ("base_url", "environment")
    assert arguments_of("DataDog/datadog") == ("api_url",)


@pytest.mark.parametrize("source", ["", "acme/unheard-of", "scaleway/scaleway", "datadog", "datadog/datadog,api_url"])
def test_a_vendor_without_rows_has_no_site(source: str) -> None:
    assert arguments_of(source) == ()
    assert site_of(source, {"region": Reading("fr-par")}) is None


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_every_reason_has_a_sentence(lang: str) -> None:
    for code in ("site-countries-not-published", "site-not-in-table", "site-not-written", "sites-differ"):
        assert render("reason", code, {"attribute": "api_url"}, lang).startswith("api_url ")  # type: ignore[arg-type]  # parametrized
