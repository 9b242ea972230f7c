"""Read-only by construction: what is not on the list raises before it leaves, three times over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session as Botocore

from aws_front import Front, front
from aws_scan import credentials
from dpa_guard_aws.calls import Access, Account
from dpa_guard_aws.credentials import PerRequest
from dpa_guard_aws.guard import NotAllowed, allowed, watch
from dpa_guard_aws.session import Session, _botocore

READS_OR_WRITES = re.compile(
    r"(Create|Put|Delete|Update|Start|Stop|Invoke|Send|Receive|Publish|Decrypt|Encrypt|Sign|Run|Terminate|Modify|Attach"
    r"|Detach|Enable|Disable|Tag|Untag|Set|Reset|Restore|Copy|Import|Upload|Write|Query|Scan|Select|GetObject|GetItem"
    r"|GetSecretValue|GetParameter$|GetParameters$|GetRecords|GetLogEvents|Generate|GetFunction|GetAuthorizationToken)"
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Front, str]]:
    credentials(monkeypatch, tmp_path)
    with front() as (made, address):
        yield made, address


def test_the_list_holds_nothing_that_writes_or_reads_data() -> None:
    exchange_credentials = {"CreateToken", "CreateOAuth2Token"}
    suspicious = {operation for _, operation in allowed() if READS_OR_WRITES.match(operation)}
    assert suspicious - exchange_credentials == set()


def test_a_client_has_no_method_for_anything_else(server: tuple[Front, str]) -> None:
    session = _botocore(Access("aws", "eu-west-1", endpoint=server[1]), PerRequest())
    client = session.create_client("s3", "eu-west-1")
    assert hasattr(client, "list_buckets")
    for name in ("get_object", "put_object", "delete_bucket", "create_bucket"):
        assert not hasattr(client, name)
    operations = set(client.meta.service_model.operation_names)
    assert operations == {operation for service, operation in allowed() if service == "s3"}


def whole(address: str, service: str) -> Any:
    """A client with every operation there is, watched."""
    session = Botocore()
    watch(session)
    return session.create_client(service, "eu-west-1", endpoint_url=address)


@pytest.mark.parametrize(
    ("service", "method", "params"),
    [
        ("s3", "get_object", {"Bucket": "b", "Key": "k"}),
        ("s3", "delete_bucket", {"Bucket": "b"}),
        ("secretsmanager", "get_secret_value", {"SecretId": "s"}),
        ("kms", "decrypt", {"CiphertextBlob": b"x"}),
        ("ssm", "get_parameter", {"Name": "n"}),
        ("dynamodb", "scan", {"TableName": "t"}),
        ("sqs", "receive_message", {"QueueUrl": "q"}),
        ("sts", "get_session_token", {}),
        ("ec2", "run_instances", {"MinCount": 1, "MaxCount": 1}),
    ],
)
def test_what_is_not_on_the_list_raises_before_it_leaves(
    server: tuple[Front, str], service: str, method: str, params: dict[str, Any]
) -> None:
    made, address = server
    with pytest.raises(NotAllowed, match=r"not on the list"):
        getattr(whole(address, service), method)(**params)
    assert made.log == []


@pytest.mark.parametrize("path", ["/", "/app/database", "", "/aws/service/", "/aws/service/global-infrastructure"])
def test_of_parameter_store_only_what_aws_publishes_is_read(server: tuple[Front, str], path: str) -> None:
    made, address = server
    with pytest.raises(NotAllowed, match="GetParametersByPath is for"):
        whole(address, "ssm").get_parameters_by_path(Path=path)
    assert made.log == []


def test_what_is_on_the_list_leaves(server: tuple[Front, str]) -> None:
    made, address = server
    session = Session(Access("aws", "eu-west-1", endpoint=address))
    for _ in range(2):  # the second is the first again, with another signature
        session.ask("sqs", "ListQueues", "eu-west-1", {}, session.frozen(Account("123456789012")))
    assert [(one.service, one.operation) for one in made.log] == [("sqs", "ListQueues")] * 2


def test_a_request_changed_after_it_was_made_does_not_leave(server: tuple[Front, str]) -> None:
    """The last of the three: even with the first handler gone, nothing leaves that has not passed it."""
    made, address = server
    session = Botocore()
    watch(session)
    client = session.create_client("sqs", "eu-west-1", endpoint_url=address)
    client.meta.events.register_first("before-call", lambda **_: None)
    for handler in list(client.meta.events._emitter._handlers.prefix_search("before-call")):
        if handler.__name__ == "before_call":
            client.meta.events.unregister("before-call", handler)
    with pytest.raises(NotAllowed, match="was not on the list of calls when it was made"):
        client.purge_queue(QueueUrl=f"{address}/123456789012/q")
    assert made.log == []
