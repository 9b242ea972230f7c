"""What an API, or somebody with an account, could do so that a scan passes over something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from botocore.loaders import Loader
from werkzeug.wrappers import Response

from aws_calls import calls
from aws_front import Asked, Front, front, json_answer
from aws_scan import assessed, credentials, part_of_table, places
from dpa_guard.assessment import Assessment, exit_code_of

CALLS = ("dynamodb.ListTables", "dynamodb.DescribeTable", "sns.ListTopics", "sqs.ListQueues", "ec2.DescribeVolumes")


class Server(NamedTuple):
    front: Front
    address: str
    table: Path
    folder: Path

    def judged(self, **settings: Any) -> Assessment:
        self.front.log.clear()
        return assessed(self.address, self.folder, self.table, **settings)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with front() as (made, address), pytest.MonkeyPatch.context() as patch:
        credentials(patch, folder)
        made.regions = {"eu-west-1": "ENABLED"}
        yield Server(made, address, part_of_table(folder, CALLS), folder)


def exit_code(of: Assessment) -> int:
    return exit_code_of([of], allow_incomplete=False)


def codes(of: Assessment) -> set[str]:
    return {gap.detail.get("code", "") for gap in of.gaps}


def test_the_same_estate_without_a_trick_passes(server: Server) -> None:
    of = server.judged()
    assert (list(of.gaps), exit_code(of)) == ([], 0)


XHTML = '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">\n<html></html>'


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        ("sns", Response(XHTML, content_type="text/xml")),
        ("sns", Response("<!-- a proxy --><HTML></HTML>", content_type="text/xml")),
        ("sns", Response("<ListQueuesResponse/>", content_type="text/xml")),
        ("sns", Response("<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>")),
        ("ec2", Response("<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>")),
        ("ec2", Response("<blocked/>", 203)),
        ("sqs", json_answer({"__type": "com.amazonaws.sqs#AccessDeniedException", "message": "no"})),
        ("sqs", json_answer({"message": "Your organisation blocks this page"})),
        ("sqs", json_answer({"Error": {"Code": "AccessDenied"}})),
        ("sqs", Response("<html>blocked</html>", 203)),
        ("sqs", Response("", 204)),
    ],
)
def test_what_only_looks_like_an_answer_is_none(server: Server, service: str, answer: Response) -> None:
    with server.front.spoiled(lambda _: answer, service=service):
        of = server.judged()
    assert (codes(of), exit_code(of)) == ({"ResponseParserError"}, 3)


def test_an_item_without_an_id_is_not_passed_over(server: Server) -> None:
    names = json_answer({"TableNames": ["", "a"]})
    with server.front.spoiled(lambda _: names, operation="ListTables"):
        of = server.judged()
    assert ("ItemWithoutId" in codes(of), exit_code(of)) == (True, 3)


def test_an_item_without_an_id_on_a_page_before_the_last_is_not_passed_over(server: Server) -> None:
    def pages(asked: Asked) -> Response:
        second = "ExclusiveStart" in asked.what
        return json_answer({"TableNames": []} if second else {"TableNames": [""], "LastEvaluatedTableName": "a"})

    with server.front.spoiled(pages, operation="ListTables"):
        of = server.judged()
    assert (codes(of), exit_code(of)) == ({"ItemWithoutId"}, 3)


def test_pages_that_lead_round_in_a_circle_end(server: Server) -> None:
    def pages(asked: Asked) -> Response:
        return json_answer({"QueueUrls": [], "NextToken": "b" if '"a"' in asked.what else "a"})

    with server.front.spoiled(pages, operation="ListQueues"):
        of = server.judged()
    assert (codes(of), exit_code(of)) == ({"SamePageAgain"}, 3)


@cache
def _inputs(service: str, operation: str) -> dict[str, str]:
    """Return parameter → what the model says of it."""
    model: dict[str, Any] = Loader().load_service_model(service, "service-2")
    given = model["operations"][operation].get("input")
    members = model["shapes"][given["shape"]].get("members", {}) if given else {}
    return {name: re.sub("<[^>]+>", "", member.get("documentation", "")) for name, member in members.items()}


def test_every_list_that_is_only_paged_on_demand_is_asked_for_pages() -> None:
    """SQS answers the first 1,000 queues and no token, unless ``MaxResults`` is set."""
    silent = [
        (call.label, name)
        for call in calls()
        for name, says in _inputs(call.service, call.operation).items()
        if re.search(r"must (set|specify|include) .{0,40}to receive", says) and name not in call.params
    ]
    assert silent == []


def test_what_an_account_can_hide_from_its_lists_is_asked_for() -> None:
    """An account may set EC2 to leave out what another service of AWS made in it; it is there and is billed."""
    hidden = [
        (call.label, name)
        for call in calls()
        for name, says in _inputs(call.service, call.operation).items()
        if "set to hidden" in says and not call.params.get(name)
    ]
    assert hidden == []


def test_projects_of_every_feature_are_listed() -> None:
    """Rekognition lists those of custom labels alone, unless it is told which."""
    (projects,) = [call for call in calls() if call.label == "rekognition.DescribeProjects"]
    assert set(projects.params["Features"]) == {"CUSTOM_LABELS", "CONTENT_MODERATION"}


def listed_topic(arn: str) -> Response:
    member = f"<member><TopicArn>{arn}</TopicArn></member>"
    topics = f"<ListTopicsResult><Topics>{member}</Topics></ListTopicsResult>"
    return Response(f"<ListTopicsResponse>{topics}</ListTopicsResponse>", content_type="text/xml")


def test_what_is_listed_elsewhere_than_its_arn_says_is_in_both_places(server: Server) -> None:
    """An ARN says where a thing was made; only where it is listed too is it there for certain."""
    arn = "arn:aws:sns:us-east-1:123456789012:copied"
    with server.front.spoiled(lambda _: listed_topic(arn), operation="ListTopics"):
        of = server.judged()
    (topic,) = [one for one in of.inventory.resources if one.id == arn]
    assert {code for _, code, *_ in places(topic)} == {"us-east-1", "eu-west-1"}
    assert exit_code(of) == 1


def test_what_another_account_shares_belongs_to_that_account(server: Server) -> None:
    """Else an exclusion of the account that sees it would hide what is not that account's."""
    arn = "arn:aws:sns:eu-west-1:999999999999:shared"
    with server.front.spoiled(lambda _: listed_topic(arn), operation="ListTopics"):
        of = server.judged()
    (topic,) = [one for one in of.inventory.resources if one.id == arn]
    assert topic.account == "999999999999"


def test_a_region_never_heard_of_decides_although_there_are_copies_inside(server: Server) -> None:
    described = json_answer({"Table": {"TableName": "t", "Replicas": [{"RegionName": "eu-west-1"}]}})

    def answer(asked: Asked) -> Response | None:
        if asked.operation == "DescribeTable":
            return described
        return json_answer({"TableNames": ["t"] if asked.region == "xx-new-1" else []})

    server.front.regions["xx-new-1"] = "ENABLED"
    try:
        with server.front.spoiled(answer, service="dynamodb"):
            of = server.judged()
    finally:
        del server.front.regions["xx-new-1"]
    (table,) = [one for one in of.inventory.resources if one.kind == "aws_dynamodb_table"]
    assert ("primary", "xx-new-1", (), "unknown") in places(table)
    assert {finding.verdict for finding in of.findings if finding.resource} == {"unknown"}


def test_an_odd_number_of_the_second_source_takes_nothing_from_the_first(server: Server) -> None:
    odd = json_answer({"resourceCounts": [{"resourceType": "AWS::SQS::Queue", "count": "many"}]})
    queue = json_answer({"QueueUrls": ["https://sqs.eu-west-1.amazonaws.com/123456789012/q"]})
    with (
        server.front.spoiled(lambda _: odd, operation="GetDiscoveredResourceCounts"),
        server.front.spoiled(lambda _: queue, operation="ListQueues"),
    ):
        of = server.judged()
    assert ([one.kind for one in of.inventory.resources], list(of.gaps)) == (["aws_sqs_queue"], [])


@pytest.mark.parametrize("inside", ["", "<Account>123456789012</Account>", "<Account>x</Account><Arn>x</Arn>"])
def test_an_identity_that_says_nothing_is_none(server: Server, inside: str) -> None:
    body = f"<GetCallerIdentityResponse><GetCallerIdentityResult>{inside}</GetCallerIdentityResult>"
    answer = Response(f"{body}</GetCallerIdentityResponse>", content_type="text/xml")
    with server.front.spoiled(lambda _: answer, operation="GetCallerIdentity"):
        of = server.judged()
    assert ([gap.reason_code for gap in of.gaps], exit_code(of)) == (["aws-not-reached"], 3)


def test_an_item_that_is_null_is_not_passed_over(server: Server) -> None:
    queues = json_answer({"QueueUrls": [None]})
    with server.front.spoiled(lambda _: queues, operation="ListQueues"):
        of = server.judged()
    assert (codes(of), exit_code(of)) == ({"ItemWithoutId"}, 3)


def test_a_step_that_cannot_be_gone_on_from_is_not_passed_over(server: Server, tmp_path: Path) -> None:
    table = part_of_table(tmp_path, ("kms.ListKeys", "kms.DescribeKey"))
    keys = json_answer({"Keys": [{"KeyId": "a"}]})
    with server.front.spoiled(lambda _: keys, operation="ListKeys"):
        of = assessed(server.address, server.folder, table)
    assert (codes(of), exit_code(of)) == ({"ItemWithoutId"}, 3)


def test_a_name_that_looks_like_an_arn_hides_nothing(server: Server, tmp_path: Path) -> None:
    """A database of Glue may be called anything, also what another one's ARN is."""
    table = part_of_table(tmp_path, ("glue.GetDatabases",))
    arn = "arn:aws:glue:eu-west-1:123456789012:database/harmless"

    def named(asked: Asked) -> Response:
        return json_answer({"DatabaseList": [{"Name": "harmless" if asked.region == "eu-west-1" else arn}]})

    server.front.regions["us-east-1"] = "ENABLED"
    try:
        with server.front.spoiled(named, operation="GetDatabases"):
            of = assessed(server.address, server.folder, table)
    finally:
        del server.front.regions["us-east-1"]
    assert {one.id for one in of.inventory.resources} == {arn, f"arn:aws:glue:us-east-1:123456789012:database/{arn}"}
    assert exit_code(of) == 1


@pytest.mark.parametrize("answer", [{}, {"Table": None}])
def test_a_description_that_tells_nothing_is_no_proof_that_there_are_no_copies(
    server: Server, answer: dict[str, Any]
) -> None:
    def spoil(asked: Asked) -> Response | None:
        if asked.operation == "ListTables":
            return json_answer({"TableNames": ["orders"]})
        return json_answer(answer) if asked.operation == "DescribeTable" else None

    with server.front.spoiled(spoil):
        of = server.judged()
    assert "EmptyAnswer" in codes(of)
    assert exit_code(of) == 3
