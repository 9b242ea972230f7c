"""What the core does around the checks: which run, what is isolated, what becomes a gap or a note."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from dpa_guard.agreement import Agreement, PartyName, Territory
from dpa_guard.assessment import Assessment
from dpa_guard.config import Known, Settings
from dpa_guard.examine import examine
from dpa_guard.model import Coverage, Engagement, Finding, Gap, Inventory, Note, Party, Resource, Status, Verdict

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def resource(name: str = "aws_s3_bucket.b", **changes: Any) -> Resource:
    values: dict[str, Any] = {
        "id": name,
        "kind": "aws_s3_bucket",
        "service": "s3",
        "class_": "stores",
        "provider": "aws",
        "partition": "aws",
        "account": "",
        "source": "plan.json",
    }
    return Resource(**{**values, **changes})


def agreement(*rules: str, **changes: Any) -> Agreement:
    values: dict[str, Any] = {
        "id": "A-1",
        "sha256": "0" * 64,
        "path": "agreement.toml",
        "territory": Territory("eu-member-states"),
        "controller": PartyName("Controller"),
        "processor": PartyName("Processor"),
        "time_zone": "Europe/Amsterdam",
        "rules": rules,
    }
    return Agreement(**{**values, **changes})


class Says:
    """Says one verdict of every resource, and the number of engagements it was shown."""

    article = "0"

    def __init__(self, rule: str, verdict: Verdict = "pass") -> None:
        self.rule = rule
        self.verdict = verdict

    def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:
        for seen in inventory.resources:
            yield Finding(self.rule, self.article, self.verdict, seen, None, seen.locations, "said", {}, "mend")
        yield Note("engagements", agreement.id, {"number": str(len(inventory.engagements))})


class Breaks(Says):
    """Says its verdict of the first resource and then raises."""

    def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:
        yield next(iter(super().examine(inventory, agreement)))
        raise KeyError("secret-of-a-plan")


def judged(*checks: Says, agreed: Agreement | None = None, settings: Settings | None = None, **seen: Any) -> Assessment:
    inventory = Inventory(**{"taken_at": NOON, "kind": "plan", "resources": (resource(),), **seen})
    rules = agreed or agreement(*(check.rule for check in checks))
    return examine(inventory, rules, settings or Settings(), checks)


def test_every_rule_of_the_agreement_is_run_and_counted_by_verdict() -> None:
    made = judged(Says("one"), Says("two", "fail"), resources=(resource("a"), resource("b")))
    assert [(f.rule, f.verdict, f.resource and f.resource.id) for f in made.findings] == [
        ("one", "pass", "a"),
        ("one", "pass", "b"),
        ("two", "fail", "a"),
        ("two", "fail", "b"),
    ]
    assert made.counts == {
        "one": {"fail": 0, "unknown": 0, "authorised": 0, "pass": 2, "not-applicable": 0},
        "two": {"fail": 2, "unknown": 0, "authorised": 0, "pass": 0, "not-applicable": 0},
    }
    assert made.reasons == {"said": 4}
    assert (made.total("fail"), made.gaps, made.broken, made.exit_code) == (2, (), (), 1)


def test_a_rule_that_found_no_subject_is_counted_with_nothing() -> None:
    made = judged(Says("one"), resources=())
    assert made.counts == {"one": {"fail": 0, "unknown": 0, "authorised": 0, "pass": 0, "not-applicable": 0}}
    assert made.exit_code == 0


def test_a_rule_the_agreement_does_not_list_is_not_run() -> None:
    made = judged(Says("one"), Says("strangers", "fail"), agreed=agreement("one"))
    assert [finding.rule for finding in made.findings] == ["one"]
    assert made.exit_code == 0


def test_a_rule_nobody_provides_is_a_gap_and_has_no_count() -> None:
    made = judged(Says("one"), agreed=agreement("one", "public-exposure"))
    assert made.gaps == (Gap("A-1", "rule-absent", {"rule": "public-exposure"}),)
    assert list(made.counts) == ["one"]
    assert made.exit_code == 3


def test_a_check_that_raises_is_named_and_a_gap_and_the_others_go_on() -> None:
    made = judged(Breaks("one", "fail"), Says("two"), resources=(resource("a"), resource("b")))
    assert [(f.rule, f.resource and f.resource.id) for f in made.findings] == [("one", "a"), ("two", "a"), ("two", "b")]
    (broken,) = made.broken
    assert (broken.rule, type(broken.error)) == ("one", KeyError)
    assert made.gaps == (
        Gap("A-1", "check-broke", {"rule": "one", "extension": broken.extension, "error": "KeyError"}),
    )
    assert made.exit_code == 1
    assert judged(Breaks("one")).exit_code == 3


class Exits(Says):
    """Ends the program, with the code for "all is well"."""

    def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:
        yield from super().examine(inventory, agreement)
        raise SystemExit(0)


class SaysSomethingElse(Says):
    """Says what no report could count."""

    def __init__(self, rule: str, said: object) -> None:
        super().__init__(rule)
        self.said = said

    def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Any]:  # noqa: ARG002  # a check's shape
        yield self.said


def test_a_check_that_ends_the_program_is_a_gap_and_ends_nothing() -> None:
    made = judged(Exits("a-rule"))
    assert [gap.reason_code for gap in made.gaps] == ["check-broke"]
    assert made.exit_code == 3


ODD = Finding("a-rule", "0", "pass", None, None, (), "said", {}, "")


@pytest.mark.parametrize(
    "said",
    [
        "text",
        None,
        replace(ODD, verdict="FAIL"),
        replace(ODD, verdict="failed"),
        replace(ODD, rule="another-rule"),
        replace(ODD, params=None),
        replace(ODD, locations=None),
    ],
    ids=repr,
)
def test_what_is_no_finding_of_the_rule_is_a_gap_and_never_counted_as_nothing(said: object) -> None:
    made = judged(SaysSomethingElse("a-rule", said))
    assert made.findings == ()
    assert [gap.reason_code for gap in made.gaps] == ["check-broke"]
    assert made.exit_code == 3


def test_a_rule_of_ours_that_says_nothing_of_what_was_seen_is_a_gap() -> None:
    class Silent(Says):
        def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:  # noqa: ARG002  # as above
            return iter(())

    assert [gap.reason_code for gap in judged(Silent("transfer-outside-eu")).gaps] == ["check-silent"]
    assert judged(Silent("transfer-outside-eu"), resources=()).gaps == ()
    assert judged(Silent("a-rule")).gaps == ()


def test_an_interrupt_is_not_swallowed() -> None:
    class Interrupted(Says):
        def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:
            yield from super().examine(inventory, agreement)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judged(Interrupted("one"))


def test_what_the_plan_deletes_is_a_note_and_neither_judged_nor_wired() -> None:
    made = judged(
        Says("one"),
        resources=(resource("stays"), resource("goes", fate="leaves"), resource("left", fate="forgotten")),
        engagements=(
            Engagement("stays", "cloud", "com", "cloud:aws", "A", (), "plan.json"),
            Engagement("goes", "terraform-provider", "com", "terraform-provider:x/y", "A", (), "plan.json"),
        ),
    )
    assert [finding.resource and finding.resource.id for finding in made.findings] == ["stays", "left"]
    assert made.notes == (
        Note("leaves", "goes", {"kind": "aws_s3_bucket", "source": "plan.json"}),
        Note("still-hosted", "left", {"kind": "aws_s3_bucket", "source": "plan.json"}),
        Note("engagements", "A-1", {"number": "1"}),
    )


def test_a_deposed_object_that_leaves_takes_no_wiring_with_it() -> None:
    made = judged(
        Says("one"),
        resources=(resource("same"), resource("same", fate="leaves", instance="deposed:1a2b")),
        engagements=(Engagement("same", "cloud", "com", "cloud:aws", "A", (), "plan.json"),),
    )
    assert Note("engagements", "A-1", {"number": "1"}) in made.notes


@pytest.mark.parametrize(
    ("begins", "ends", "moment", "noted"),
    [
        (None, None, NOON, False),
        (date(2026, 11, 24), date(2026, 11, 24), NOON, False),
        (date(2026, 11, 25), None, NOON, True),
        (None, date(2026, 11, 23), NOON, True),
        (None, date(2026, 12, 31), datetime(2026, 12, 31, 23, 30, tzinfo=UTC), True),
    ],
)
def test_a_run_outside_the_term_of_the_agreement_is_noted(
    begins: date | None, ends: date | None, moment: datetime, noted: bool
) -> None:
    agreed = agreement("one", in_force_from=begins, in_force_until=ends)
    made = judged(Says("one"), agreed=agreed, taken_at=moment)
    assert [note.kind for note in made.notes] == (["out-of-term"] if noted else []) + ["engagements"]
    assert made.exit_code == 0


def test_notes_and_gaps_of_the_inventory_and_remarks_of_the_agreement_are_passed_on() -> None:
    agreed = agreement("one", remarks=(("time-zone-assumed", "agreement.time_zone", (("zone", "UTC"),)),))
    given = Gap("plan.json", "plan-incomplete", {})
    made = judged(Says("one"), agreed=agreed, notes=(Note("moved", "x"),), gaps=(given,))
    assert made.notes[:2] == (
        Note("moved", "x"),
        Note("time-zone-assumed", "agreement.time_zone", {"zone": "UTC"}),
    )
    assert made.gaps == (given,)
    assert made.exit_code == 3


# --- known deviations ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("until", "kind"), [("2026-11-24", "known-until"), ("2026-11-23", "known-expired")])
def test_a_known_deviation_stays_a_fail_and_is_noted(until: str, kind: str) -> None:
    known = Known("one", "aws_s3_bucket.b", date.fromisoformat(until), "CHG-8812")
    made = judged(Says("one", "fail"), settings=Settings(known=(known,)))
    assert (made.findings[0].verdict, made.exit_code) == ("fail", 1)
    expected = Note(kind, "aws_s3_bucket.b", {"rule": "one", "until": until, "reason": "CHG-8812"})
    assert [note for note in made.notes if note.kind.startswith("known")] == [expected]


def test_a_known_deviation_of_another_rule_or_one_that_is_mended_says_nothing() -> None:
    known = Known("one", "aws_s3_bucket.b", date(2027, 1, 1))
    for check in (Says("two", "fail"), Says("one", "pass")):
        made = judged(check, settings=Settings(known=(known,)))
        assert [note.kind for note in made.notes] == ["engagements"]


def test_a_third_party_may_be_a_known_deviation() -> None:
    class OfParty(Says):
        def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:
            party = Party("host:kustwacht.example", None, "kustwacht")
            for said in super().examine(inventory, agreement):
                yield replace(said, resource=None, party=party) if isinstance(said, Finding) else said

    known = Known("one", "host:kustwacht.example", date(2027, 1, 1), "notice given")
    made = judged(OfParty("one", "fail"), settings=Settings(known=(known,)))
    assert [note.kind for note in made.notes] == ["engagements", "known-until"]


# --- coverage --------------------------------------------------------------------------------------------------------


def cells(**services: Status) -> Coverage:
    named = {name.replace("_", "-"): status for name, status in services.items()}
    return Coverage("production-aws", "111111111111", "eu-central-1", named, "production-aws")


def test_cells_that_were_not_looked_at_are_a_gap_even_if_the_provider_forgot_to_say_so() -> None:
    row = cells(s3="looked", rds="denied", sqs="not-offered", sns="denied", ec2="throttled", iam="excluded")
    made = judged(Says("one"), coverage=(row,))
    where = {"account": "111111111111", "region": "eu-central-1"}
    assert made.gaps == (
        Gap("production-aws", "not-looked", {**where, "services": "rds, sns", "status": "denied"}),
        Gap("production-aws", "not-looked", {**where, "services": "ec2", "status": "throttled"}),
    )
    assert made.exit_code == 3


@pytest.mark.parametrize(
    ("detail", "silent"),
    [
        ({"service": "rds"}, False),
        ({"region": "eu-central-1"}, False),
        ({}, False),
        ({"input": "production-aws"}, False),
        ({"input": "other/tfplan.json"}, True),
        ({"service": "s3"}, True),
        ({"region": "eu-west-1"}, True),
    ],
)
def test_a_gap_of_the_provider_speaks_for_the_cells_it_names(detail: dict[str, str], silent: bool) -> None:
    made = judged(Says("one"), coverage=(cells(rds="denied"),), gaps=(Gap("production-aws", "access-denied", detail),))
    assert [gap.reason_code for gap in made.gaps] == ["access-denied"] + (["not-looked"] if silent else [])
