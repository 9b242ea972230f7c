"""What leaves is what the SDK's own client for that very region and account would send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader

from aws_wire import ONE, TWO, Clients, Sent, Wire, at_one_moment, outcome, params_of, rows_of, services
from dpa_guard_aws.calls import Access
from dpa_guard_aws.session import Session

PARTITIONS = {
    "aws": ("us-east-1", "eu-central-1"),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-us-gov": ("us-gov-west-1", "us-gov-east-1"),
    "aws-eusc": ("eusc-de-east-1",),
}
SOME = ("ec2", "dynamodb", "iot", "kafka", "apigateway", "s3control", "s3", "sqs", "cloudwatch", "timestream-write")
"""One service of each protocol, and those with addresses of their own kind."""


@pytest.fixture(autouse=True)
def nothing_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with at_one_moment(monkeypatch):
        yield tmp_path / "AWS_CONFIG_FILE"


def ours(partition: str, region: str) -> tuple[Session, Wire]:
    session = Session(Access(partition, region))
    return session, Wire(session._sdk)


def differences(
    partition: str, regions: tuple[str, ...], asked: list[str], clients: Clients | None = None
) -> tuple[int, list[tuple[object, ...]]]:
    """The number of requests compared, and those that differ from a client's, by service, operation and region."""
    session, wire = ours(partition, regions[0])
    clients = clients or Clients()
    number = 0
    differ: list[tuple[object, ...]] = []
    for service in asked:
        for region in regions:
            for row in rows_of(service):
                params = params_of(row)
                for frozen in (ONE, TWO):
                    of_client = sent_by(clients.wire, clients, row.service, row.operation, region, params, frozen)
                    of_ours = sent_by(wire, session, row.service, row.operation, region, params, frozen)
                    number += isinstance(of_ours, list)
                    if of_client != of_ours:
                        differ.append((row.name, region, frozen.access_key, of_client, of_ours))
    return number, differ


def sent_by(wire: Wire, asker: Any, *asked: Any) -> list[Sent] | tuple[str, str]:
    """What was sent, or what was raised before anything was."""
    wire.sent.clear()
    came = outcome(lambda: asker.ask(*asked))
    return list(wire.sent) or came


@pytest.mark.parametrize("partition", PARTITIONS)
def test_every_request_of_the_table_is_byte_for_byte_that_of_a_client_of_the_region(partition: str) -> None:
    number, differ = differences(partition, PARTITIONS[partition], services())
    assert differ == []
    assert number > 800 * len(PARTITIONS[partition])


@pytest.mark.parametrize(
    "environment",
    [
        {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:1/path"},
        {"AWS_ENDPOINT_URL_EC2": "https://ec2.example:444"},
        {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"},
        {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "legacy"},
    ],
)
def test_addresses_follow_the_environment(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    number, differ = differences("aws", ("us-east-1", "eu-central-1"), [*SOME, "sts"])
    assert differ == []
    assert number > 100


def test_addresses_follow_the_configuration_file(nothing_configured: Path) -> None:
    nothing_configured.write_text(
        "[default]\nuse_dualstack_endpoint = true\nservices = mine\n"
        "[services mine]\nec2 =\n  endpoint_url = https://ec2.example\n",
        encoding="utf-8",
    )
    number, differ = differences("aws", ("us-east-1", "eu-central-1"), [*SOME])
    assert differ == []
    assert number > 100


def test_addresses_follow_the_users_own_list_of_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = json.dumps(Loader().load_data("endpoints"))
    (tmp_path / "endpoints.json").write_text(shipped.replace("amazonaws.com", "own.example"), encoding="utf-8")
    monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(tmp_path))  # else ~/.aws/models
    number, differ = differences("aws", ("us-east-1", "eu-central-1"), ["ec2", "sqs", "kafka"], Clients(whole=False))
    assert differ == []
    assert number > 20


def test_many_threads_in_many_regions_do_not_take_each_others_region() -> None:
    session, wire = ours("aws", "eu-central-1")
    wire.answer = (200, {}, b"{}")
    regions = ["eu-central-1", "us-east-1", "eu-west-1", "ap-south-1"] * 50
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda region: session.ask("sqs", "ListQueues", region, {}, ONE), regions))
    asked = sorted((sent.url, dict(sent.headers)["authorization"].split("/")[2]) for sent in wire.sent)
    assert asked == sorted((f"https://sqs.{region}.amazonaws.com/", region) for region in regions)


def test_the_client_of_a_service_that_was_used_long_ago_is_made_again() -> None:
    session, wire = ours("aws", "eu-central-1")
    for service in services()[:70]:
        for row in rows_of(service)[:1]:
            outcome(lambda row=row: session.ask(row.service, row.operation, "eu-central-1", params_of(row), ONE))  # type: ignore[misc]  # a lambda with a default
    assert len(session._clients._clients) == 64
    wire.sent.clear()
    first = rows_of(services()[0])[0]
    outcome(lambda: session.ask(first.service, first.operation, "eu-central-1", params_of(first), TWO))
    assert len(wire.sent) == 1


def test_what_is_kept_of_a_request_holds_nothing_of_the_account_that_sent_it() -> None:
    session, wire = ours("aws", "eu-central-1")
    outcome(lambda: session.ask("ec2", "DescribeRegions", "eu-central-1", {}, ONE))
    assert dict(wire.sent[0].headers)["x-amz-security-token"] == "planted-token-one"
    (kept, *_) = session._repeats._kept.values()
    assert kept.url == "https://ec2.eu-central-1.amazonaws.com/"
    assert not [word for word in ("planted", "AKIA", "Signature") if word in repr(kept)]


@pytest.mark.parametrize(
    ("environment", "ways"),
    [
        ({}, [None, None]),
        ({"HTTPS_PROXY": "http://proxy.example:1"}, ["http://proxy.example:1"] * 2),
        (
            {"HTTPS_PROXY": "http://proxy.example:1", "NO_PROXY": ".us-east-1.amazonaws.com"},
            [None, "http://proxy.example:1"],
        ),
        ({"NO_PROXY": ".us-east-1.amazonaws.com"}, [None, None]),
    ],
)
def test_each_host_is_reached_by_its_own_way(
    environment: dict[str, str], ways: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    session, wire = ours("aws", "us-east-1")
    taken = []
    for region in ("us-east-1", "eu-central-1"):
        outcome(lambda region=region: session.ask("sqs", "ListQueues", region, {}, ONE))  # type: ignore[misc]  # a lambda with a default
        with session._clients.way("sqs", region) as way:
            taken.append(way.client._endpoint.http_session._proxy_config.proxy_url_for(wire.sent[-1].url))
    assert taken == ways
    assert [sent.url for sent in wire.sent] == [
        f"https://sqs.{region}.amazonaws.com/" for region in ("us-east-1", "eu-central-1")
    ]


def test_clients_share_their_connections_and_keep_the_users_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "own.pem"))
    session, _ = ours("aws", "us-east-1")
    used = []
    for service in ("sqs", "ec2", "s3"):
        with session._clients.way(service, "us-east-1") as way:
            used.append(way.client._endpoint.http_session)
    assert used[0] is used[1] is used[2]
    assert used[0]._verify == str(tmp_path / "own.pem")
