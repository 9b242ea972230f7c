"""The keys of an aws scope: what they ask for, and every mistake at once without its value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.errors import Mistakes
from dpa_guard_aws.settings import KEYS, Wanted, read

ROLE_ARN = "arn:aws:iam::111111111111:role/audit/dpa-guard-read"


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({}, Wanted()),
        ({"organization": True, "role": "r"}, Wanted(organization=True, role="r")),
        ({"accounts": ["111111111111"], "role": "a/b"}, Wanted(accounts=("111111111111",), role="a/b")),
        ({"roles": [ROLE_ARN]}, Wanted(roles=(ROLE_ARN,))),
        ({"profiles": ["a", "b"], "region": "eu-west-1"}, Wanted(profiles=("a", "b"), region="eu-west-1")),
        (
            {"profile": "a", "external_id": "e", "partition": "aws-eusc"},
            Wanted(profile="a", external_id="e", partition="aws-eusc"),
        ),
    ],
)
def test_what_the_keys_ask_for(settings: dict[str, Any], wanted: Wanted) -> None:
    found = read(settings)
    assert [getattr(found, key) or "" for key in KEYS] == [getattr(wanted, key) or "" for key in KEYS]


def test_every_mistake_is_told_at_once_and_none_quotes_a_value() -> None:
    settings = {"accounts": ["planted-secret"], "roles": "planted-secret", "rgion": "planted-secret", "external_id": []}
    with pytest.raises(Mistakes) as wrong:
        read(settings)
    assert [one.message.partition(":")[0] for one in wrong.value.mistakes] == list(settings)
    assert "planted-secret" not in str(wrong.value)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::1:role/r",
        "arn:aws:iam::111111111111:user/r",
        "arn:aws:iam::111111111111:role/",
        "arn:aws:iam::111111111111:role/a b",
        "arn:aws:iam::" + 12 * "\N{ARABIC-INDIC DIGIT ONE}" + ":role/r",
        "arn:aws:iam::111111111111:role/r\n",
    ],
)
def test_what_is_no_role_is_refused(arn: str) -> None:
    with pytest.raises(Mistakes):
        read({"roles": [arn]})


@pytest.mark.parametrize("pair", [("roles", "profiles"), ("roles", "accounts"), ("profiles", "organization")])
def test_two_ways_into_the_accounts_exclude_each_other(pair: tuple[str, str]) -> None:
    values = {
        "roles": [ROLE_ARN],
        "profiles": ["a"],
        "accounts": ["111111111111"],
        "organization": True,
    }
    with pytest.raises(Mistakes, match="exclude each other"):
        read({key: values[key] for key in pair})


_VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text() | st.integers(), max_size=3)


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(), _VALUES, max_size=5))
def test_whatever_the_keys_hold_it_is_read_or_refused(settings: dict[str, Any]) -> None:
    try:
        found = read(settings)
    except Mistakes:
        return
    assert {key for key in KEYS if getattr(found, key)} <= settings.keys()
