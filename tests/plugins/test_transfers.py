"""Article 3.1: every line of the verdict table, on literal inventories."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.agreement import Agreement, Authorisation, AuthorisationScope, PartyName, Subprocessor, Territory
from dpa_guard.gazetteer.kinds import kind_of
from dpa_guard.model import Finding, Inventory, Location, Note, Resource
from dpa_guard_transfers.check import TransferOutsideEu

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FRANKFURT = Location("primary", "eu-central-1", ("DE",), "exact", "declared", "provider aws")
VIRGINIA = Location("primary", "us-east-1", ("US",), "exact", "declared", "provider aws.us")
OSLO = Location("backup", "norwayeast", ("NO",), "exact", "declared", "location")
EU = Location("primary", "eu", (), "within-eu", "declared", "location")
NOT_EU = Location("primary", "asia", (), "outside-eu", "declared", "location")
WORLD = Location("edge", "global", (), "worldwide", "declared", "default")
NOWHERE = Location("primary", None, (), "unknown", "declared", "after.region", "unknown-until-apply")
CONTROL = Location("control", "us-east-1", ("US",), "exact", "declared", "documented default")

AWS = Subprocessor("aws", "Amazon Web Services EMEA SARL", identifiers=("cloud:aws",))
AZURE = Subprocessor("azure", "Microsoft Ireland Operations Limited", identifiers=("cloud:azure",))


def bucket(*locations: Location, **changes: Any) -> Resource:
    values: dict[str, Any] = {
        "id": "aws_s3_bucket.b",
        "kind": "aws_s3_bucket",
        "service": "s3",
        "class_": "stores",
        "provider": "aws",
        "partition": "aws",
        "account": "",
        "source": "plan.json",
        "locations": locations,
    }
    return Resource(**{**values, **changes})


def agreement(*authorisations: Authorisation, rule: str = "eu-member-states", **changes: Any) -> Agreement:
    values: dict[str, Any] = {
        "id": "A-1",
        "sha256": "0" * 64,
        "path": "agreement.toml",
        "territory": Territory(rule),
        "controller": PartyName("Controller"),
        "processor": PartyName("Processor"),
        "time_zone": "Europe/Amsterdam",
        "authorisations": authorisations,
        "register": (AWS, AZURE),
    }
    return Agreement(**{**values, **changes})


def allowed(*countries: str, name: str = "C-1", **changes: Any) -> Authorisation:
    values: dict[str, Any] = {"granted_on": date(2024, 2, 19), **changes}
    return Authorisation(id=name, countries=countries, **values)


def say(resource: Resource, agreed: Agreement, moment: datetime = NOON) -> Finding:
    (finding,) = (f for f in everything([resource], agreed, moment) if isinstance(f, Finding))
    return finding


def everything(resources: list[Resource], agreed: Agreement, moment: datetime = NOON) -> list[Finding | Note]:
    return list(TransferOutsideEu().examine(Inventory(moment, "plan", tuple(resources)), agreed))


def test_a_finding_says_the_place_the_countries_the_role_and_where_it_was_read() -> None:
    finding = say(bucket(FRANKFURT, VIRGINIA), agreement())
    assert finding == Finding(
        "transfer-outside-eu",
        "3.1",
        "fail",
        bucket(FRANKFURT, VIRGINIA),
        None,
        (FRANKFURT, VIRGINIA),
        "outside",
        {"places": "us-east-1 (US)", "role": "primary", "attribute": "provider aws.us"},
        "move-or-ask",
    )


@pytest.mark.parametrize(
    ("locations", "verdict", "reason"),
    [
        ((FRANKFURT,), "pass", "inside"),
        ((VIRGINIA,), "fail", "outside"),
        ((WORLD,), "fail", "outside"),
        ((NOT_EU,), "fail", "outside"),
        ((NOWHERE, VIRGINIA), "fail", "outside"),
        ((FRANKFURT, NOWHERE), "unknown", "unknown-until-apply"),
        ((FRANKFURT, Location("replica", "x", (), "unknown")), "unknown", "location-not-known"),
        ((FRANKFURT, Location("replica", "x", (), "exact")), "unknown", "location-not-known"),
        ((FRANKFURT, Location("replica", "x", ("UK",), "exact")), "unknown", "country-not-known"),
        ((Location("primary", "eur7", ("DE", "NL", "CH"), "exact"),), "fail", "outside"),
        ((EU,), "pass", "inside-within-eu"),
        ((FRANKFURT, CONTROL), "pass", "inside"),
        ((Location("primary", "eu-central-1", ("DE",), "exact", "inferred", "var.region"),), "pass", "inside-inferred"),
        ((Location("primary", "us-east-1", ("US",), "exact", "inferred", "var.region"),), "fail", "outside"),
    ],
)
def test_the_worst_place_decides(locations: tuple[Location, ...], verdict: str, reason: str) -> None:
    finding = say(bucket(*locations), agreement())
    assert (finding.verdict, finding.reason_code) == (verdict, reason)


@pytest.mark.parametrize("role", ["primary", "replica", "backup", "processing", "edge", "logs"])
def test_every_deciding_role_outside_fails(role: Any) -> None:
    assert say(bucket(FRANKFURT, Location(role, "us-east-1", ("US",), "exact")), agreement()).verdict == "fail"


def test_an_unknown_place_says_which_attribute_and_code() -> None:
    finding = say(bucket(Location("primary", "eu-moon-1", (), "unknown", "declared", "region", "code-x")), agreement())
    assert finding.reason_code == "code-x"
    assert finding.params["attribute"] == "region"
    assert finding.params["code"] == "eu-moon-1"


# --- territory -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "countries", "location", "verdict", "reason"),
    [
        ("eu-member-states", (), OSLO, "fail", "outside"),
        ("eea", (), OSLO, "pass", "inside"),
        ("eea", (), VIRGINIA, "fail", "outside-territory"),
        ("eea", (), EU, "pass", "inside-within-eu"),
        ("countries", ("NL", "DE"), FRANKFURT, "pass", "inside"),
        ("countries", ("NL",), FRANKFURT, "fail", "outside-territory"),
        ("countries", ("NL", "GB"), Location("primary", "uksouth", ("GB",), "exact"), "pass", "inside"),
        ("countries", ("NL",), EU, "unknown", "within-eu-not-listed"),
    ],
)
def test_the_territory_agreed_decides_what_is_inside(
    rule: str, countries: tuple[str, ...], location: Location, verdict: str, reason: str
) -> None:
    finding = say(bucket(location), agreement(territory=Territory(rule, countries)))
    assert (finding.verdict, finding.reason_code) == (verdict, reason)


@pytest.mark.parametrize("country", ["NO", "IS", "LI", "GB", "CH", "GL", "AW", "CW", "SX", "BQ", "NC", "PF"])
def test_what_is_european_but_not_the_union_is_outside(country: str) -> None:
    assert say(bucket(Location("primary", "x", (country,), "exact")), agreement()).verdict == "fail"


@pytest.mark.parametrize("country", ["NL", "GR", "GP", "MQ", "GF", "RE", "YT", "MF", "AX"])
def test_members_and_their_outermost_regions_are_inside(country: str) -> None:
    assert say(bucket(Location("primary", "x", (country,), "exact")), agreement()).verdict == "pass"


# --- class -----------------------------------------------------------------------------------------------------------


def test_a_kind_that_only_configures_is_not_applicable_with_the_reason_of_its_row() -> None:
    kind = kind_of("aws_iam_policy")
    assert kind is not None
    assert kind.reason
    resource = bucket(kind="aws_iam_policy", class_="configures", service="iam")
    finding = say(resource, agreement())
    assert (finding.verdict, finding.reason_code) == ("not-applicable", f"kind-{kind.reason}")
    assert finding.params["kind"] == "aws_iam_policy"


@pytest.mark.parametrize("class_", ["configures", "nothing", "carries", "processes", "stores", ""])
def test_an_own_place_outside_wins_over_every_class(class_: Any) -> None:
    finding = say(bucket(Location("replica", "us-east-1", ("US",), "exact"), class_=class_), agreement())
    assert finding.verdict == "fail"


def test_only_control_places_of_a_known_kind_are_not_applicable() -> None:
    finding = say(bucket(CONTROL, kind="aws_route53_zone", class_="carries", service="route53"), agreement())
    assert (finding.verdict, finding.reason_code) == ("not-applicable", "control-only")


@pytest.mark.parametrize("class_", ["stores", "processes"])
def test_what_stores_or_processes_is_somewhere_even_if_only_its_control_place_is_known(class_: Any) -> None:
    finding = say(bucket(CONTROL, class_=class_), agreement())
    assert (finding.verdict, finding.reason_code) == ("unknown", "no-place")


def test_only_control_places_of_a_kind_without_a_row_are_unknown() -> None:
    finding = say(bucket(CONTROL, kind="aws_never_heard_of", class_="", service=""), agreement())
    assert (finding.verdict, finding.reason_code) == ("unknown", "no-place-unknown-kind")


def test_a_kind_without_a_row_is_judged_by_its_places_and_unknown_without_one() -> None:
    strange: dict[str, Any] = {"kind": "aws_never_heard_of", "class_": "", "service": ""}
    assert say(bucket(FRANKFURT, **strange), agreement()).verdict == "pass"
    assert say(bucket(VIRGINIA, **strange), agreement()).verdict == "fail"
    assert say(bucket(**strange), agreement()).verdict == "unknown"


def test_a_store_without_any_place_is_unknown() -> None:
    assert say(bucket(), agreement()).reason_code == "no-place"


def test_a_utility_object_is_not_applicable_and_a_server_of_ones_own_is_unknown_without_a_place() -> None:
    own: dict[str, Any] = {"partition": "", "service": "", "class_": ""}
    random = say(bucket(kind="random_id", provider="hashicorp/random", **own), agreement())
    assert (random.verdict, random.reason_code) == ("not-applicable", "utility-provider")
    secret = say(bucket(kind="kubernetes_secret", provider="hashicorp/kubernetes", **own), agreement())
    assert (secret.verdict, secret.reason_code) == ("unknown", "no-place-self-hosted")
    placed = say(bucket(FRANKFURT, kind="kubernetes_secret", provider="hashicorp/kubernetes", **own), agreement())
    assert placed.verdict == "pass"


# --- authorisations --------------------------------------------------------------------------------------------------


def test_an_authorisation_in_force_makes_it_authorised_and_is_named() -> None:
    finding = say(bucket(FRANKFURT, OSLO), agreement(allowed("NO")))
    assert (finding.verdict, finding.reason_code) == ("authorised", "authorised")
    assert finding.params == {"authorisations": "C-1", "places": "norwayeast (NO)"}


def test_two_authorisations_cover_together_and_one_alone_does_not() -> None:
    both = Location("primary", "nam-x", ("CA", "US"), "exact")
    together = say(bucket(both), agreement(allowed("US"), allowed("CA", name="C-2")))
    assert (together.verdict, together.params["authorisations"]) == ("authorised", "C-2, C-1")
    assert say(bucket(both), agreement(allowed("US"))).verdict == "fail"


def test_an_authorised_place_beside_an_unknown_one_is_unknown() -> None:
    assert say(bucket(OSLO, NOWHERE), agreement(allowed("NO"))).reason_code == "unknown-until-apply"


def test_an_authorised_place_beside_another_one_outside_fails() -> None:
    finding = say(bucket(OSLO, VIRGINIA), agreement(allowed("NO")))
    assert (finding.verdict, finding.params["places"]) == ("fail", "us-east-1 (US)")


@pytest.mark.parametrize(
    ("dates", "day", "verdict", "reason"),
    [
        ({"granted_on": date(2026, 3, 1)}, "2026-02-28", "fail", "outside-not-yet"),
        ({"granted_on": date(2026, 3, 1)}, "2026-03-01", "authorised", "authorised"),
        ({"effective_from": date(2026, 3, 1)}, "2026-02-28", "fail", "outside-not-yet"),
        ({"granted_on": date(2026, 3, 5), "effective_from": date(2026, 3, 1)}, "2026-03-04", "fail", "outside-not-yet"),
        (
            {"granted_on": date(2026, 3, 5), "effective_from": date(2026, 3, 1)},
            "2026-03-05",
            "authorised",
            "authorised",
        ),
        ({"expires_on": date(2026, 3, 1)}, "2026-03-01", "authorised", "authorised"),
        ({"expires_on": date(2026, 3, 1)}, "2026-03-02", "fail", "outside-expired"),
        ({"withdrawn_on": date(2026, 3, 1)}, "2026-03-01", "authorised", "authorised"),
        ({"withdrawn_on": date(2026, 3, 1)}, "2026-03-02", "fail", "outside-withdrawn"),
        ({"expires_on": date(2026, 2, 1), "withdrawn_on": date(2026, 3, 1)}, "2026-02-02", "fail", "outside-expired"),
        ({"expires_on": date(2026, 4, 1), "withdrawn_on": date(2026, 3, 1)}, "2026-03-02", "fail", "outside-withdrawn"),
    ],
)
def test_the_first_and_the_last_day_of_an_authorisation_are_in(
    dates: dict[str, Any], day: str, verdict: str, reason: str
) -> None:
    moment = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    finding = say(bucket(OSLO), agreement(allowed("NO", **dates)), moment)
    assert (finding.verdict, finding.reason_code) == (verdict, reason)


@pytest.mark.parametrize(
    ("zone", "verdict"), [("Europe/Amsterdam", "fail"), ("UTC", "authorised"), ("America/New_York", "authorised")]
)
def test_the_day_is_the_one_in_the_agreements_time_zone(zone: str, verdict: str) -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # in Amsterdam it is 2027 already
    agreed = agreement(allowed("NO", expires_on=date(2026, 12, 31)), time_zone=zone)
    assert say(bucket(OSLO), agreed, new_year).verdict == verdict


def test_a_lapsed_authorisation_is_named_with_its_day_and_how_to_mend_it() -> None:
    finding = say(bucket(OSLO), agreement(allowed("NO", expires_on=date(2026, 3, 1))))
    assert finding.params["authorisation"] == "C-1"
    assert finding.params["day"] == "2026-03-01"
    assert finding.cure == "renew-authorisation"


@pytest.mark.parametrize(
    ("scope", "verdict", "key"),
    [
        (AuthorisationScope(subprocessors=("aws",)), "authorised", None),
        (AuthorisationScope(subprocessors=("azure",)), "fail", "subprocessors"),
        (AuthorisationScope(services=("s3", "rds")), "authorised", None),
        (AuthorisationScope(services=("rds",)), "fail", "services"),
        (AuthorisationScope(accounts=("111111111111",)), "authorised", None),
        (AuthorisationScope(accounts=("222222222222",)), "fail", "accounts"),
        (AuthorisationScope(roles=("primary",)), "authorised", None),
        (AuthorisationScope(roles=("backup", "logs")), "fail", "roles"),
        (AuthorisationScope(services=("rds",), roles=("backup",)), "fail", "services, roles"),
        (AuthorisationScope(subprocessors=("aws",), services=("s3",), roles=("primary",)), "authorised", None),
    ],
)
def test_the_scope_keys_of_an_authorisation_are_all_asked_for(
    scope: AuthorisationScope, verdict: str, key: str | None
) -> None:
    finding = say(bucket(VIRGINIA, account="111111111111"), agreement(allowed("US", scope=scope)))
    assert finding.verdict == verdict
    assert finding.params.get("key") == key
    assert finding.reason_code == ("outside-scope" if key else "authorised")


@pytest.mark.parametrize(
    ("scope", "changes", "verdict", "key"),
    [
        (AuthorisationScope(accounts=("111111111111",)), {"account": ""}, "unknown", "accounts"),
        (AuthorisationScope(services=("s3",)), {"service": ""}, "unknown", "services"),
        (AuthorisationScope(subprocessors=("aws",)), {"partition": ""}, "unknown", "subprocessors"),
        (AuthorisationScope(accounts=("111111111111",), services=("rds",)), {"account": ""}, "fail", "services"),
    ],
)
def test_a_scope_that_cannot_be_compared_is_unknown_only_if_all_else_matches(
    scope: AuthorisationScope, changes: dict[str, str], verdict: str, key: str
) -> None:
    finding = say(bucket(VIRGINIA, **changes), agreement(allowed("US", scope=scope)))
    assert (finding.verdict, finding.params["key"]) == (verdict, key)
    assert finding.reason_code == ("scope-not-known" if verdict == "unknown" else "outside-scope")


def test_what_may_cover_goes_before_what_surely_does_not() -> None:
    lapsed = allowed("US", expires_on=date(2026, 1, 1))
    maybe = allowed("US", name="C-2", scope=AuthorisationScope(accounts=("111111111111",)))
    finding = say(bucket(VIRGINIA), agreement(lapsed, maybe))
    assert (finding.verdict, finding.params["authorisation"]) == ("unknown", "C-2")


def test_what_neither_is_in_force_nor_fits_is_not_named() -> None:
    both = allowed("US", expires_on=date(2026, 1, 1), scope=AuthorisationScope(services=("rds",)))
    finding = say(bucket(VIRGINIA), agreement(both))
    assert (finding.verdict, finding.reason_code) == ("fail", "outside")


def test_an_identifier_that_two_entries_claim_is_covered_only_if_both_are_named() -> None:
    twice: dict[str, Any] = {"register": (AWS, Subprocessor("aws-2", "Other", identifiers=("cloud:aws",)))}
    one = allowed("US", scope=AuthorisationScope(subprocessors=("aws",)))
    assert say(bucket(VIRGINIA), agreement(one, **twice)).reason_code == "scope-not-known"
    both = allowed("US", scope=AuthorisationScope(subprocessors=("aws", "aws-2")))
    assert say(bucket(VIRGINIA), agreement(both, **twice)).verdict == "authorised"


def test_another_partition_is_another_party() -> None:
    agreed = agreement(allowed("US", scope=AuthorisationScope(subprocessors=("aws",))))
    assert say(bucket(VIRGINIA, partition="aws-eusc"), agreed).reason_code == "outside-scope"


@pytest.mark.parametrize("location", [WORLD, NOT_EU])
def test_unpublished_places_are_covered_only_by_all_countries_with_services_named(location: Location) -> None:
    services = AuthorisationScope(services=("s3",))
    assert say(bucket(location), agreement(allowed("*", scope=services))).verdict == "authorised"
    assert say(bucket(location), agreement(allowed("*"))).verdict == "fail"
    assert say(bucket(location), agreement(allowed("US", "NO", scope=services))).verdict == "fail"
    other = AuthorisationScope(services=("cloudfront",))
    assert say(bucket(location), agreement(allowed("*", scope=other))).reason_code == "outside-scope"


def test_all_countries_with_services_named_also_cover_one_country() -> None:
    agreed = agreement(allowed("*", scope=AuthorisationScope(services=("s3",))))
    assert say(bucket(VIRGINIA), agreed).verdict == "authorised"


@pytest.mark.parametrize(("ends", "noted"), [("2027-02-22", True), ("2027-02-23", False), ("2026-11-24", True)])
def test_an_authorisation_in_use_that_ends_within_ninety_days_is_noted(ends: str, noted: bool) -> None:
    agreed = agreement(allowed("NO", expires_on=date.fromisoformat(ends)))
    notes = [said for said in everything([bucket(OSLO), bucket(OSLO)], agreed) if isinstance(said, Note)]
    days = str((date.fromisoformat(ends) - date(2026, 11, 24)).days)
    assert notes == ([Note("expiring", "C-1", {"day": ends, "days": days})] if noted else [])


def test_an_authorisation_that_nothing_uses_is_not_noted() -> None:
    said = everything([bucket(FRANKFURT)], agreement(allowed("NO", expires_on=date(2026, 12, 1))))
    assert all(isinstance(item, Finding) for item in said)


def test_resources_that_differ_in_anything_that_matters_are_judged_apart() -> None:
    again = Location("primary", "eu-central-1", ("DE",), "exact", "declared", "provider aws")
    several = [bucket(FRANKFURT), bucket(VIRGINIA), bucket(again), bucket(), bucket(kind="x", class_=""), bucket(OSLO)]
    findings = [f for f in everything(several, agreement(allowed("NO"))) if isinstance(f, Finding)]
    assert [f.verdict for f in findings] == ["pass", "fail", "pass", "unknown", "unknown", "authorised"]
    assert [f.resource for f in findings] == several


def test_resources_alike_in_places_and_unlike_in_account_are_judged_apart() -> None:
    agreed = agreement(allowed("US", scope=AuthorisationScope(accounts=("111111111111",))))
    pair = [bucket(VIRGINIA, account="111111111111"), bucket(VIRGINIA, account="222222222222")]
    assert [f.verdict for f in everything(pair, agreed) if isinstance(f, Finding)] == ["authorised", "fail"]


# --- for all combinations --------------------------------------------------------------------------------------------

_countries = st.sampled_from([("DE",), ("US",), ("NO",), ("DE", "NL"), ("DE", "US"), ("UK",), ()])
_locations = st.builds(
    Location,
    st.sampled_from(["primary", "replica", "backup", "processing", "edge", "logs", "control", "routing"]),
    st.sampled_from([None, "x"]),
    _countries,
    st.sampled_from(["exact", "within-eu", "outside-eu", "worldwide", "unknown"]),
    st.sampled_from(["measured", "declared", "inferred"]),
)
_classes = st.sampled_from(["stores", "processes", "carries", "configures", "nothing", ""])
_authorisations = st.lists(
    st.sampled_from(
        [
            allowed("NO"),
            allowed("US", expires_on=date(2020, 1, 1), name="C-2"),
            allowed("US", scope=AuthorisationScope(accounts=("1",)), name="C-3"),
            allowed("*", scope=AuthorisationScope(services=("s3",)), name="C-4"),
        ]
    ),
    max_size=2,
)
_DECIDING = {"primary", "replica", "backup", "processing", "edge", "logs"}


@given(st.lists(_locations, max_size=4), _locations, _classes, _authorisations)
def test_an_unknown_deciding_place_never_passes(
    others: list[Location], one: Location, class_: Any, authorisations: list[Authorisation]
) -> None:
    unknown = Location("primary", one.code, (), "unknown", one.basis)
    finding = say(bucket(*others, unknown, class_=class_), agreement(*authorisations))
    assert finding.verdict in ("fail", "unknown")


@given(st.lists(_locations, max_size=3), _locations, _classes, _authorisations)
def test_one_more_place_never_turns_a_fail_into_anything_else(
    some: list[Location], more: Location, class_: Any, authorisations: list[Authorisation]
) -> None:
    agreed = agreement(*authorisations)
    if say(bucket(*some, class_=class_), agreed).verdict == "fail":
        assert say(bucket(*some, more, class_=class_), agreed).verdict == "fail"


@given(st.lists(_locations, max_size=4), _classes, _authorisations)
def test_a_pass_has_only_places_inside(
    locations: list[Location], class_: Any, authorisations: list[Authorisation]
) -> None:
    finding = say(bucket(*locations, class_=class_), agreement(*authorisations))
    deciding = [location for location in locations if location.role in _DECIDING]
    if finding.verdict == "pass":
        assert deciding
        assert all(
            location.extent == "within-eu"
            or (location.extent == "exact" and location.countries and set(location.countries) <= {"DE", "NL"})
            for location in deciding
        )
    if finding.verdict == "not-applicable":
        assert not deciding


def test_an_adequacy_decision_is_noted_and_changes_no_verdict() -> None:
    london = Location("primary", "eu-west-2", ("GB",), "exact", "declared", "provider aws")
    found = everything([bucket(london), bucket(FRANKFURT, id="aws_s3_bucket.c")], agreement())
    assert [one.verdict for one in found if isinstance(one, Finding)] == ["fail", "pass"]
    notes = [one for one in found if isinstance(one, Note) and one.kind == "adequacy"]
    assert [(one.subject, one.params["day"]) for one in notes] == [("GB", "2025-12-19")]
    later = datetime(2032, 1, 1, tzinfo=UTC)
    assert not [
        one for one in everything([bucket(london)], agreement(), later) if getattr(one, "kind", "") == "adequacy"
    ]
