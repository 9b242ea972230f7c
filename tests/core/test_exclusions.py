"""Exclusions: what they match, until when they hold, and how they show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dpa_guard.agreement import Agreement, PartyName, Territory
from dpa_guard.assessment import Assessment
from dpa_guard.config import Exclusion, Settings
from dpa_guard.examine import examine
from dpa_guard.model import Coverage, Finding, Gap, Inventory, Location, Note, Party, Resource

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
AGREED = Agreement(
    "A-1",
    "0" * 64,
    "agreement.toml",
    Territory("eu-member-states"),
    PartyName("Controller"),
    PartyName("Processor"),
    time_zone="Europe/Amsterdam",
    rules=("one",),
)
BUCKET = Resource(
    "arn:aws:s3:::marketing-site",
    "aws_s3_bucket",
    "s3",
    "stores",
    "aws",
    "aws",
    "222222222222",
    "plans/web.json",
    (Location("primary", "us-east-1", ("US",), "exact"), Location("replica", "us-west-2", ("US",), "exact")),
)


class Fails:
    """Fails every resource, and one third party."""

    rule = "one"
    article = "3.1"

    def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:
        for resource in inventory.resources:
            yield Finding(self.rule, self.article, "fail", resource, None, resource.locations, "outside", {}, "move")
        party = Party("host:vendor.example", None, None)
        yield Finding(self.rule, self.article, "pass", None, party, (), "inside", {"of": agreement.id}, "")


def exclusion(review_by: date = date(2027, 6, 30), **what: str) -> Exclusion:
    return Exclusion(what, "marketing site", "j.bakker", review_by)


def judged(*exclusions: Exclusion, moment: datetime = NOON, **seen: Any) -> Assessment:
    inventory = Inventory(**{"taken_at": moment, "kind": "plan", "resources": (BUCKET,), **seen})
    scopes = {"plans/web.json": "platform-plans"}
    return examine(inventory, AGREED, Settings(exclusions=exclusions), [Fails()], scopes_of_source=scopes)


def test_an_excluded_resource_keeps_a_finding_that_says_who_until_when_and_why() -> None:
    made = judged(exclusion(account="222222222222"))
    assert made.findings[0] == Finding(
        "one",
        "3.1",
        "not-applicable",
        BUCKET,
        None,
        BUCKET.locations,
        "excluded",
        {"owner": "j.bakker", "review_by": "2027-06-30", "reason": "marketing site"},
        "",
    )
    assert (made.excluded, made.total("fail"), made.exit_code) == (1, 0, 0)
    assert made.counts["one"]["not-applicable"] == 1


@pytest.mark.parametrize(
    ("what", "matches"),
    [
        ({"scope": "platform-plans"}, True),
        ({"scope": "plans/web.json"}, False),
        ({"account": "222222222222"}, True),
        ({"account": "22222222222"}, False),
        ({"region": "us-east-1"}, False),  # it has a place in us-west-2 too, which nobody excluded
        ({"region": "us-west-2"}, False),
        ({"region": "us-east"}, False),
        ({"service": "s3"}, True),
        ({"kind": "aws_s3_bucket"}, True),
        ({"kind": "aws_s3"}, False),
        ({"resource": "arn:aws:s3:::marketing-"}, True),
        ({"resource": "arn:aws:s3:::market"}, False),
        ({"resource": "a"}, False),
        ({"resource": "marketing-site"}, False),
        ({"account": "222222222222", "service": "s3"}, True),
        ({"account": "222222222222", "service": "rds"}, False),
        ({"account": "222222222222", "nonsense": "x"}, False),
    ],
)
def test_all_keys_must_match(what: dict[str, str], matches: bool) -> None:
    made = judged(Exclusion(what, "marketing site", "j.bakker", date(2027, 6, 30)))
    assert made.findings[0].verdict == ("not-applicable" if matches else "fail")
    unused = [note for note in made.notes if note.kind == "exclusion-unused"]
    assert len(unused) == (0 if matches else 1)


def test_a_third_party_is_never_excluded() -> None:
    made = judged(exclusion(scope="platform-plans"))
    assert (made.findings[1].verdict, made.findings[1].reason_code) == ("pass", "inside")


@pytest.mark.parametrize(
    ("moment", "holds"),
    [
        (datetime(2026, 12, 30, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 30, 23, 0, tzinfo=UTC), False),  # 2026-12-31 in Amsterdam
        (datetime(2027, 3, 1, 12, 0, tzinfo=UTC), False),
    ],
)
def test_from_its_review_date_the_resource_is_judged_again_and_the_exclusion_is_a_gap(
    moment: datetime, holds: bool
) -> None:
    made = judged(exclusion(date(2026, 12, 31), account="222222222222"), moment=moment)
    assert made.findings[0].verdict == ("not-applicable" if holds else "fail")
    expected = Gap(
        "*",
        "exclusion-expired",
        {
            "owner": "j.bakker",
            "review_by": "2026-12-31",
            "reason": "marketing site",
            "what": "account = 222222222222",
        },
    )
    assert made.gaps == (() if holds else (expected,))


def test_an_exclusion_that_met_nothing_is_a_note() -> None:
    made = judged(exclusion(account="333333333333"))
    params = {"owner": "j.bakker", "review_by": "2027-06-30", "reason": "marketing site"}
    assert made.notes == (Note("exclusion-unused", "account = 333333333333", params),)


def test_cells_that_could_not_be_looked_at_may_be_excluded() -> None:
    row = Coverage("production-aws", "222222222222", "us-east-1", {"s3": "looked", "rds": "denied"}, "production-aws")
    made = judged(exclusion(account="222222222222", service="rds"), resources=(), coverage=(row,))
    assert made.inventory.coverage[0].services == {"s3": "looked", "rds": "excluded"}
    assert (made.gaps, made.notes, made.exit_code) == ((), (), 0)
    still = judged(exclusion(account="222222222222", kind="aws_db_instance"), resources=(), coverage=(row,))
    assert [gap.reason_code for gap in still.gaps] == ["not-looked"]


@pytest.mark.parametrize(
    ("what", "left"),
    [
        ({"account": "222222222222"}, []),
        ({"account": "222222222222", "region": "us-east-1"}, ["denied in all regions"]),
        ({"account": "222222222222", "service": "s3"}, ["switched off"]),
        ({"scope": "other"}, ["denied in all regions", "switched off"]),
        ({"kind": "aws_s3_bucket"}, ["denied in all regions", "switched off"]),
    ],
)
def test_a_gap_of_an_excluded_cell_is_none_and_a_wider_one_stays(what: dict[str, str], left: list[str]) -> None:
    account = {"account": "222222222222"}
    gaps = (
        Gap("prod", "denied in all regions", {**account, "service": "s3"}),
        Gap("prod", "switched off", {**account, "region": "us-east-1"}),
        Gap("prod", "rule-absent", {"rule": "x"}),
    )
    found = judged(Exclusion(what, "marketing site", "j.bakker", date(2027, 6, 30)), gaps=gaps).gaps
    assert [gap.reason_code for gap in found] == [*left, "rule-absent"]
