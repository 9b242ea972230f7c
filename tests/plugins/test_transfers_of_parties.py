"""Article 3.1 for third parties: where they work on data, and what their own objects follow."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from dpa_guard.agreement import (
    Agreement,
    Authorisation,
    AuthorisationScope,
    PartyName,
    Processing,
    Subprocessor,
    Territory,
)
from dpa_guard.model import Engagement, Finding, FirstParty, Inventory, Location, Note, Party, Resource
from dpa_guard_transfers.check import TransferOutsideEu

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
EU1 = Location("processing", "datadoghq.eu", ("DE",), "exact", "declared", "provider datadog api_url")
US1 = Location("processing", "datadoghq.com", ("US",), "exact", "declared", "provider datadog api_url")
UNREAD = Location("processing", None, (), "unknown", "declared", "provider datadog api_url", "unknown-until-apply")
DATADOG = "terraform-provider:datadog/datadog"


def wired(resource: str, *locations: Location, identifier: str = DATADOG) -> Engagement:
    return Engagement(resource, "terraform-provider", "out", identifier, "A", locations, "plan.json")


def entry(*countries: str, **changes: Any) -> Subprocessor:
    processing = tuple(Processing(country) for country in countries)
    values: dict[str, Any] = {"identifiers": (DATADOG, "aws-account:464622532012"), "processing": processing}
    return Subprocessor("datadog", "Datadog, Inc.", **{**values, **changes})


def agreement(*register: Subprocessor, authorisations: tuple[Authorisation, ...] = ()) -> Agreement:
    return Agreement(
        "A-1",
        "0" * 64,
        "agreement.toml",
        Territory("eu-member-states"),
        PartyName("Controller"),
        PartyName("Processor"),
        time_zone="Europe/Amsterdam",
        register=register,
        authorisations=authorisations,
    )


def monitor(name: str = "datadog_monitor.m", *locations: Location) -> Resource:
    return Resource(name, "datadog_monitor", "", "", "datadog/datadog", "", "", "plan.json", locations)


def run(
    engagements: list[Engagement],
    agreed: Agreement,
    resources: tuple[Resource, ...] = (),
    first_party: FirstParty | None = None,
) -> tuple[list[Finding], list[Note]]:
    inventory = Inventory(NOON, "plan", resources, tuple(engagements), first_party=first_party or FirstParty())
    said = list(TransferOutsideEu().examine(inventory, agreed))
    return [s for s in said if isinstance(s, Finding)], [s for s in said if isinstance(s, Note)]


def test_a_party_has_one_finding_whatever_the_number_of_its_resources() -> None:
    (finding,), _ = run([wired(f"datadog_monitor.m{n}", EU1) for n in range(7)], agreement(entry()))
    assert (finding.verdict, finding.resource) == ("pass", None)
    assert finding.party == Party(DATADOG, "Datadog", "datadog")
    assert finding.params["resource_count"] == "7"
    assert finding.params["resources"] == (
        "datadog_monitor.m0, datadog_monitor.m1, datadog_monitor.m2, datadog_monitor.m3, datadog_monitor.m4, …"
    )


def test_a_contracted_party_that_works_in_the_united_states_is_outside() -> None:
    (finding,), _ = run([wired("m", US1)], agreement(entry()))
    assert (finding.verdict, finding.reason_code) == ("fail", "outside")
    assert finding.params["places"] == "datadoghq.com (US)"


def test_the_register_tells_the_place_where_the_wiring_is_silent() -> None:
    (finding,), _ = run([wired("m")], agreement(entry("DE")))
    assert finding.verdict == "pass"
    assert finding.locations == (Location("processing", None, ("DE",), "exact", "declared", "register datadog"),)
    (unread,), _ = run([wired("m", UNREAD)], agreement(entry("DE")))
    assert unread.verdict == "pass"
    (outside,), _ = run([wired("m")], agreement(entry("DE", "US")))
    assert (outside.verdict, outside.params["places"]) == ("fail", "US")


def test_a_party_nobody_places_is_unknown() -> None:
    (finding,), _ = run([wired("m")], agreement(entry()))
    assert (finding.verdict, finding.reason_code) == ("unknown", "party-site-not-known")
    assert finding.cure == "declare-processing"
    (unread,), _ = run([wired("m", UNREAD)], agreement(entry()))
    assert (unread.verdict, unread.reason_code) == ("unknown", "unknown-until-apply")


def test_one_wiring_without_a_site_among_others_is_unknown() -> None:
    (finding,), _ = run([wired("m", EU1), wired("role", identifier="aws-account:464622532012")], agreement(entry()))
    assert (finding.verdict, finding.reason_code) == ("unknown", "party-site-not-known")


def test_on_contradiction_the_reading_outside_counts_and_it_is_said() -> None:
    (finding,), notes = run([wired("m", EU1)], agreement(entry("US")))
    assert (finding.verdict, finding.params["places"]) == ("fail", "US")
    assert notes == [Note("site-contradiction", DATADOG, {"read": "datadoghq.eu (DE)", "declared": "US"})]
    (finding,), notes = run([wired("m", US1)], agreement(entry("DE")))
    assert (finding.verdict, finding.params["places"]) == ("fail", "datadoghq.com (US)")
    assert [note.kind for note in notes] == ["site-contradiction"]


def test_two_sources_that_agree_are_no_contradiction() -> None:
    (finding,), notes = run([wired("m", EU1)], agreement(entry("NL")))
    assert (finding.verdict, notes) == ("pass", [])


def test_an_authorisation_for_the_party_covers_its_site() -> None:
    scope = AuthorisationScope(subprocessors=("datadog",))
    consent = Authorisation("C-1", ("US",), date(2024, 1, 1), scope=scope)
    (finding,), _ = run([wired("m", US1)], agreement(entry(), authorisations=(consent,)))
    assert finding.verdict == "authorised"
    other = Authorisation("C-1", ("US",), date(2024, 1, 1), scope=AuthorisationScope(subprocessors=("azure",)))
    (finding,), _ = run([wired("m", US1)], agreement(entry(), authorisations=(other,)))
    assert (finding.verdict, finding.reason_code) == ("fail", "outside-scope")


def test_a_scope_of_services_cannot_be_compared_with_a_party() -> None:
    consent = Authorisation("C-1", ("US",), date(2024, 1, 1), scope=AuthorisationScope(services=("s3",)))
    (finding,), _ = run([wired("m", US1)], agreement(entry(), authorisations=(consent,)))
    assert (finding.verdict, finding.reason_code) == ("unknown", "scope-not-known")


def test_a_cloud_is_judged_by_its_resources_only() -> None:
    findings, _ = run([wired("aws_s3_bucket.b", US1, identifier="cloud:aws")], agreement())
    assert findings == []


def test_what_is_ours_is_no_third_party() -> None:
    ours = FirstParty(aws_accounts=frozenset({"000000000000"}), domains=frozenset({"noorderlicht.example"}))
    engagements = [
        wired("a", identifier="aws-account:000000000000"),
        wired("b", identifier="host:logs.noorderlicht.example"),
        wired("c", identifier="host:notnoorderlicht.example"),
    ]
    findings, _ = run(engagements, agreement(), first_party=ours)
    assert [finding.party and finding.party.identifier for finding in findings] == ["host:notnoorderlicht.example"]


def test_a_vendors_object_without_a_place_takes_the_verdict_on_its_vendor() -> None:
    for site, verdict, cure in ((EU1, "pass", ""), (US1, "fail", "see-party"), (UNREAD, "unknown", "see-party")):
        (party, resource), _ = run([wired("datadog_monitor.m", site)], agreement(entry()), (monitor(),))
        assert (party.verdict, resource.verdict) == (verdict, verdict)
        assert (resource.reason_code, resource.cure) == ("judged-by-party", cure)
        assert resource.params["party"] == "Datadog, Inc."


def test_a_vendors_object_with_a_place_follows_that_place() -> None:
    here = Location("primary", "aws-eu-central-1", ("DE",), "exact", "declared", "cloud_name")
    (party, resource), _ = run([wired("m", US1)], agreement(entry()), (monitor("m", here),))
    assert (party.verdict, resource.verdict) == ("fail", "pass")


def test_a_vendors_object_whose_vendor_was_not_reported_is_unknown() -> None:
    (resource,), _ = run([], agreement(), (monitor(),))
    assert resource.verdict == "unknown"


def test_what_the_register_declares_outside_counts_beside_what_the_wiring_says() -> None:
    allowed = Authorisation("T-1", ("US",), date(2024, 1, 1), scope=AuthorisationScope(subprocessors=("datadog",)))
    findings, _ = run([wired("m", US1)], agreement(entry("US", "IN"), authorisations=(allowed,)))
    assert [one.verdict for one in findings if one.party] == ["fail"]


def test_a_site_that_is_written_and_in_no_table_is_not_the_registers() -> None:
    odd = Location("processing", None, (), "unknown", "declared", "provider datadog api_url", "site-not-in-table")
    findings, _ = run([wired("m", odd)], agreement(entry("DE")))
    assert [one.verdict for one in findings if one.party] == ["unknown"]
