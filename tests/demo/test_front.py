"""What stands before moto: whom it lets in, and what it answers itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from botocore.parsers import create_parser
from botocore.session import Session

from dpa_guard.demo.answers import nothing
from dpa_guard.demo.asked import Asked
from dpa_guard.demo.company import Instead, accounts, instead, management, regions
from dpa_guard.demo.front import KEY, READY, Front
from dpa_guard_aws.expressions import search
from dpa_guard_aws.requests import rows
from dpa_guard_aws.table import Row

HOST = "127.0.0.1:5000"
PRODUCTION = accounts()[1].id
SESSION = Session()


class Behind:
    """An application in moto's place that keeps what reaches it."""

    def __init__(self, answer: bytes = b"<page/>", status: str = "200 OK", kind: str = "text/xml") -> None:
        self.reached: list[dict[str, Any]] = []
        self._answer, self._status, self._kind = answer, status, kind

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.reached.append(environ)
        if self._status == "broken":
            raise KeyError("moto's own mistake")
        start_response(self._status, [("Content-Type", self._kind)])
        return [self._answer]


def ask(front: Front, service: str, path: str = "/", key: str = KEY, **more: Any) -> tuple[int, Any, bytes]:
    """Ask as an SDK does; return status, headers and body."""
    from werkzeug.test import Client

    signed = f"AWS4-HMAC-SHA256 Credential={key}/20261125/eu-central-1/{service}/aws4_request, Signature=00"
    headers = {"Authorization": signed, **more.pop("headers", {})}
    answer = Client(front).post(path, headers=headers, **more)
    return answer.status_code, answer.headers, answer.get_data()


@pytest.mark.parametrize("key", ["AKIAREALREALREALREAL", "", "Testing"])
def test_it_lets_nobody_in_but_with_its_own_key(key: str) -> None:
    behind = Behind()
    status, _, body = ask(Front(behind, HOST), "s3", key=key)
    assert (status, behind.reached) == (403, [])
    assert b"InvalidClientTokenId" in body
    assert not key or key.encode() not in body


def test_it_tells_that_it_is_there_without_a_signature() -> None:
    from werkzeug.test import Client

    assert Client(Front(Behind(), HOST)).get(READY).status_code == 200


def test_moto_is_told_the_account_and_sees_its_own_address_whatever_name_was_asked() -> None:
    behind = Behind()
    ask(Front(behind, HOST), "s3", headers={"Host": f"{PRODUCTION}.s3-control.example"})
    (reached,) = behind.reached
    assert (reached["HTTP_X_MOTO_ACCOUNT_ID"], reached["HTTP_HOST"]) == (management().id, HOST)


def test_a_key_that_moto_gave_out_for_a_role_lets_into_the_account_of_the_role() -> None:
    behind = Behind(b"<AssumeRoleResponse><AccessKeyId>ASIAGIVENOUT</AccessKeyId></AssumeRoleResponse>")
    front = Front(behind, HOST)
    arn = f"arn:aws:iam::{PRODUCTION}:role/dpa-guard-read"
    ask(front, "sts", data={"Action": "AssumeRole", "RoleArn": arn})
    ask(front, "s3", key="ASIAGIVENOUT")
    assert behind.reached[-1]["HTTP_X_MOTO_ACCOUNT_ID"] == PRODUCTION


@pytest.mark.parametrize("one", instead(), ids=lambda one: f"{one.service} {one.asked}")
def test_what_an_empty_list_does_not_say_is_said_as_aws_says_it_and_moto_is_not_asked(one: Instead) -> None:
    behind = Behind()
    in_path = one.asked.startswith("/")
    form: dict[str, Any] = {} if in_path else {"data": {"Action": one.asked}}
    status, headers, body = ask(Front(behind, HOST), one.service, f"{one.asked}it" if in_path else "/", **form)
    assert (status, headers.get("x-amzn-ErrorType", "")) == ((400, one.code) if one.code else (200, ""))
    assert (behind.reached, one.message.encode() in body) == ([], True)


def test_the_organisation_and_its_regions_are_those_of_the_tables() -> None:
    front = Front(Behind(), HOST)
    target = {"X-Amz-Target": "AWSOrganizationsV20161128.ListAccounts"}
    _, _, listed = ask(front, "organizations", headers=target)
    assert [one.id for one in accounts() if one.id.encode() not in listed] == []
    assert b"SUSPENDED" in listed
    _, _, known = ask(front, "account", "/listRegions")
    assert [region for region in regions(management().id) if region.encode() not in known] == []


@pytest.mark.parametrize(
    "behind",
    [
        Behind(b"<html>", "404 NOT FOUND", "text/html"),
        Behind(b"{}", "501 NOT IMPLEMENTED", "application/json"),
        Behind(status="broken"),
    ],
    ids=["no such page", "not implemented", "broken"],
)
def test_what_moto_does_not_know_is_answered_with_nothing(behind: Behind) -> None:
    status, _, body = ask(Front(behind, HOST), "kms", headers={"X-Amz-Target": "TrentService.ListKeys"})
    assert (status, body) == (200, b"{}")


def test_an_error_of_a_service_stays_an_error() -> None:
    behind = Behind(b'{"__type": "NotFoundException"}', "400 BAD REQUEST", "application/x-amz-json-1.1")
    status, _, body = ask(Front(behind, HOST), "kms", headers={"X-Amz-Target": "TrentService.DescribeKey"})
    assert (status, body) == (400, b'{"__type": "NotFoundException"}')


def test_moto_is_not_asked_for_what_the_company_does_not_use() -> None:
    behind = Behind()
    assert ask(Front(behind, HOST), "kendra")[2] == b"{}"
    assert behind.reached == []


def test_the_replica_that_moto_cannot_make_is_added() -> None:
    behind = Behind(b'{"Table": {"TableName": "sessions"}}', kind="application/x-amz-json-1.0")
    front = Front(behind, HOST)
    front._accounts["production"] = PRODUCTION
    _, _, body = ask(front, "dynamodb", key="production", headers={"X-Amz-Target": "DynamoDB_20120810.DescribeTable"})
    assert b'"TableName": "sessions"' in body
    assert b'"RegionName": "us-east-1"' in body


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.name)
def test_nothing_is_read_as_no_items_by_every_call_of_a_scan(row: Row) -> None:
    model = SESSION.get_service_model(row.service)
    protocol = model.resolved_protocol
    action = row.operation if protocol in ("query", "ec2") else ""
    spoken = "rpc-v2-cbor" if protocol == "smithy-rpc-v2-cbor" else ""
    answer = nothing(Asked("", "", model.signing_name, action, "", {}, "/", spoken))
    response = {
        "status_code": answer.status,
        "headers": {"content-type": answer.content_type, **answer.headers},
        "body": answer.body,
        "context": {"operation_name": row.operation},
    }
    parsed = create_parser(protocol).parse(response, model.operation_model(row.operation).output_shape)
    parsed.pop("ResponseMetadata", None)
    assert [item for item in search(row.items, parsed) or () if _says_something(item)] == []


def _says_something(item: Any) -> bool:
    """Does an item hold any value? That of a call about one thing is there and empty."""
    values = item.values() if isinstance(item, dict) else item if isinstance(item, list) else [item]
    return any(_says_something(one) if isinstance(one, dict | list) else one for one in values)
