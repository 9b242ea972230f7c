"""The coverage, cell by cell, and gaps as wide as they hold."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.model import CONCLUSIVE, Status
from dpa_guard_aws.calls import Answer
from dpa_guard_aws.cells import Cells, Outcome, outcome_of
from dpa_guard_aws.table import Row

ROW = Row("sqs", "ListQueues", "regional", "QueueUrls", action="sqs:ListQueues")
LOOKED = Outcome("looked")
DENIED = Outcome("denied", "aws-denied", "ListQueues", "sqs:ListQueues", "AccessDenied", "r-1")


def cells(*planned: tuple[str, str, str]) -> Cells:
    made = Cells("live", "")
    for account, region, service in planned:
        made.plan(account, region, [service])
    return made


def gaps(of: Cells) -> list[tuple[str, str]]:
    return sorted((gap.reason_code, gap.detail["where"]) for gap in of.gaps())


@pytest.mark.parametrize(
    ("statuses", "comes_to"),
    [
        ([], "not-attempted"),
        (["looked"], "looked"),
        (["looked", "not-offered"], "looked"),
        (["not-offered"], "not-offered"),
        (["api-disabled", "not-offered"], "api-disabled"),
        (["looked", "denied"], "looked-partly"),
        (["denied", "not-offered"], "denied"),
        (["throttled", "denied"], "denied"),
        (["unreachable", "unsupported"], "unreachable"),
        (["looked-partly"], "looked-partly"),
    ],
)
def test_what_the_calls_of_a_cell_come_to(statuses: list[Status], comes_to: Status) -> None:
    made = cells(("1", "eu-west-1", "sqs"))
    for number, one in enumerate(statuses):
        made.record("1", "eu-west-1", "sqs", Outcome(one, "" if one in CONCLUSIVE else f"aws-{one}", f"Op{number}"))
    (row,) = made.coverage()
    assert row.services == {"sqs": comes_to}


_OF_CALLS = sorted(set(get_args(Status)) - {"excluded"})  # the core excludes, never a call


@given(st.lists(st.sampled_from(_OF_CALLS), max_size=5))
def test_a_cell_is_conclusive_only_where_every_call_was_and_else_has_a_gap(statuses: list[Status]) -> None:
    made = cells(("1", "eu-west-1", "sqs"))
    for number, one in enumerate(statuses):
        made.record("1", "eu-west-1", "sqs", Outcome(one, "" if one in CONCLUSIVE else f"aws-{one}", f"Op{number}"))
    (row,) = made.coverage()
    conclusive = bool(statuses) and set(statuses) <= CONCLUSIVE
    assert (row.services["sqs"] in CONCLUSIVE) == conclusive == (gaps(made) == [])


@pytest.mark.parametrize(
    ("answer", "page", "outcome"),
    [
        (Answer(), 3, ("looked", "")),
        (Answer("not-offered"), 1, ("not-offered", "")),
        (Answer("denied", code="AccessDenied"), 1, ("denied", "aws-denied")),
        (Answer("denied", code="AccessDenied", by_policy=True), 1, ("denied", "aws-denied-by-policy")),
        (Answer("throttled", code="Throttling"), 2, ("looked-partly", "aws-throttled")),
        (Answer("looked-partly", code="SamePageAgain"), 1, ("looked-partly", "aws-unsupported")),
    ],
)
def test_how_a_call_ended(answer: Answer, page: int, outcome: tuple[str, str]) -> None:
    found = outcome_of(answer, ROW, page)
    assert (found.status, found.why) == outcome
    assert found.code == answer.code
    assert found.action == ("sqs:ListQueues" if found.why else "")


def test_a_gap_names_its_cell_and_what_to_allow() -> None:
    made = cells(("1", "eu-west-1", "sqs"), ("1", "eu-west-1", "sns"), ("1", "eu-west-2", "sqs"))
    for cell in (("eu-west-1", "sns"), ("eu-west-2", "sqs")):
        made.record("1", *cell, LOOKED)
    made.record("1", "eu-west-1", "sqs", DENIED)
    (gap,) = made.gaps()
    assert (gap.scope, gap.reason_code) == ("live", "aws-denied")
    assert gap.detail == {
        "account": "1",
        "region": "eu-west-1",
        "service": "sqs",
        "where": "1 / eu-west-1 / sqs",
        "operations": "ListQueues",
        "actions": "sqs:ListQueues",
        "code": "AccessDenied",
        "request_id": "r-1",
    }


def test_what_holds_for_every_service_of_a_region_is_said_once_for_the_region() -> None:
    made = cells(*(("1", region, service) for region in ("eu-west-1", "eu-west-2") for service in ("sns", "sqs")))
    for service in ("sns", "sqs"):
        made.record("1", "eu-west-1", service, DENIED)
        made.record("1", "eu-west-2", service, LOOKED)
    assert gaps(made) == [("aws-denied", "1 / eu-west-1")]


def test_what_holds_for_a_service_in_every_region_is_said_once_for_the_account() -> None:
    made = cells(*(("1", region, service) for region in ("eu-west-1", "eu-west-2") for service in ("sns", "sqs")))
    for region in ("eu-west-1", "eu-west-2"):
        made.record("1", region, "sqs", DENIED)
        made.record("1", region, "sns", LOOKED)
    assert gaps(made) == [("aws-denied", "1 / sqs")]


def test_different_reasons_and_accounts_are_never_joined() -> None:
    made = cells(*((account, region, "sqs") for account in "12" for region in ("eu-west-1", "eu-west-2")))
    made.record("1", "eu-west-1", "sqs", DENIED)
    made.record("1", "eu-west-2", "sqs", Outcome("throttled", "aws-throttled", "ListQueues"))
    made.record("2", "eu-west-1", "sqs", DENIED)
    made.record("2", "eu-west-2", "sqs", LOOKED)
    assert gaps(made) == [
        ("aws-denied", "1 / eu-west-1 / sqs"),
        ("aws-denied", "2 / eu-west-1 / sqs"),
        ("aws-throttled", "1 / eu-west-2 / sqs"),
    ]


def test_what_nobody_answered_was_not_attempted_and_is_a_gap() -> None:
    made = cells(("1", "eu-west-1", "sns"), ("1", "eu-west-1", "sqs"))
    made.record("1", "eu-west-1", "sns", LOOKED)
    (row,) = made.coverage()
    assert row.services == {"sns": "looked", "sqs": "not-attempted"}
    assert gaps(made) == [("aws-not-attempted", "1 / eu-west-1 / sqs")]


def test_a_region_that_is_off_is_one_cell_without_a_gap() -> None:
    made = cells(("1", "eu-west-1", "sqs"))
    made.record("1", "eu-west-1", "sqs", LOOKED)
    made.whole("1", "ap-east-1", "region-disabled", "account ListRegions")
    assert [(row.region, row.services, row.source) for row in made.coverage()] == [
        ("ap-east-1", {"*": "region-disabled"}, "account ListRegions"),
        ("eu-west-1", {"sqs": "looked"}, ""),
    ]
    assert gaps(made) == []
