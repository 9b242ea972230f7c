"""The shipped places against the AWS SDK's own lists, wherever that SDK is installed."""

from __future__ import annotations

import sys

import pytest

from dpa_guard.gazetteer.places import find
from dpa_guard.gazetteer.sdk import Compared, Difference, compare_with_botocore


@pytest.fixture(scope="module")
def compared() -> Compared:
    pytest.importorskip("botocore", reason="the AWS SDK is not installed")
    found = compare_with_botocore()
    assert found is not None
    return found


def test_no_region_of_the_sdk_is_without_a_row_or_in_another_partition(compared: Compared) -> None:
    assert compared.codes > 60
    assert [one for one in compared.differences if one.decides] == []


def test_a_row_that_the_sdk_does_not_have_is_told_and_decides_nothing(compared: Compared) -> None:
    for one in compared.differences:
        assert one.what == "not-in-sdk"
        assert find("aws", one.code) is not None


def test_what_differs_decides_unless_only_the_table_has_it() -> None:
    told = {
        what: Difference("aws", "x", what, "", "").decides for what in ("no-row", "partition", "name", "not-in-sdk")
    }
    assert told == {"no-row": True, "partition": True, "name": True, "not-in-sdk": False}


def test_without_the_sdk_nothing_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore", None)
    assert compare_with_botocore() is None
