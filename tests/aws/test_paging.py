"""From page to page: the next, the last, and one that comes again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard_aws.paging import following, has_more, rule_of_data

TOKEN = {"input_token": "NextToken", "output_token": "NextToken"}
MARKER = {"input_token": "Marker", "output_token": "NextMarker || Contents[-1].Key", "more_results": "IsTruncated"}
PAIR = {"input_token": ["A", "B"], "output_token": ["NextA", "NextB"]}


@pytest.mark.parametrize(
    ("rule", "params", "answer", "next_params"),
    [
        (TOKEN, {}, {"NextToken": "t"}, {"NextToken": "t"}),
        (TOKEN, {"Max": 5, "NextToken": "s"}, {"NextToken": "t"}, {"Max": 5, "NextToken": "t"}),
        (TOKEN, {"NextToken": "s"}, {}, None),
        (TOKEN, {}, {"NextToken": ""}, None),
        (TOKEN, {}, {"NextToken": None}, None),
        (MARKER, {}, {"IsTruncated": True, "Contents": [{"Key": "k"}]}, {"Marker": "k"}),
        (MARKER, {}, {"IsTruncated": False, "NextMarker": "k"}, None),
        (PAIR, {}, {"NextA": "a", "NextB": "b"}, {"A": "a", "B": "b"}),
        (PAIR, {}, {"NextA": "a"}, {"A": "a"}),
    ],
)
def test_the_params_of_the_next_page(rule: Any, params: Any, answer: Any, next_params: Any) -> None:
    assert following(rule, params, answer) == next_params


def test_a_page_that_comes_again_is_refused() -> None:
    with pytest.raises(ValueError, match="again"):
        following(TOKEN, {"NextToken": "t"}, {"NextToken": "t"})


@given(st.dictionaries(st.text(), st.text(), max_size=3), st.text())
def test_the_next_page_is_never_this_one(params: dict[str, str], token: str) -> None:
    try:
        after = following(TOKEN, params, {"NextToken": token})
    except ValueError:
        assert params["NextToken"] == token
    else:
        assert after is None if not token else after != params


@pytest.mark.parametrize("answer", [{"NextToken": "t"}, {"marker": "m"}, {"IsTruncated": True}])
def test_an_answer_that_says_there_is_more(answer: dict[str, Any]) -> None:
    assert has_more(answer)
    assert not has_more(dict.fromkeys(answer))


def test_a_rule_of_the_data_is_found_by_its_operation() -> None:
    rule = rule_of_data("appflow.ListFlows")
    assert rule is not None
    assert following(rule, {}, {"nextToken": "t"}) == {"nextToken": "t"}
    assert following(rule, {}, {"flows": []}) is None
    assert rule_of_data("sqs.NoSuchOperation") is None
