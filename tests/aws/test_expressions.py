"""References in the parameters of a row, and texts in what an expression finds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard_aws.expressions import NotAsked, filled, search, texts


@pytest.mark.parametrize(
    ("params", "item", "asked"),
    [
        ({"Name": "{Name}"}, {"Name": "a"}, {"Name": "a"}),
        ({"Number": "{N}"}, {"N": 7}, {"Number": 7}),
        ({"Names": ["{A}", "b"]}, {"A": ["x"]}, {"Names": [["x"], "b"]}),
        ({"Path": "/{account}/{A.B}"}, {"A": {"B": "c"}}, {"Path": "/111111111111/c"}),
        ({"Region": "{region}"}, {"region": "of the item"}, {"Region": "eu-west-1"}),
        ({"All": True, "Limit": 10}, None, {"All": True, "Limit": 10}),
        ({"Name": "{@}"}, "a", {"Name": "a"}),
    ],
)
def test_references_are_filled_from_the_item_or_from_what_is_given(params: Any, item: Any, asked: Any) -> None:
    assert filled(params, item, {"account": "111111111111", "region": "eu-west-1"}) == asked


@pytest.mark.parametrize("value", [None, False, "", []])
def test_a_reference_that_finds_nothing_asks_nothing(value: Any) -> None:
    with pytest.raises(NotAsked):
        filled({"a": ["{Name}"]}, {"Name": value}, {})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, []),
        (False, []),
        ("", []),
        ("a", ["a"]),
        (True, ["true"]),
        (7, ["7"]),
        (["a", [None, ["b", ""]], False], ["a", "b"]),
    ],
)
def test_texts_of_what_was_found(found: Any, expected: list[str]) -> None:
    assert list(texts(found)) == expected


_JSON = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(), lambda one: st.lists(one, max_size=4), max_leaves=20
)


@given(_JSON)
def test_texts_are_never_empty(found: Any) -> None:
    assert all(isinstance(one, str) and one for one in texts(found))


@given(st.text(), st.text(min_size=1))
def test_a_text_without_a_reference_stays_as_it_is(text: str, value: str) -> None:
    plain = text.replace("{", "").replace("}", "")
    assert filled(plain, None, {}) == plain
    assert filled("{Name}", {"Name": value}, {}) == value


def test_a_search_that_finds_nothing_finds_none() -> None:
    assert search("A.B[].C", {"A": {}}) is None
