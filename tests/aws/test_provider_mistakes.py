"""What an operator gets wrong before anything is looked at: each is one gap with a code that says which it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from werkzeug.wrappers import Response

from aws_front import MANAGEMENT, Front, error, front, json_answer, unused_port, xml_error
from aws_organisation import ROLE, build
from aws_scan import Said, assessed, credentials, part_of_table, scan
from dpa_guard import Gap

SECRET = "planted-secret-of-a-setting"


class Server(NamedTuple):
    front: Front
    address: str
    member: str
    table: Path


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with front() as (made, address), pytest.MonkeyPatch.context() as patch:
        credentials(patch, folder)
        made.regions = {"eu-west-1": "ENABLED"}
        member = build(address, 1, ["eu-west-1"], []).accounts[1]
        yield Server(made, address, member, part_of_table(folder, ["sqs.ListQueues"]))


@pytest.fixture
def server(one_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Server:
    credentials(monkeypatch, tmp_path)
    one_server.front.log.clear()
    return one_server


def looked(server: Server, **settings: Any) -> Said:
    return scan(server.address, server.table, **settings)


def only_gap(said: Said) -> Gap:
    assert said.resources == {}
    assert said.coverage == {}
    (gap,) = said.gaps
    return gap


def test_the_same_server_without_a_mistake_leaves_no_gap(server: Server) -> None:
    said = looked(server, organization=True, role=ROLE)
    assert said.gaps == []
    assert {account for account, _ in said.coverage} == {MANAGEMENT, server.member}


def test_no_credentials(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    gap = only_gap(looked(server))
    assert (gap.reason_code, gap.detail["code"]) == ("aws-no-credentials", "NoCredentialsError")
    assert server.front.log == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (xml_error("ExpiredToken", f"The security token {SECRET} is expired", 403), "aws-credentials-expired"),
        (xml_error("RequestExpired", "Request has expired", 400), "aws-credentials-expired"),
        (xml_error("InvalidClientTokenId", f"The security token {SECRET} is invalid", 403), "aws-credentials-refused"),
        (xml_error("SignatureDoesNotMatch", SECRET, 403), "aws-credentials-refused"),
        (Response("<html>Proxy</html>", 200, content_type="text/html"), "aws-not-reached"),
        (Response("", 503), "aws-not-reached"),
    ],
)
def test_credentials_that_do_not_hold(server: Server, answer: Response, why: str) -> None:
    with server.front.spoiled(lambda _: answer, operation="GetCallerIdentity"):
        said = looked(server, organization=True, role=ROLE)
    assert only_gap(said).reason_code == why
    assert {one.operation for one in server.front.log} <= {"GetCallerIdentity", "ListAccounts"}, "nothing of the estate"
    assert SECRET not in repr(said)


def test_no_network(server: Server) -> None:
    said = scan(f"http://127.0.0.1:{unused_port()}", server.table, organization=True, role=ROLE)
    gap = only_gap(said)
    assert (gap.reason_code, gap.detail["code"]) == ("aws-not-reached", "EndpointConnectionError")


def test_an_unknown_profile(server: Server) -> None:
    gap = only_gap(looked(server, profile="nobody"))
    assert (gap.reason_code, gap.detail["profile"]) == ("aws-profile-not-found", "nobody")


def test_an_unknown_profile_among_others_is_a_gap_and_the_others_are_looked_at(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keys = "aws_access_key_id = testing\naws_secret_access_key = testing\n"
    (tmp_path / "credentials").write_text(f"[known]\n{keys}", "utf-8")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    said = looked(server, profiles=["known", "nobody"])
    (gap,) = said.gaps
    assert (gap.reason_code, gap.detail["profile"]) == ("aws-profile-not-found", "nobody")
    assert {account for account, _ in said.coverage} == {MANAGEMENT}


@pytest.mark.parametrize("settings", [{"partition": "aws-nowhere"}, {"region": "eu-nowhere-1"}])
def test_an_unknown_partition(server: Server, settings: dict[str, str]) -> None:
    gap = only_gap(looked(server, **settings))
    assert gap.reason_code == "aws-partition-not-known"
    assert gap.detail["partition"] in settings.values()
    assert "aws-eusc" in gap.detail["known"]
    assert server.front.log == []


def test_credentials_of_another_partition(server: Server) -> None:
    me = f"<Arn>arn:aws-eusc:iam::{MANAGEMENT}:user/a</Arn><Account>{MANAGEMENT}</Account>"
    result = f"<GetCallerIdentityResult>{me}</GetCallerIdentityResult>"
    answer = Response(f"<GetCallerIdentityResponse>{result}</GetCallerIdentityResponse>", content_type="text/xml")
    with server.front.spoiled(lambda _: answer, operation="GetCallerIdentity"):
        gap = only_gap(looked(server))
    assert (gap.reason_code, gap.detail) == (
        "aws-partition-differs",
        {"account": MANAGEMENT, "partition": "aws-eusc"},
    )


def test_a_wrong_role_name_is_a_gap_for_each_account_but_the_own(server: Server) -> None:
    denied = xml_error("AccessDenied", f"not authorized to perform: sts:AssumeRole on {SECRET}", 403)
    with server.front.spoiled(lambda one: denied if "wrong-name" in one.what else None, operation="AssumeRole"):
        said = looked(server, organization=True, role="wrong-name")
    (gap,) = said.gaps
    assert (gap.reason_code, gap.detail["account"]) == ("aws-account-not-entered", server.member)
    assert (gap.detail["role"], gap.detail["code"]) == ("wrong-name", "AccessDenied")
    assert said.coverage[(server.member, "*")] == {"*": "not-attempted"}
    assert SECRET not in repr(said)


def test_an_account_that_is_not_in_the_organisation(server: Server) -> None:
    said = looked(server, organization=True, role=ROLE, accounts=[MANAGEMENT, "999999999999"])
    (gap,) = said.gaps
    assert (gap.reason_code, gap.detail) == ("aws-account-not-in-organization", {"account": "999999999999"})
    assert said.coverage[("999999999999", "*")] == {"*": "not-attempted"}
    assert {account for account, _ in said.coverage} == {MANAGEMENT, "999999999999"}


NOT_IN_USE = error("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (NOT_IN_USE, "aws-no-organization"),
        (error("AccessDeniedException", SECRET), "aws-accounts-not-listed"),
        (json_answer({"Accounts": []}), "aws-accounts-not-listed"),
    ],
)
def test_a_list_of_accounts_that_cannot_be_had_is_a_gap_and_the_own_account_is_looked_at(
    server: Server, answer: Response, why: str
) -> None:
    with server.front.spoiled(lambda _: answer, operation="ListAccounts"):
        said = looked(server, organization=True, role=ROLE)
    (gap,) = said.gaps
    assert (gap.reason_code, gap.detail["action"]) == (why, "organizations:ListAccounts")
    assert {account for account, _ in said.coverage} == {MANAGEMENT}
    assert SECRET not in repr(said)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"organisation": True}, "organisation: is no key of an aws scope"),
        ({"organization": "yes", "role": ROLE}, "organization: expected true or false"),
        ({"accounts": "111111111111", "role": ROLE}, "accounts: expected a list"),
        ({"accounts": [111111111111], "role": ROLE}, "accounts: expected account ids of 12 digits"),
        ({"accounts": ["12345"], "role": ROLE}, "accounts: expected account ids of 12 digits"),
        ({"organization": True}, "organization needs role"),
        ({"role": ROLE}, "role needs organization = true or accounts"),
        ({"roles": [SECRET]}, "roles: expected ARNs of roles"),
        ({"region": ""}, "region: expected a text that is not empty"),
        ({"external_id": 7}, "external_id: expected a text that is not empty"),
        ({"profile": "a", "profiles": ["b"]}, "profile and profiles exclude each other"),
    ],
)
def test_settings_with_a_mistake(server: Server, settings: dict[str, Any], words: str) -> None:
    said = looked(server, **settings)
    gap = only_gap(said)
    assert gap.reason_code == "aws-setting-wrong"
    assert words in gap.detail["expected"]
    assert server.front.log == []
    assert SECRET not in repr(said)


def test_none_of_them_ends_with_success(server: Server, tmp_path: Path) -> None:
    with server.front.spoiled(lambda _: NOT_IN_USE, operation="ListAccounts"):
        made = assessed(server.address, tmp_path, server.table, organization=True, role=ROLE)
    assert made.exit_code == 3
    assert assessed(server.address, tmp_path, server.table, profile="nobody").exit_code == 3
    assert assessed(server.address, tmp_path, server.table, organisation=True).exit_code == 3
