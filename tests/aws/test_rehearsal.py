"""What a scan would miss, said beforehand: each list is tried once in every account, and nothing more is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_front import MANAGEMENT, Front, error, front
from aws_moto import Clients
from aws_organisation import ROLE, build
from aws_scan import QUICK, Said, credentials, part_of_table, scope, sorted_out, threads
from dpa_guard_aws import AwsProvider

CALLS = ("s3.ListBuckets", "s3.GetBucketLocation", "sqs.ListQueues", "dynamodb.ListTables", "dynamodb.DescribeTable")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Front, str]]:
    credentials(monkeypatch, tmp_path)
    with front() as (made, address):
        made.regions = {"eu-west-1": "ENABLED", "us-east-1": "ENABLED_BY_DEFAULT", "ap-east-1": "DISABLED"}
        yield made, address


def rehearsed(address: str, table: Path, **settings: object) -> Said:
    with threads(address) as context:
        return sorted_out(AwsProvider(QUICK, str(table)).rehearse(scope(**settings), context))


def test_each_list_is_tried_once_in_one_region(server: tuple[Front, str], tmp_path: Path) -> None:
    made, address = server
    Clients(address).ask("sqs", "CreateQueue", {"QueueName": "two"})
    made.log.clear()
    said = rehearsed(address, part_of_table(tmp_path, CALLS))
    assert (said.gaps, said.resources) == ([], {})
    asked = Counter(one.operation for one in made.log if one.service in ("s3", "sqs", "dynamodb"))
    assert asked == {"ListBuckets": 1, "ListQueues": 1, "ListTables": 1}
    (note,) = said.notes
    assert note.kind == "aws-rehearsed"
    assert note.params == {"accounts": "1", "regions": "2", "tried": "3", "lists": "5", "untried": "2"}


def test_a_permission_that_is_missing_is_named_with_its_account(server: tuple[Front, str], tmp_path: Path) -> None:
    made, address = server
    with made.spoiled(lambda _: error("AccessDeniedException"), operation="ListTables"):
        said = rehearsed(address, part_of_table(tmp_path, CALLS))
    (gap,) = said.gaps
    assert gap.reason_code == "aws-denied"
    assert (gap.detail["account"], gap.detail["actions"]) == (MANAGEMENT, "dynamodb:ListTables")


def test_an_account_that_cannot_be_entered_is_named(server: tuple[Front, str], tmp_path: Path) -> None:
    made, address = server
    organisation = build(address, 1, ["eu-west-1"], [])
    (member,) = [account for account in organisation.accounts if account != MANAGEMENT]
    with made.spoiled(lambda _: error("AccessDenied"), operation="AssumeRole"):
        said = rehearsed(address, part_of_table(tmp_path, CALLS), organization=True, role=ROLE)
    assert [(gap.reason_code, gap.detail["account"]) for gap in said.gaps] == [("aws-account-not-entered", member)]
