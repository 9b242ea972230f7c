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
from aws_scan import assessed, credentials, part_of_table
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
