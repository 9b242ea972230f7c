"""An answer says the same, whichever way it was read: by the SDK's own client and whole models, or by ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_answers import made, recorded
from aws_calls import calls
from aws_shapes import service_model
from aws_wire import ONE, TWO, Answer, Clients, Wire, outcome, params_of, services, written
from dpa_guard_aws.calls import Access, Account, Call
from dpa_guard_aws.failures import failed
from dpa_guard_aws.perform import _read
from dpa_guard_aws.requests import OWN, rows
from dpa_guard_aws.session import Session

REGION = "eu-central-1"
ACCESS = Access("aws", REGION)
ACCOUNT = Account("123456789012")
ERRORS = {  # botocore 1.44.8 speaks CBOR to none of the table's services
    "json": ("dynamodb", "ListTables"),
    "rest-json": ("kafka", "ListClustersV2"),
    "query": ("rds", "DescribeDBInstances"),  # botocore adds to RDS's model
    "ec2": ("ec2", "DescribeVolumes"),
    "rest-xml": ("cloudfront", "ListDistributions"),
}


class Both:
    """Our session and the SDK's own clients, answered alike."""

    def __init__(self) -> None:
        self.session = Session(ACCESS)
        self.clients = Clients()
        self.wires = (Wire(self.session._sdk), self.clients.wire)

    def answers(self, service: str, operation: str, params: Mapping[str, Any], answer: Answer) -> Iterator[Any]:
        """What the client, our first and our second request give."""
        for wire in self.wires:
            wire.answer = answer
            wire.sent.clear()
        for asker, frozen in ((self.clients, ONE), (self.session, ONE), (self.session, TWO)):
            yield outcome(lambda asker=asker, frozen=frozen: asker.ask(service, operation, REGION, params, frozen))  # type: ignore[misc]  # a lambda with defaults


@pytest.fixture(scope="module")
def both() -> Both:
    return Both()


def said(both: Both, number: int, answer: Any) -> object:
    """What an answer tells the scan."""
    row = rows()[number]
    if not isinstance(answer, Mapping):
        return answer
    return _read(row, Call(number, ACCOUNT, REGION, params_of(row)), ACCESS, answer, both.session)


def differences(both: Both, number: int, answer: Mapping[str, Any]) -> list[object]:
    row = rows()[number]
    over_the_wire = written(row.service, row.operation, answer)
    theirs, *ours = both.answers(row.service, row.operation, params_of(row), over_the_wire)
    expected = said(both, number, theirs)
    return [(row.name, expected, got) for one in ours if (got := said(both, number, one)) != expected]


def test_made_up_answers_of_every_row_say_the_same(both: Both) -> None:
    table = calls()
    assert [call.name for call in table] == [row.name for row in rows()[: -len(OWN)]]
    of_own = [
        table[0]._replace(service=row.service, operation=row.operation, items=row.items, id="", places=())
        for row in OWN
    ]
    differ = []
    for number, call in enumerate((*table, *of_own)):
        for answer in islice(made(call), 0, 40, 5):
            differ += differences(both, number, answer)
    assert differ == []


def test_recorded_answers_say_the_same(both: Both, shared_data: Path) -> None:
    differ, seen = [], 0
    for number, call in enumerate(calls()):
        for _, answer in recorded(shared_data / "recordings" / "aws" / "c7n-placebo", call):
            seen += 1
            differ += differences(both, number, answer)
    assert differ == []
    assert seen > 50


@pytest.mark.parametrize("protocol", ERRORS)
@pytest.mark.parametrize(
    ("status", "code"), [(403, "AccessDenied"), (400, "ThrottlingException"), (503, "Unavailable")]
)
def test_an_error_is_the_same_error(protocol: str, status: int, code: str) -> None:
    service, operation = ERRORS[protocol]
    both = Both()
    errors = []
    for asker, frozen in ((both.clients, ONE), (both.session, ONE), (both.session, TWO)):
        for wire in both.wires:
            wire.answer = error_answer(protocol, status, code)
        with pytest.raises(ClientError) as raised:
            asker.ask(service, operation, REGION, {}, frozen)
        errors.append(raised.value.response)
    assert [one["Error"] for one in errors] == [{"Code": code, "Message": "planted in a message"}] * 3
    numbers = [one["ResponseMetadata"]["RequestId"] for one in errors]
    assert numbers == ["11111111-2222-3333-4444-555555555555"] * 3
    assert [one["ResponseMetadata"]["HTTPStatusCode"] for one in errors] == [status] * 3
    assert len({failed(f"{service}.{operation}", ClientError(one, operation)) for one in errors}) == 1


def test_each_protocol_is_tried_by_a_service_that_speaks_it() -> None:
    assert {protocol: service_model(service).resolved_protocol for protocol, (service, _) in ERRORS.items()} == {
        protocol: protocol for protocol in ERRORS
    }
    assert {service_model(service).resolved_protocol for service in services()} == set(ERRORS)


@pytest.mark.parametrize("protocol", ERRORS)
def test_what_an_error_comes_to_holds_its_code_and_request_and_no_message(both: Both, protocol: str) -> None:
    service, operation = ERRORS[protocol]
    for wire in both.wires:
        wire.answer = error_answer(protocol, 403, "AccessDenied")
    for frozen in (ONE, TWO):
        with pytest.raises(Exception, match="AccessDenied") as raised:
            both.session.ask(service, operation, REGION, {}, frozen)
        answer = failed(f"{service}.{operation}", raised.value)
        assert (answer.status, answer.code) == ("denied", "AccessDenied")
        assert answer.request_id == "11111111-2222-3333-4444-555555555555"
        assert "planted" not in repr(answer)


def error_answer(protocol: str, status: int, code: str) -> Answer:
    number, message = "11111111-2222-3333-4444-555555555555", "planted in a message"
    headers = {"x-amzn-requestid": number}
    if "json" in protocol:
        return status, {**headers, "x-amzn-errortype": code}, f'{{"__type":"{code}","message":"{message}"}}'.encode()
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    if protocol == "ec2":
        return status, headers, f"<Response><Errors>{error}</Errors><RequestID>{number}</RequestID></Response>".encode()
    return status, headers, f"<ErrorResponse>{error}<RequestId>{number}</RequestId></ErrorResponse>".encode()


def test_a_model_keeps_no_field_that_the_table_does_not_read(both: Both) -> None:
    model = both.session._sdk.get_component("data_loader").load_service_model("rds", "service-2")
    assert set(model["shapes"]["DBInstanceMessage"]["members"]) == {"Marker", "DBInstances"}
    assert {"DBInstanceArn", "AvailabilityZone"} <= set(model["shapes"]["DBInstance"]["members"])
    assert not {"MasterUsername", "DBName", "TagList", "Endpoint"} & set(model["shapes"]["DBInstance"]["members"])


def test_nothing_is_sent_again_that_the_list_of_calls_does_not_hold(both: Both) -> None:
    """The second way out knows only requests that went the first way, past all three guards."""
    for wire in both.wires:
        wire.sent.clear()
    for _ in range(2):
        with pytest.raises(Exception, match=r"get_object|GetObject"):
            both.session.ask("s3", "GetObject", REGION, {"Bucket": "b", "Key": "k"}, ONE)
    assert both.wires[0].sent == []
    assert not [key for key in both.session._repeats._kept if key[1] == "GetObject"]
