"""AWS Config's numbers, held against what was found: more than ours is said, fewer is not."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from botocore.session import Session

from aws_front import MANAGEMENT, Asked, Front, front, json_answer
from aws_moto import Clients
from aws_scan import credentials, part_of_table, scan
from dpa_guard.model import Note
from dpa_guard_aws.table import read


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Front, str]]:
    credentials(monkeypatch, tmp_path)
    with front() as (made, address):
        made.regions = {"eu-west-1": "ENABLED", "us-east-1": "ENABLED_BY_DEFAULT"}
        Clients(address).ask("sqs", "CreateQueue", {"QueueName": "two"})
        yield made, address


def test_what_config_has_more_of_is_said(server: tuple[Front, str], tmp_path: Path) -> None:
    made, address = server
    counted = {
        "eu-west-1": {"AWS::SQS::Queue": 1, "AWS::DynamoDB::Table": 2, "AWS::IAM::Role": 40},
        "us-east-1": {"AWS::SQS::Queue": 3},
    }

    def counts(asked: Asked) -> object:
        if asked.operation != "GetDiscoveredResourceCounts":
            return None
        rows = [{"resourceType": kind, "count": number} for kind, number in counted[asked.region].items()]
        return json_answer({"totalDiscoveredResources": 46, "resourceCounts": rows})

    made.faults.append(counts)  # type: ignore[arg-type]  # an answer, or None
    table = part_of_table(tmp_path, ("sqs.ListQueues", "dynamodb.ListTables"))
    notes = [one for one in scan(address, table).notes if one.kind.startswith("aws-config")]
    assert notes == [
        Note("aws-config-counts", MANAGEMENT, {"types": "3", "compared": "2", "more": "2"}),
        Note("aws-config-counts-more", "aws_dynamodb_table", {"account": MANAGEMENT, "theirs": "2", "ours": "0"}),
        Note("aws-config-counts-more", "aws_sqs_queue", {"account": MANAGEMENT, "theirs": "4", "ours": "1"}),
    ]


def test_every_type_is_one_of_config_and_every_kind_one_that_is_listed() -> None:
    text = files("dpa_guard_aws").joinpath("config-types.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    types = set(Session().get_service_model("config").shape_for("ResourceType").enum)
    assert {row["type"] for row in rows} <= types
    assert {row["kind"] for row in rows} <= {row.kind for row in read().rows}
    assert len({row["kind"] for row in rows}) == len(rows)
