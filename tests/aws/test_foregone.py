"""What further calls would come to: each is made until an answer tells that it would be in vain."""

from __future__ import annotations

from dpa_guard_aws.calls import Answer
from dpa_guard_aws.foregone import Foregone

ONE, OTHER = "111122223333", "444455556666"
UNREACHABLE = Answer("unreachable", code="ConnectTimeoutError")
NO_ADDRESS = Answer("unreachable", code="EndpointConnectionError", no_address=True)


def foregone(absent: bool = False, network: bool = True, lost_after: int = 3) -> Foregone:
    return Foregone(lambda *_: absent, lambda: network, lost_after)


def test_an_account_that_is_not_entered_is_asked_nothing_more_and_the_others_are() -> None:
    known = foregone()
    no = Answer("denied", code="AccessDenied", entered=False)
    assert known.concluded(ONE, "s3", "eu-central-1", no) == no
    assert known.answer(ONE, "rds", "eu-west-1") == no
    assert known.answer(OTHER, "rds", "eu-west-1") is None


def test_a_service_without_an_address_is_not_offered_only_where_aws_says_so() -> None:
    for absent, status in ((True, "not-offered"), (False, "unreachable")):
        known = foregone(absent)
        assert known.concluded(ONE, "rds", "eu-west-1", NO_ADDRESS).status == status
        answered = known.answer(OTHER, "rds", "eu-west-1")
        assert answered is not None
        assert answered.status == status
        assert known.answer(OTHER, "rds", "eu-central-1") is None


def test_failures_in_a_row_end_the_scan_only_where_there_is_no_network() -> None:
    for network in (True, False):
        known = foregone(network=network)
        for _ in range(3):
            known.concluded(ONE, "s3", "eu-central-1", UNREACHABLE)
        answered = known.answer(OTHER, "rds", "eu-west-1")
        assert (answered is None) == network
        assert answered is None or (answered.status, answered.code) == ("not-attempted", "NetworkLost")


def test_an_answer_in_between_begins_the_count_anew() -> None:
    known = foregone(network=False)
    for answer in (UNREACHABLE, UNREACHABLE, Answer("looked"), UNREACHABLE, UNREACHABLE):
        known.concluded(ONE, "s3", "eu-central-1", answer)
    assert known.answer(ONE, "s3", "eu-central-1") is None
