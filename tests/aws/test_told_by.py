"""Where a fact came from: the operations that told of a resource, with the ids of their requests, up to the record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_front import Front, front
from aws_moto import Clients
from aws_scan import assessed, credentials, part_of_table, scan
from dpa_guard.recorded import records_of

CALLS = ("s3.ListBuckets", "s3.GetBucketLocation", "s3.GetBucketReplication", "sqs.ListQueues")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Front, str]]:
    credentials(monkeypatch, tmp_path)
    with front() as (made, address):
        made.regions = {"eu-west-1": "ENABLED"}
        clients = Clients(address)
        clients.ask("sqs", "CreateQueue", {"QueueName": "two"})
        far = {"LocationConstraint": "eu-west-1"}
        clients.ask("s3", "CreateBucket", {"Bucket": "one", "CreateBucketConfiguration": far})
        yield made, address


def test_a_resource_names_every_answer_that_told_of_it(server: tuple[Front, str], tmp_path: Path) -> None:
    found = scan(server[1], part_of_table(tmp_path, CALLS)).resources
    told = {one.id: [text.split()[:2] for text in one.told_by] for one in found.values()}
    assert sorted(told["arn:aws:s3:::one"]) == [
        ["s3", "GetBucketLocation"],
        ["s3", "GetBucketReplication"],
        ["s3", "ListBuckets"],
    ]
    (queue,) = [one for one in found.values() if one.kind == "aws_sqs_queue"]
    (text,) = queue.told_by
    assert re.fullmatch(r"sqs ListQueues [\w-]{20,}", text)


def test_the_record_of_a_finding_has_them(server: tuple[Front, str], tmp_path: Path) -> None:
    made = assessed(server[1], tmp_path, part_of_table(tmp_path, CALLS))
    findings = [fields for event, fields in records_of(made) if event == "finding" and fields["resource"]]
    assert findings
    assert all(fields["resource"]["told_by"] for fields in findings)
