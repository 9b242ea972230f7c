"""Article 5: every outcome of the three rules, on literal inventories."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dpa_guard.agreement import Agreement, Contract, Document, Objection, PartyName, Subprocessor, Territory
from dpa_guard.hookspecs import Check
from dpa_guard.model import Engagement, Finding, Inventory, Note, Party, RunKind
from dpa_guard_subprocessors.contract import SubprocessorContract
from dpa_guard_subprocessors.identified import SubprocessorIdentified
from dpa_guard_subprocessors.prohibited import SubprocessorProhibited

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DATADOG = "terraform-provider:datadog/datadog"
PAPER = Contract("Datadog DPA 2024-03", date(2024, 2, 26), document=Document("datadog.pdf", "6" * 64))


def wired(identifier: str = DATADOG, resource: str = "datadog_monitor.m") -> Engagement:
    return Engagement(resource, "terraform-provider", "out", identifier, "A", (), "plan.json")


def entry(**changes: Any) -> Subprocessor:
    values: dict[str, Any] = {"identifiers": (DATADOG,), "engaged_from": date(2024, 3, 1), "contract": PAPER}
    return Subprocessor(**{"id": "datadog", "legal_name": "Datadog, Inc.", **values, **changes})


def agreement(*register: Subprocessor, time_zone: str = "Europe/Amsterdam") -> Agreement:
    return Agreement(
        "A-1",
        "0" * 64,
        "agreement.toml",
        Territory("eu-member-states"),
        PartyName("Controller"),
        PartyName("Processor"),
        time_zone=time_zone,
        register=register,
    )


def run(
    check: Check,
    register: list[Subprocessor],
    *engagements: Engagement,
    moment: datetime = NOON,
    kind: RunKind = "scan",
) -> tuple[list[Finding], list[Note]]:
    said = list(check.examine(Inventory(moment, kind, (), engagements), agreement(*register)))
    return [s for s in said if isinstance(s, Finding)], [s for s in said if isinstance(s, Note)]


def one(check: Check, register: list[Subprocessor], *engagements: Engagement, **how: Any) -> tuple[str, str]:
    (finding,), _ = run(check, register, *engagements, **how)
    return finding.verdict, finding.reason_code


# --- 5.2 -------------------------------------------------------------------------------------------------------------


def test_a_finding_names_the_party_its_entry_and_the_paper() -> None:
    (finding,), notes = run(SubprocessorContract(), [entry()], wired())
    assert finding == Finding(
        "subprocessor-contract",
        "5.2",
        "pass",
        None,
        Party(DATADOG, "Datadog", "datadog"),
        (),
        "contract-on-file",
        {
            "party": "Datadog, Inc.",
            "identifier": DATADOG,
            "resources": "datadog_monitor.m",
            "resource_count": "1",
            "entry": "datadog",
            "reference": "Datadog DPA 2024-03",
            "dated": "2024-02-26",
        },
        "",
    )
    assert notes == []


@pytest.mark.parametrize(
    ("register", "expected"),
    [
        ([], ("fail", "not-in-register")),
        ([entry(contract=None)], ("fail", "no-contract")),
        ([entry(engaged_from=date(2024, 2, 25))], ("fail", "contract-after-first-use")),
        ([entry(engaged_from=date(2024, 2, 26))], ("pass", "contract-on-file")),
        ([entry(role="supplier", purpose="no data", contract=None)], ("not-applicable", "supplier")),
        ([entry(engaged_until=date(2026, 11, 23))], ("fail", "engagement-ended")),
        ([entry(engaged_until=date(2026, 11, 24))], ("pass", "contract-on-file")),
        ([entry(), entry(id="other", legal_name="Other B.V.")], ("unknown", "register-ambiguous")),
        ([entry(identifiers=("TERRAFORM-PROVIDER:DataDog/datadog",))], ("pass", "contract-on-file")),
    ],
)
def test_a_written_undertaking_is_asked_of_every_party(register: list[Subprocessor], expected: tuple[str, str]) -> None:
    assert one(SubprocessorContract(), register, wired()) == expected


def test_an_unidentified_party_is_unknown_and_never_a_pass() -> None:
    stranger = wired("terraform-provider:nobody/knows")
    assert one(SubprocessorContract(), [], stranger) == ("unknown", "party-unidentified")
    assert one(SubprocessorIdentified(), [], stranger) == ("unknown", "party-unidentified")


def test_a_cloud_is_a_third_party_and_each_partition_another_one() -> None:
    aws = entry(id="aws", legal_name="Amazon Web Services EMEA SARL", identifiers=("cloud:aws",), engaged_from=None)
    findings, _ = run(SubprocessorContract(), [aws], wired("cloud:aws"), wired("cloud:aws-eusc"))
    assert [(f.party and f.party.identifier, f.verdict, f.reason_code) for f in findings] == [
        ("cloud:aws", "pass", "contract-on-file"),
        ("cloud:aws-eusc", "fail", "not-in-register"),
    ]


def test_a_contract_of_a_day_to_come_is_later_than_the_use_that_is_seen() -> None:
    coming = Contract("DPA", date(2026, 11, 25))
    ahead = entry(contract=coming, engaged_from=date(2026, 12, 1))
    assert one(SubprocessorContract(), [ahead], wired()) == ("fail", "contract-after-first-use")
    assert one(SubprocessorContract(), [ahead], wired(), kind="plan") == ("pass", "contract-on-file")
    silent = entry(contract=coming, engaged_from=None)
    assert one(SubprocessorContract(), [silent], wired(), kind="plan") == ("fail", "contract-after-first-use")


def test_what_is_missing_beside_a_contract_is_a_note() -> None:
    bare = entry(engaged_from=None, contract=Contract("DPA", date(2024, 2, 26)))
    (finding,), notes = run(SubprocessorContract(), [bare], wired())
    assert finding.verdict == "pass"
    assert notes == [
        Note("first-use-not-known", "datadog", {"dated": "2024-02-26"}),
        Note("contract-without-hash", "datadog", {"reference": "DPA"}),
    ]


def test_the_identifiers_of_one_entry_are_one_party_and_of_none_each_its_own() -> None:
    both = entry(identifiers=(DATADOG, "host:datadoghq.eu"))
    wirings = [wired(resource="m"), wired("host:intake.logs.datadoghq.eu", "sub"), wired(resource="m2")]
    (finding,), _ = run(SubprocessorContract(), [both], *wirings)
    assert (finding.params["resources"], finding.params["resource_count"]) == ("sub, m, m2", "3")
    findings, _ = run(SubprocessorContract(), [], *wirings)
    assert [f.party and f.party.identifier for f in findings] == ["host:intake.logs.datadoghq.eu", DATADOG]


@pytest.mark.parametrize(
    ("identifier", "known"),
    [
        ("host:datadoghq.example", True),
        ("host:api.datadoghq.example", True),
        ("host:API.DATADOGHQ.EXAMPLE", True),
        ("host:evildatadoghq.example", False),
        ("host:datadoghq.example.evil.example", False),
        ("host:example", False),
    ],
)
def test_a_host_covers_its_subdomains_at_a_label_boundary(identifier: str, known: bool) -> None:
    verdict, _ = one(SubprocessorContract(), [entry(identifiers=("host:datadoghq.example",))], wired(identifier))
    assert (verdict == "pass") is known


def test_the_most_specific_host_of_the_register_counts() -> None:
    wide = entry(id="wide", identifiers=("host:vendor.example",), contract=None)
    narrow = entry(id="narrow", identifiers=("host:eu.vendor.example",))
    (finding,), _ = run(SubprocessorContract(), [wide, narrow], wired("host:api.eu.vendor.example"))
    assert (finding.verdict, finding.params["entry"]) == ("pass", "narrow")


# --- 5.1 -------------------------------------------------------------------------------------------------------------


def prohibition(**changes: Any) -> Objection:
    values: dict[str, Any] = {"effective_on": date(2026, 7, 15), "grounds": "United Kingdom"}
    return Objection(**{"kind": "prohibition", "received_on": date(2026, 6, 20), **values, **changes})


@pytest.mark.parametrize(
    ("objection", "day", "verdict", "reason"),
    [
        (prohibition(), "2026-07-14", "pass", "no-prohibition"),
        (prohibition(), "2026-07-15", "fail", "prohibited"),
        (prohibition(effective_on=None), "2026-06-19", "pass", "no-prohibition"),
        (prohibition(effective_on=None), "2026-06-20", "fail", "prohibited"),
        (prohibition(lifted_on=date(2026, 8, 1)), "2026-07-31", "fail", "prohibited"),
        (prohibition(lifted_on=date(2026, 8, 1)), "2026-08-01", "pass", "prohibition-lifted"),
        (Objection("objection", date(2026, 6, 20)), "2026-11-24", "pass", "no-prohibition"),
    ],
)
def test_a_prohibition_holds_from_its_day_until_it_is_lifted(
    objection: Objection, day: str, verdict: str, reason: str
) -> None:
    moment = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    register = [entry(objections=(objection,))]
    assert one(SubprocessorProhibited(), register, wired(), moment=moment) == (verdict, reason)


def test_a_prohibition_begins_at_midnight_in_the_agreements_time_zone() -> None:
    register = [entry(objections=(prohibition(),))]
    assert (
        one(SubprocessorProhibited(), register, wired(), moment=datetime(2026, 7, 14, 21, 59, tzinfo=UTC))[0] == "pass"
    )
    assert (
        one(SubprocessorProhibited(), register, wired(), moment=datetime(2026, 7, 14, 22, 0, tzinfo=UTC))[0] == "fail"
    )


def test_a_prohibited_party_is_told_with_its_day_and_what_to_do() -> None:
    (finding,), _ = run(SubprocessorProhibited(), [entry(objections=(prohibition(),))], wired())
    assert (finding.params["since"], finding.cure) == ("2026-07-15", "end-use")


def test_objections_and_prohibitions_to_come_are_notes() -> None:
    objections = (prohibition(effective_on=date(2027, 1, 1)), Objection("objection", date(2026, 5, 1)))
    (finding,), notes = run(SubprocessorProhibited(), [entry(objections=objections)], wired())
    assert finding.verdict == "pass"
    assert notes == [
        Note("prohibition-coming", "datadog", {"day": "2027-01-01"}),
        Note("objection-standing", "datadog", {"day": "2026-05-01"}),
    ]


def test_a_prohibition_lifted_before_its_day_is_not_announced() -> None:
    lifted = prohibition(effective_on=date(2027, 1, 1), lifted_on=date(2026, 9, 1))
    (finding,), notes = run(SubprocessorProhibited(), [entry(objections=(lifted,))], wired())
    assert (finding.reason_code, notes) == ("prohibition-lifted", [])


def test_what_has_no_entry_was_not_prohibited_and_two_entries_cannot_be_told_apart() -> None:
    assert one(SubprocessorProhibited(), [], wired()) == ("pass", "no-prohibition")
    doubled = [entry(), entry(id="other", objections=(prohibition(),))]
    assert one(SubprocessorProhibited(), doubled, wired()) == ("unknown", "register-ambiguous")


# --- 5.3 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("register", "identifier", "expected"),
    [
        ([entry()], DATADOG, ("pass", "in-register")),
        ([], DATADOG, ("pass", "in-catalogue")),
        ([], "aws-account:464622532012", ("pass", "in-catalogue")),
        ([], "host:api.datadoghq.eu", ("pass", "in-catalogue")),
        ([], "cloud:gcp", ("pass", "in-catalogue")),
        ([], "aws-account:123456789012", ("unknown", "party-unidentified")),
        ([entry(identifiers=("aws-account:123456789012",))], "aws-account:123456789012", ("pass", "in-register")),
        ([entry(), entry(id="other")], DATADOG, ("unknown", "register-ambiguous")),
    ],
)
def test_the_register_names_a_party_and_else_the_catalogue(
    register: list[Subprocessor], identifier: str, expected: tuple[str, str]
) -> None:
    assert one(SubprocessorIdentified(), register, wired(identifier)) == expected


def test_an_entry_that_was_not_seen_is_a_note_unless_it_ended() -> None:
    register = [
        entry(),
        entry(id="kustwacht", legal_name="Kustwacht Monitoring Ltd", identifiers=("host:kustwacht.example",)),
        entry(id="gone", identifiers=(), engaged_until=date(2026, 1, 1)),
    ]
    _, notes = run(SubprocessorIdentified(), register, wired())
    assert notes == [Note("not-seen", "kustwacht", {"name": "Kustwacht Monitoring Ltd"})]
