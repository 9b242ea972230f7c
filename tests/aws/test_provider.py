"""The provider over moto's server and HTTP: one account, two regions, three kinds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_front import MANAGEMENT, Front, front
from aws_moto import Clients
from aws_scan import credentials, part_of_table, places, scan

CALLS = (
    "s3.ListBuckets",
    "s3.GetBucketLocation",
    "s3.GetBucketReplication",
    "sqs.ListQueues",
    "dynamodb.ListTables",
    "dynamodb.DescribeTable",
)
REGIONS = {"eu-west-1": "ENABLED", "us-east-1": "ENABLED_BY_DEFAULT", "ap-east-1": "DISABLED"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Front, str]]:
    credentials(monkeypatch, tmp_path)
    with front() as (made, address):
        made.regions = REGIONS
        clients = Clients(address)
        far = {"LocationConstraint": "eu-west-1"}
        clients.ask("s3", "CreateBucket", {"Bucket": "one", "CreateBucketConfiguration": far})
        clients.ask("sqs", "CreateQueue", {"QueueName": "two"})
        key = {"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}
        attributes = [{"AttributeName": "a", "AttributeType": "S"}]
        clients.ask("dynamodb", "CreateTable", {"TableName": "three", "AttributeDefinitions": attributes, **key})
        made.log.clear()
        yield made, address


def test_what_is_there_is_found_where_it_is_and_every_region_is_accounted_for(
    server: tuple[Front, str], tmp_path: Path
) -> None:
    said = scan(server[1], part_of_table(tmp_path, CALLS))
    ireland = {("primary", "eu-west-1", ("IE",), "exact")}
    assert {one: places(resource) for one, resource in said.resources.items()} == {
        "arn:aws:s3:::one": ireland,
        f"{server[1]}/{MANAGEMENT}/two": ireland,
        f"arn:aws:dynamodb:eu-west-1:{MANAGEMENT}:table/three": ireland,
    }
    looked = {"dynamodb": "looked", "s3": "looked", "sqs": "looked"}
    assert said.coverage == {
        (MANAGEMENT, "eu-west-1"): looked,
        (MANAGEMENT, "us-east-1"): looked,
        (MANAGEMENT, "ap-east-1"): {"*": "region-disabled"},
    }
    assert said.gaps == []
