"""What an error answer means: by its code, never by its status alone, and never "nothing" for a code nobody knows."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard_aws.errors import Meaning, _codes, _of_operations, by_policy_of_the_organization, meaning_of


@pytest.mark.parametrize(
    ("code", "http", "meaning"),
    [
        ("AccessDeniedException", 400, "denied"),
        ("AccessDeniedException", 401, "denied"),
        ("AccessDenied", 403, "denied"),
        ("UnauthorizedOperation", 403, "denied"),
        ("AuthorizationError", 403, "denied"),
        ("ThrottlingException", 400, "throttled"),
        ("Throttling", 400, "throttled"),
        ("RequestLimitExceeded", 503, "throttled"),
        ("SlowDown", 503, "throttled"),
        ("NoSuchBucket", 404, "nothing"),
        ("ReplicationConfigurationNotFoundError", 404, "nothing"),
        ("ResourceNotFoundException", 400, "nothing"),
        ("InvalidSnapshot.NotFound", 400, "nothing"),
        ("ExpiredToken", 403, "expired"),
        ("UnrecognizedClientException", 400, "refused"),
        ("AuthFailure", 401, "refused"),
        ("SubscriptionRequiredException", 400, "api-disabled"),
        ("OptInRequired", 401, "api-disabled"),
        ("InternalFailure", 500, "unreachable"),
        ("ServiceUnavailable", 503, "unreachable"),
        ("404", 404, "unsupported"),
    ],
)
def test_what_codes_mean(code: str, http: int, meaning: Meaning) -> None:
    assert meaning_of("sqs.ListQueues", code, http) == meaning


@pytest.mark.parametrize(
    ("http", "meaning"), [(400, "unsupported"), (401, "denied"), (403, "denied"), (404, "unsupported")]
)
def test_a_code_that_nobody_knows_is_read_by_its_status(http: int, meaning: Meaning) -> None:
    assert meaning_of("sqs.ListQueues", "QuiteNew", http) == meaning


@given(st.text(), st.integers(0, 999), st.text())
def test_only_a_code_of_the_table_ever_means_nothing(code: str, http: int, message: str) -> None:
    meaning = meaning_of("sqs.ListQueues", code, http, message)
    assert meaning in get_args(Meaning)
    if meaning in ("nothing", "api-disabled"):
        assert any(mark in code for mark in ("NotFound", "DoesNotExist", "NoSuch")) or code in _codes()[0]


def test_the_same_code_means_something_else_for_one_operation_and_its_words() -> None:
    words = "Macie is not enabled"
    assert meaning_of("macie2.GetMacieSession", "AccessDeniedException", 403, words) == "api-disabled"
    assert meaning_of("macie2.GetMacieSession", "AccessDeniedException", 403, "not authorized") == "denied"
    assert meaning_of("sqs.ListQueues", "AccessDeniedException", 403, words) == "denied"


@pytest.mark.parametrize(
    ("message", "by_policy"),
    [
        ("User: x is not authorized to perform: a with an explicit deny in a service control policy", True),
        ("... because no resource control policy allows the action", True),
        ("with an explicit deny in a Service Control Policy: arn", True),
        ("because no identity-based policy allows the action", False),
        ("", False),
    ],
)
def test_the_organisations_own_policy_is_told_by_the_message(message: str, by_policy: bool) -> None:
    assert by_policy_of_the_organization(message) is by_policy


def test_every_meaning_in_the_tables_is_one_of_the_words() -> None:
    exact, patterns = _codes()
    words = {*exact.values(), *(meaning for _, meaning in patterns)}
    words |= {meaning for rows in _of_operations().values() for _, _, meaning in rows}
    assert words <= set(get_args(Meaning))
