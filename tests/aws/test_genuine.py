"""Is it an answer of AWS at all?"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard_aws.genuine import is_answer

PAGES = [
    b"",
    b"<html><body>Sign in</body></html>",
    b"\n<!DOCTYPE html>\n<HTML lang=en>",
    b"<!doctype HTML>",
    b"<HTML/>",
]


@pytest.mark.parametrize("body", PAGES)
@pytest.mark.parametrize("protocol", ["json", "rest-json", "query", "ec2", "rest-xml"])
def test_a_page_is_no_answer(protocol: str, body: bytes) -> None:
    assert not is_answer(protocol, body)


@pytest.mark.parametrize("body", [b"{}", b' {"a": [1, {"b": null}]}\n'])
def test_an_object_is_an_answer_in_json(body: bytes) -> None:
    assert is_answer("json", body)
    assert is_answer("rest-json", body)


@pytest.mark.parametrize("body", [b"[]", b"7", b'"a"', b"null", b'{"a": [1', b'{"a": 1} {', b"\xff{}"])
def test_anything_else_is_none(body: bytes) -> None:
    assert not is_answer("json", body)


@pytest.mark.parametrize(
    "body", [b"<ListTopicsResponse/>", b"<?xml version='1.0'?><LocationConstraint/>", b"<htmlish/>", b"<a><html/></a>"]
)
def test_an_element_is_an_answer_in_xml(body: bytes) -> None:
    assert is_answer("query", body)


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.lists(st.text())), st.integers(1, 30))
def test_what_is_cut_off_is_no_answer(value: dict[str, object], cut: int) -> None:
    body = json.dumps(value).encode()
    assert is_answer("json", body)
    assert not is_answer("json", body[: max(0, len(body) - cut)])


def test_blanks_without_end_are_told_apart_at_once() -> None:
    assert not is_answer("rest-xml", b" " * 100_000)
    assert not is_answer("rest-xml", b"<!-- " * 20_000)
