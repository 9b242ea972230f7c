"""Every row of the table of AWS calls read over answers: recorded ones, and ones made from the operation's shape."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_answers import made, over_the_wire, recorded
from aws_calls import Call, calls, filled, found_id, found_items, found_places, parent_of, references
from aws_page import tried

OTHERWISE_PARSED = {"s3.GetBucketLocation"}
"""botocore reads this answer by a handler of S3's client, not by its shape."""

Reading = list[tuple[str, list[tuple[str, str, str]]]]


def reading(call: Call, answer: dict[str, object]) -> Reading:
    return [(found_id(call, item), found_places(call, item)) for item in found_items(call, answer)]


def wired(call: Call, answer: dict[str, object]) -> dict[str, object]:
    return answer if call.name in OTHERWISE_PARSED else over_the_wire(call, answer)


def made_items(call: Call, also: str = "") -> Iterator[object]:
    """Items of the answers made up for a call, after the way over the wire."""
    for answer in made(call, also):
        yield from found_items(call, wired(call, answer))


def not_found(call: Call) -> set[str]:
    """The expressions of a row that find nothing in any answer of its shape."""
    missing = {"items"} | ({"id"} if call.id else set()) | {place.path for place in call.places}
    for item in made_items(call):
        missing.discard("items")
        if found_id(call, item):
            missing.discard("id")
        for place in call.places:
            if found_places(call._replace(places=(place,)), item):
                missing.discard(place.path)
        if not missing:
            break
    return missing


@pytest.fixture
def recordings(shared_data: Path) -> Path:
    return shared_data / "recordings" / "aws" / "c7n-placebo"


def test_every_expression_finds_something_in_an_answer_of_its_shape() -> None:
    assert {call.label: missing for call in calls() if (missing := not_found(call))} == {}


def test_an_item_before_gives_the_parameters() -> None:
    of_the_call = {"account": "123456789012", "region": "eu-west-1", "partition": "aws", "id": "one"}

    def given(call: Call, parent: Call) -> bool:
        also = " ".join(references(call.params))
        return any(filled(call.params, item, of_the_call) for item in made_items(parent, also))

    assert [call.label for call in calls() if (parent := parent_of(call)) and not given(call, parent)] == []


def test_recorded_answers_are_read_and_read_alike_over_the_wire(recordings: Path) -> None:
    with_items, lost = set(), set()
    for call in calls():
        for name, answer in recorded(recordings, call):
            read = reading(call, answer)
            assert reading(call, wired(call, answer)) == read, f"{call.label}: {name}"
            if read:
                with_items.add(call.label)
            if call.id and " && " not in call.id and not all(resource for resource, _ in read):
                lost.add(call.label)
    assert with_items == {label for label, how in tried().items() if how == "recording"}
    assert lost == set(), "an item without an id is one that every account has, or a step"


@pytest.mark.parametrize(
    ("label", "place"),
    [
        (
            "s3.GetBucketReplication after s3.ListBuckets",
            ("replica", "bucket", "arn:aws:s3:::custodian-replication-west"),
        ),
        ("s3.GetBucketLocation after s3.ListBuckets", ("primary", "region", "us-west-2")),
        ("s3control.ListMultiRegionAccessPoints", ("routing", "region", "us-east-2")),
        ("s3.ListDirectoryBuckets", ("primary", "zone", "test-zone--use1-az4--x-s3")),
        ("ec2.DescribeFlowLogs", ("logs", "arn", "arn:aws:s3:::c7n-vpc-flow-logs/test.log.gz")),
        ("dynamodb.DescribeExport after dynamodb.ListExports", ("backup", "bucket", "apogeeac-custodian-test-bucket")),
        (
            "athena.GetWorkGroup after athena.ListWorkGroups",
            ("replica", "bucket", "s3://tf-test-perfect-beetle/output/"),
        ),
        (
            "firehose.DescribeDeliveryStream after firehose.ListDeliveryStreams",
            ("replica", "arn", "arn:aws:es:us-east-1:123456789:domain/this-es"),
        ),
        ("networkmanager.GetCoreNetwork after networkmanager.ListCoreNetworks", ("routing", "region", "us-east-1")),
        ("emr.DescribeCluster after emr.ListClusters", ("primary", "zone", "us-west-2b")),
    ],
)
def test_what_real_answers_say_is_found(recordings: Path, label: str, place: tuple[str, str, str]) -> None:
    (call,) = [one for one in calls() if one.label == label]
    answers = [reading(call, answer) for _, answer in recorded(recordings, call)]
    assert place in [one for read in answers for _, places in read for one in places]
