"""What cannot be looked at, one thing at a time: its own coverage status, its own gap, and never "nothing there".

Without a fault the estate passes with exit code 0; with any of them it is 3.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from werkzeug.wrappers import Response

from aws_front import HANG_UP, MANAGEMENT, Asked, Front, error, front, json_answer, xml_error
from aws_organisation import ROLE, build, table
from aws_scan import QUICK, assessed, credentials, part_of_table
from dpa_guard import Gap
from dpa_guard.assessment import Assessment

HERE, THERE = "eu-west-1", "eu-central-1"
MADE = ("sqs.CreateQueue", "sns.CreateTopic", "dynamodb.CreateTable", "kms.CreateKey", "s3.CreateBucket")
CALLS = (
    "dynamodb.DescribeTable",
    "dynamodb.ListTables",
    "kms.DescribeKey",
    "kms.ListKeys",
    "s3.GetBucketLocation",
    "s3.GetBucketReplication",
    "s3.ListBuckets",
    "sns.ListTopics",
    "sqs.ListQueues",
)
SERVICES = ("dynamodb", "kms", "s3", "sns", "sqs")
SECRET = "planted-secret-of-an-error"
BY_A_POLICY = f"User is not authorized with an explicit deny in a service control policy {SECRET}"


class Estate(NamedTuple):
    front: Front
    address: str
    member: str
    table: Path
    folder: Path

    def judged(self, **settings: Any) -> Assessment:
        self.front.log.clear()
        return assessed(self.address, self.folder, self.table, **{"organization": True, "role": ROLE, **settings})


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    folder = tmp_path_factory.mktemp("estate")
    rows = [row for row in table() if row["do"] in MADE and "copied" not in str(row) and "far-" not in str(row)]
    rows = [row for row in rows if "MultiRegion" not in str(row)]
    with pytest.MonkeyPatch.context() as patch, front() as (made, address):
        credentials(patch, folder)
        organisation = build(address, 1, [HERE, THERE], rows)
        made.regions = {HERE: "ENABLED", THERE: "ENABLED", "ap-east-1": "DISABLED"}
        yield Estate(made, address, organisation.accounts[1], part_of_table(folder, CALLS), folder)


def status(of: Assessment, account: str, region: str, service: str) -> str | None:
    return next(
        one.services.get(service) for one in of.inventory.coverage if (one.account, one.region) == (account, region)
    )


def others(of: Assessment, account: str, region: str, service: str) -> set[str]:
    """The statuses of every other cell of the regions that are on."""
    return {
        is_
        for one in of.inventory.coverage
        for name, is_ in one.services.items()
        if (one.account, one.region, name) != (account, region, service) and one.region in (HERE, THERE)
    }


def only_gap(of: Assessment) -> Gap:
    (gap,) = of.inventory.gaps
    return gap


def where(gap: Gap) -> tuple[str | None, ...]:
    return tuple(gap.detail.get(name) for name in ("account", "region", "service"))


def always(answer: Response) -> Callable[[Asked], Response]:
    return lambda _asked: answer


def test_without_a_fault_everything_is_looked_at_and_passes(estate: Estate) -> None:
    made = estate.judged()
    assert made.exit_code == 0
    assert made.inventory.gaps == ()
    assert len(made.inventory.resources) == 4 * (3 + 3 + 2 + 2) + 2 * 2
    assert {made.account for made in made.inventory.resources} == {MANAGEMENT, estate.member}
    assert {name for one in made.inventory.coverage for name in one.services} == {*SERVICES, "*"}


DENIED = [
    ("dynamodb", "AccessDeniedException", error, 400),
    ("sqs", "AccessDenied", error, 401),
    ("sns", "AuthorizationError", xml_error, 403),
    ("sns", "AccessDenied", xml_error, 403),
]


@pytest.mark.parametrize(("service", "code", "spell", "http"), DENIED)
def test_a_denied_list_is_denied_where_it_was_denied_and_nowhere_else(
    estate: Estate, service: str, code: str, spell: Callable[..., Response], http: int
) -> None:
    answer = always(spell(code, f"not authorized {SECRET}", http))
    with estate.front.spoiled(answer, account=estate.member, region=THERE, service=service):
        made = estate.judged()
    assert status(made, estate.member, THERE, service) == "denied"
    assert others(made, estate.member, THERE, service) == {"looked"}
    gap = only_gap(made)
    assert (gap.reason_code, gap.detail["code"], *where(gap)) == ("aws-denied", code, estate.member, THERE, service)
    operation = {"dynamodb": "ListTables", "sqs": "ListQueues", "sns": "ListTopics"}[service]
    assert (gap.detail["operations"], gap.detail["actions"]) == (operation, f"{service}:{operation}")
    assert gap.detail["request_id"] == "11111111-2222-3333-4444-555555555555"
    assert made.exit_code == 3
    assert SECRET not in repr(made)


@pytest.mark.parametrize(("service", "code", "spell", "http"), DENIED[::2])
def test_a_denial_by_the_organisation_is_told_apart(
    estate: Estate, service: str, code: str, spell: Callable[..., Response], http: int
) -> None:
    answer = always(spell(code, BY_A_POLICY, http))
    with estate.front.spoiled(answer, account=estate.member, region=THERE, service=service):
        made = estate.judged()
    gap = only_gap(made)
    assert (gap.reason_code, *where(gap)) == ("aws-denied-by-policy", estate.member, THERE, service)
    assert status(made, estate.member, THERE, service) == "denied"
    assert (made.exit_code, SECRET in repr(made)) == (3, False)


def test_what_is_denied_in_every_region_is_said_once_for_the_account(estate: Estate) -> None:
    with estate.front.spoiled(always(error("AccessDeniedException", "", 403)), account=MANAGEMENT, service="dynamodb"):
        made = estate.judged()
    assert where(only_gap(made)) == (MANAGEMENT, None, "dynamodb")
    assert {status(made, MANAGEMENT, region, "dynamodb") for region in (HERE, THERE)} == {"denied"}


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        ("dynamodb", error("ThrottlingException", "Rate exceeded")),
        ("sns", xml_error("TooManyRequests", "Rate exceeded", 429)),
    ],
)
def test_what_is_throttled_to_the_end_is_throttled(estate: Estate, service: str, answer: Response) -> None:
    with estate.front.spoiled(always(answer), account=MANAGEMENT, region=HERE, service=service):
        made = estate.judged()
    gap = only_gap(made)
    assert (gap.reason_code, *where(gap)) == ("aws-throttled", MANAGEMENT, HERE, service)
    assert status(made, MANAGEMENT, HERE, service) == "throttled"
    assert others(made, MANAGEMENT, HERE, service) == {"looked"}
    asked = [one for one in estate.front.log if (one.account, one.region, one.service) == (MANAGEMENT, HERE, service)]
    assert len(asked) == QUICK.tries_throttled
    assert made.exit_code == 3


def test_what_is_throttled_at_first_is_looked_at(estate: Estate) -> None:
    answers = [error("ThrottlingException"), error("ThrottlingException")]
    with estate.front.spoiled(lambda _: answers.pop() if answers else None, service="dynamodb", operation="ListTables"):
        made = estate.judged()
    assert (made.exit_code, answers) == (0, [])


def test_a_page_that_fails_after_others_leaves_it_looked_at_in_part_and_keeps_its_items(estate: Estate) -> None:
    table_ = next(one.id for one in estate.judged().inventory.resources if one.kind == "aws_dynamodb_table")
    _, _, _, region, account, name = table_.split(":")
    name = name.partition("/")[2]

    def answer(asked: Asked) -> Response:
        if "ExclusiveStartTableName" in asked.what:
            return error("AccessDeniedException", "", 403)
        return json_answer({"TableNames": [name], "LastEvaluatedTableName": name})

    with estate.front.spoiled(answer, account=account, region=region, operation="ListTables"):
        made = estate.judged()
    assert status(made, account, region, "dynamodb") == "looked-partly"
    gap = only_gap(made)
    assert (gap.reason_code, *where(gap)) == ("aws-denied", account, region, "dynamodb")
    assert table_ in {one.id for one in made.inventory.resources}
    assert made.exit_code == 3


def test_a_page_that_comes_again_and_again_ends_and_is_a_gap(estate: Estate) -> None:
    answer = json_answer({"TableNames": [], "LastEvaluatedTableName": "again"})
    with estate.front.spoiled(always(answer), account=MANAGEMENT, region=HERE, operation="ListTables"):
        made = estate.judged()
    assert status(made, MANAGEMENT, HERE, "dynamodb") == "looked-partly"
    assert (only_gap(made).detail["code"], made.exit_code) == ("SamePageAgain", 3)


def test_a_second_call_that_fails_leaves_the_place_unknown(estate: Estate) -> None:
    with estate.front.spoiled(always(xml_error("AccessDenied", "", 403)), operation="GetBucketReplication"):
        made = estate.judged()
    buckets = [one for one in made.inventory.resources if one.kind == "aws_s3_bucket"]
    assert len(buckets) == 4
    for bucket in buckets:
        assert {(one.role, one.extent, one.why) for one in bucket.locations} == {
            ("primary", "exact", ""),
            ("replica", "unknown", "second-call-denied"),
        }
    verdicts = {finding.verdict for finding in made.findings if finding.resource in buckets}
    assert verdicts == {"unknown"}
    assert made.exit_code == 3


def test_a_region_that_is_not_opted_in_is_known_to_be_off(estate: Estate) -> None:
    made = estate.judged()
    off = [one for one in made.inventory.coverage if one.region == "ap-east-1"]
    assert [one.services for one in off] == [{"*": "region-disabled"}] * 2
    assert not [one for one in estate.front.log if one.region == "ap-east-1"]


def test_without_a_list_of_regions_those_that_refuse_the_credentials_are_off(estate: Estate) -> None:
    def refused(asked: Asked) -> Response | None:
        if asked.operation == "GetCallerIdentity" and asked.region not in (HERE, THERE, "us-east-1"):
            return xml_error("InvalidClientTokenId", "The security token included in the request is invalid", 403)
        return None

    denied = always(xml_error("UnauthorizedOperation", "", 403))
    with (
        estate.front.spoiled(always(error("AccessDeniedException", "", 403)), operation="ListRegions"),
        estate.front.spoiled(denied, operation="DescribeRegions"),
        estate.front.spoiled(refused),
    ):
        made = estate.judged()
    statuses = {(one.region, is_) for one in made.inventory.coverage for is_ in one.services.values()}
    assert {region for region, is_ in statuses if is_ == "looked"} == {HERE, THERE, "us-east-1"}
    assert ("ap-east-1", "region-disabled") in statuses
    gaps = [(gap.reason_code, gap.detail["account"]) for gap in made.inventory.gaps]
    assert sorted(gaps) == sorted([("aws-regions-not-listed", one) for one in (MANAGEMENT, estate.member)])
    assert made.exit_code == 3


def test_a_region_that_refuses_the_credentials_although_it_is_on_is_a_gap(estate: Estate) -> None:
    def answer(asked: Asked) -> Response | None:
        refused = "security token included in the request is invalid"
        if asked.service in ("sns", "s3"):
            return xml_error("InvalidClientTokenId", refused, 403)
        return error("UnrecognizedClientException", refused)

    with estate.front.spoiled(answer, account=estate.member, region=THERE):
        made = estate.judged()
    assert {status(made, estate.member, THERE, name) for name in SERVICES if name != "s3"} == {"denied"}
    assert made.exit_code == 3
    assert all(gap.detail["region"] == THERE for gap in made.inventory.gaps)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("not authorized to perform sts:AssumeRole", "aws-account-not-entered"),
        (BY_A_POLICY, "aws-account-denied-by-policy"),
    ],
)
def test_an_account_that_cannot_be_entered_is_a_gap_and_asked_nothing_else(
    estate: Estate, message: str, why: str
) -> None:
    def answer(asked: Asked) -> Response | None:
        return xml_error("AccessDenied", message, 403) if estate.member in asked.what else None

    with estate.front.spoiled(answer, operation="AssumeRole"):
        made = estate.judged()
    gap = only_gap(made)
    assert (gap.reason_code, gap.detail["account"], gap.detail["code"]) == (why, estate.member, "AccessDenied")
    assert gap.detail["role"] == ROLE
    cells = [one for one in made.inventory.coverage if one.account == estate.member]
    assert [(one.region, one.services) for one in cells] == [("*", {"*": "not-attempted"})]
    assert len([one for one in estate.front.log if one.operation == "AssumeRole"]) == 1
    assert not [one for one in estate.front.log if one.account == estate.member]
    assert (made.exit_code, SECRET in repr(made)) == (3, False)


@pytest.mark.parametrize("state", ["SUSPENDED", "PENDING_CLOSURE"])
def test_a_suspended_account_is_a_gap(estate: Estate, state: str) -> None:
    accounts = [{"Id": MANAGEMENT, "State": "ACTIVE"}, {"Id": estate.member, "State": state}]
    with estate.front.spoiled(always(json_answer({"Accounts": accounts})), operation="ListAccounts"):
        made = estate.judged()
    gap = only_gap(made)
    assert (gap.reason_code, gap.detail) == ("aws-account-not-active", {"account": estate.member, "state": state})
    assert [one.services for one in made.inventory.coverage if one.account == estate.member] == [{"*": "not-attempted"}]
    assert made.exit_code == 3


UNREADABLE = {
    "a connection broken off": HANG_UP,
    "a page": Response("<html>Proxy</html>", 200, content_type="text/html"),
    "half an answer": Response('{"TableNames": ["a"', 200, content_type="application/x-amz-json-1.0"),
    "no answer of that shape": Response("7", 200, content_type="application/x-amz-json-1.0"),
    "nothing at all": Response("", 200, content_type="application/x-amz-json-1.0"),
    "HTTP 500": Response("", 500),
    "HTTP 503 of a proxy": Response("<html>no</html>", 503, content_type="text/html"),
    "an error of the service": error("InternalFailure", "", 500),
    "an error nobody knows": error("QuiteNewException", "", 400),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_an_answer_that_cannot_be_read_is_no_answer(estate: Estate, what: str) -> None:
    with estate.front.spoiled(always(UNREADABLE[what]), account=MANAGEMENT, region=HERE, operation="ListTables"):
        made = estate.judged()
    assert status(made, MANAGEMENT, HERE, "dynamodb") in ("unreachable", "unsupported")
    assert others(made, MANAGEMENT, HERE, "dynamodb") == {"looked"}
    assert where(only_gap(made)) == (MANAGEMENT, HERE, "dynamodb")
    assert made.exit_code == 3


@pytest.mark.parametrize("what", ["a connection broken off", "a page", "nothing at all"])
@pytest.mark.parametrize("operation", ["ListTopics", "ListBuckets"])
def test_an_answer_in_xml_that_cannot_be_read_is_no_answer(estate: Estate, what: str, operation: str) -> None:
    service = {"ListTopics": "sns", "ListBuckets": "s3"}[operation]
    with estate.front.spoiled(always(UNREADABLE[what]), account=MANAGEMENT, operation=operation):
        made = estate.judged()
    assert {status(made, MANAGEMENT, region, service) for region in (HERE, THERE)} == {"unreachable"}
    assert where(only_gap(made)) == (MANAGEMENT, None, service)
    assert made.exit_code == 3


@pytest.fixture
def one_name_without_address(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """SQS is asked at a name that the name server answers with the error it is given; all else at the front."""
    real = socket.getaddrinfo

    def choose(number: int) -> None:
        def look_up(host: Any, *rest: Any, **more: Any) -> Any:
            if host == "sqs.invalid":
                raise socket.gaierror(number, "made up")
            return real(host, *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", look_up)

    monkeypatch.setenv("AWS_ENDPOINT_URL", estate.address)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://sqs.invalid")
    return choose


def published(*regions: str) -> Response:
    """What Parameter Store says of the regions of SQS."""
    path = "/aws/service/global-infrastructure/services/sqs/regions"
    return json_answer({"Parameters": [{"Name": f"{path}/{one}", "Value": one} for one in regions]})


def test_a_name_without_an_address_is_not_offered_where_aws_says_so(
    estate: Estate, one_name_without_address: Callable[[int], None]
) -> None:
    one_name_without_address(socket.EAI_NONAME)

    def answer(asked: Asked) -> Response | None:
        return published(HERE) if "services/sqs" in asked.what else None

    with estate.front.spoiled(answer, operation="GetParametersByPath"):
        estate.front.log.clear()
        made = assessed("", estate.folder, estate.table, organization=True, role=ROLE)
    assert {status(made, one, THERE, "sqs") for one in (MANAGEMENT, estate.member)} == {"not-offered"}
    assert {status(made, one, HERE, "sqs") for one in (MANAGEMENT, estate.member)} == {"unreachable"}
    gaps = [gap for gap in made.inventory.gaps if gap.reason_code != "aws-endpoint-elsewhere"]  # which is so
    assert {(gap.reason_code, *where(gap)) for gap in gaps} == {
        ("aws-unreachable", account, HERE, "sqs") for account in (MANAGEMENT, estate.member)
    }
    assert len([one for one in estate.front.log if "services/sqs" in one.what]) == 1
    assert made.exit_code == 3


def test_a_name_server_that_fails_never_makes_a_service_not_offered(
    estate: Estate, one_name_without_address: Callable[[int], None]
) -> None:
    one_name_without_address(socket.EAI_AGAIN)
    with estate.front.spoiled(lambda one: published("us-west-2") if "services/sqs" in one.what else None):
        made = assessed("", estate.folder, estate.table, organization=True, role=ROLE)
    assert {status(made, MANAGEMENT, region, "sqs") for region in (HERE, THERE)} == {"unreachable"}
    assert made.exit_code == 3
