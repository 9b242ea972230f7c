"""The provider over moto's server and HTTP: one account, two regions, three kinds; and the ways into accounts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from werkzeug.wrappers import Response

from aws_front import HANG_UP, MANAGEMENT, Asked, Front, error, front, json_answer, xml_error
from aws_moto import Clients
from aws_scan import QUICK, credentials, part_of_table, places, scan
from dpa_guard_aws.table import read

MEMBER = "222222222222"

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


def buckets(*named: str, region: str) -> Response:
    one = "".join(f"<Bucket><Name>{name}</Name><BucketRegion>{region}</BucketRegion></Bucket>" for name in named)
    body = f"<ListAllMyBucketsResult><Buckets>{one}</Buckets></ListAllMyBucketsResult>"
    return Response(body, content_type="application/xml")


def test_a_bucket_whose_region_the_list_tells_costs_no_call_for_its_place(
    server: tuple[Front, str], tmp_path: Path
) -> None:
    answer = buckets("one", region="eu-west-1")
    with server[0].spoiled(lambda _: answer, operation="ListBuckets"):
        said = scan(server[1], part_of_table(tmp_path, CALLS))
    assert places(said.resources["arn:aws:s3:::one"]) == {("primary", "eu-west-1", ("IE",), "exact")}
    assert [one.operation for one in server[0].log if one.service == "s3"] == ["ListBuckets", "GetBucketReplication"]


def test_a_place_of_which_aws_and_the_table_tell_different_countries_is_in_both(
    server: tuple[Front, str], tmp_path: Path
) -> None:
    def answer(asked: Asked) -> Response | None:
        path = "/aws/service/global-infrastructure/regions/eu-west-1"
        if path not in asked.what:
            return None
        return json_answer({"Parameters": [{"Name": f"{path}/geolocationCountry", "Value": "US"}]})

    with server[0].spoiled(answer, operation="GetParametersByPath"):
        said = scan(server[1], part_of_table(tmp_path, CALLS))
    assert places(said.resources["arn:aws:s3:::one"]) == {
        ("primary", "eu-west-1", ("IE",), "exact"),
        ("primary", "eu-west-1", ("US",), "exact"),
    }
    notes = [(note.subject, note.params) for note in said.notes if note.kind == "aws-country-contradiction"]
    assert notes == [("eu-west-1", {"table": "IE", "read": "US"})]


def test_countries_that_aws_does_not_tell_are_a_note_and_the_table_counts(
    server: tuple[Front, str], tmp_path: Path
) -> None:
    with server[0].spoiled(lambda _: error("AccessDeniedException"), operation="GetParametersByPath"):
        said = scan(server[1], part_of_table(tmp_path, CALLS))
    assert said.gaps == []
    assert [note.params for note in said.notes if note.kind == "aws-countries-not-read"] == [
        {"regions": "eu-west-1, us-east-1"}
    ]


def test_when_the_network_is_lost_the_rest_is_not_attempted(server: tuple[Front, str], tmp_path: Path) -> None:
    made, address = server
    table = part_of_table(tmp_path, [row.name for row in read().rows if row.service in ("glue", "rds", "sagemaker")])
    begun: list[Asked] = []

    def answer(asked: Asked) -> Response | None:
        if asked.service in ("glue", "rds", "sagemaker"):
            begun.append(asked)
        return HANG_UP if len(begun) > 2 else None

    with made.spoiled(answer):  # GetCallerIdentity is among the spoiled once two lists were answered
        said = scan(address, table, replace(QUICK, lost_after=4, under_way=1))
    assert said.coverage == {
        (MANAGEMENT, "ap-east-1"): {"*": "region-disabled"},
        (MANAGEMENT, "eu-west-1"): {
            "glue": "looked-partly",
            "rds": "not-attempted",
            "api.sagemaker": "not-attempted",
        },
        (MANAGEMENT, "us-east-1"): {"glue": "unreachable", "rds": "not-attempted", "api.sagemaker": "not-attempted"},
    }
    assert {(gap.reason_code, gap.detail["code"]) for gap in said.gaps} == {
        ("aws-not-attempted", "NetworkLost"),
        ("aws-unreachable", "ConnectionClosedError"),
    }
    of_the_scan = [one.operation for one in made.log if one.service in ("glue", "rds", "sagemaker", "sts")]
    assert of_the_scan[-1] == "GetCallerIdentity"  # is there any network? no list was asked for after that


def test_credentials_that_end_during_the_scan_are_renewed(server: tuple[Front, str], tmp_path: Path) -> None:
    made, address = server
    expired = [error("ExpiredTokenException", "planted-secret"), error("ExpiredTokenException")]
    arn = f"arn:aws:iam::{MEMBER}:role/r"

    with made.spoiled(lambda _: expired.pop() if len(expired) > 1 else None, operation="ListTables", account=MEMBER):
        said = scan(address, part_of_table(tmp_path, CALLS), roles=[arn])
    assert said.gaps == []
    assert {account for account, _ in said.coverage} == {MEMBER}
    assert len([one for one in made.log if one.operation == "AssumeRole"]) == 2


def test_credentials_that_cannot_be_renewed_are_a_gap(server: tuple[Front, str], tmp_path: Path) -> None:
    made, address = server
    answer = error("ExpiredTokenException", "planted-secret")
    with made.spoiled(lambda _: answer, operation="ListTables", region="eu-west-1"):
        said = scan(address, part_of_table(tmp_path, CALLS))
    (gap,) = said.gaps
    assert (gap.reason_code, gap.detail["service"], gap.detail["code"]) == (
        "aws-denied",
        "dynamodb",
        "ExpiredTokenException",
    )
    assert "planted-secret" not in repr(said)


def test_two_profiles_of_one_account_are_one_account(
    server: tuple[Front, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = "aws_access_key_id = testing\naws_secret_access_key = testing\n"
    (tmp_path / "credentials").write_text(f"[a]\n{keys}[b]\n{keys}", "utf-8")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    said = scan(server[1], part_of_table(tmp_path, CALLS), profiles=["a", "b"])
    assert {account for account, _ in said.coverage} == {MANAGEMENT}
    assert len(said.resources) == 3


def test_the_external_id_is_asked_with_the_role_and_said_nowhere(server: tuple[Front, str], tmp_path: Path) -> None:
    made, address = server
    arn = f"arn:aws:iam::{MEMBER}:role/r"
    said = scan(address, part_of_table(tmp_path, CALLS), roles=[arn], external_id="planted-external-id-1")
    (assumed,) = [one.what for one in made.log if one.operation == "AssumeRole"]
    assert "ExternalId=planted-external-id-1" in assumed
    assert "planted" not in repr(said)


def test_what_only_the_second_source_lists_is_a_resource_whose_copies_are_unknown(
    server: tuple[Front, str], tmp_path: Path
) -> None:
    odd = f"arn:aws:newservice:eu-west-1:{MANAGEMENT}:thing/1"
    gone = f"arn:aws:dynamodb:eu-west-1:{MANAGEMENT}:table/gone"
    answer = json_answer({"ResourceTagMappingList": [{"ResourceARN": one} for one in (odd, gone)]})
    with server[0].spoiled(lambda _: answer, operation="GetResources", region="eu-west-1"):
        said = scan(server[1], part_of_table(tmp_path, CALLS))
    assert gone not in said.resources
    assert places(said.resources[odd]) == {
        ("primary", "eu-west-1", ("IE",), "exact"),
        ("replica", None, (), "unknown"),
    }
    (note,) = [note for note in said.notes if note.kind == "aws-second-source"]
    assert {name: note.params[name] for name in ("listed", "missed", "beside")} == {
        "listed": "2",
        "missed": "1",
        "beside": "1",
    }


@pytest.mark.parametrize("service", ["docdb", "neptune", "rds"])
def test_an_error_of_a_service_whose_description_the_sdk_adds_to_keeps_its_code(
    server: tuple[Front, str], tmp_path: Path, service: str
) -> None:
    answer = xml_error("AccessDenied", "with an explicit deny in a service control policy", 403)
    with server[0].spoiled(lambda _: answer, service="rds"):
        said = scan(server[1], part_of_table(tmp_path, [f"{service}.DescribeDBClusters"]))
    assert {(gap.reason_code, gap.detail["code"]) for gap in said.gaps} == {("aws-denied-by-policy", "AccessDenied")}


def test_a_setting_that_is_empty_is_no_resource(server: tuple[Front, str], tmp_path: Path) -> None:
    name = "bedrock.GetModelInvocationLoggingConfiguration"
    with server[0].spoiled(lambda _: json_answer({"loggingConfig": {}}), service="bedrock"):
        said = scan(server[1], part_of_table(tmp_path, [name]))
    assert said.resources == {}
    assert said.gaps == []


def test_what_a_step_that_failed_would_have_led_to_is_unknown(server: tuple[Front, str], tmp_path: Path) -> None:
    names = [
        "guardduty.ListDetectors",
        "guardduty.ListPublishingDestinations",
        "guardduty.DescribePublishingDestination",
    ]
    table = part_of_table(tmp_path, names)
    detectors = json_answer({"detectorIds": ["d"]})
    with (
        server[0].spoiled(lambda _: detectors, operation="ListDetectors", region="eu-west-1"),
        server[0].spoiled(lambda _: error("AccessDeniedException"), operation="ListPublishingDestinations"),
    ):
        said = scan(server[1], table)
    (detector,) = said.resources.values()
    assert places(detector) == {("primary", "eu-west-1", ("IE",), "exact"), ("logs", None, (), "unknown")}
    assert {one.why for one in detector.locations} == {"", "second-call-denied"}


def test_what_another_list_of_the_same_kind_would_have_told_is_unknown(
    server: tuple[Front, str], tmp_path: Path
) -> None:
    table = part_of_table(tmp_path, ["efs.DescribeFileSystems", "efs.DescribeReplicationConfigurations"])
    arn = f"arn:aws:elasticfilesystem:eu-west-1:{MANAGEMENT}:file-system/fs-1"
    files = json_answer({"FileSystems": [{"FileSystemId": "fs-1", "FileSystemArn": arn}]})
    with (
        server[0].spoiled(lambda _: files, operation="DescribeFileSystems", region="eu-west-1"),
        server[0].spoiled(lambda _: error("AccessDenied"), operation="DescribeReplicationConfigurations"),
    ):
        said = scan(server[1], table)
    assert places(said.resources[arn]) == {("primary", "eu-west-1", ("IE",), "exact"), ("replica", None, (), "unknown")}
