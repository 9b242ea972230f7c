"""What a value in an answer says of a place, form by form."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard import Location
from dpa_guard.model import Extent
from dpa_guard_aws.countries import BY_SSM
from dpa_guard_aws.forms import Bucket, Placer, region_named
from dpa_guard_aws.table import FORMS

Place = tuple[str | None, tuple[str, ...], str, str]


def read(form: str, value: str, service: str = "sqs", placer: Placer | None = None) -> list[Place]:
    found = (placer or Placer()).read("replica", form, value, service, "sqs ListQueues")
    assert all(isinstance(one, Location) and one.role == "replica" and one.basis == "measured" for one in found)
    return [(one.code, one.countries, one.extent, one.why) for one in found if isinstance(one, Location)]


FRANKFURT = [("eu-central-1", ("DE",), "exact", "")]


@pytest.mark.parametrize(
    ("form", "value", "places"),
    [
        ("region", "eu-central-1", FRANKFURT),
        ("region", "EU", [("EU", (), "unknown", "code-not-known")]),
        ("region", "mars-1", [("mars-1", (), "unknown", "code-not-known")]),
        ("zone", "eu-central-1b", [("eu-central-1b", ("DE",), "exact", "")]),
        ("zone", "eu-central-1-ist-1a", [("eu-central-1-ist-1a", ("TR",), "exact", "")]),
        ("zone", "eu-west-3-cmn-wlz-1a", [("eu-west-3-cmn-wlz-1a", ("MA",), "exact", "")]),
        ("zone", "euc1-az1", [("euc1-az1", ("DE",), "exact", "")]),
        ("zone", "name--euc1-az1--x-s3", [("euc1-az1", ("DE",), "exact", "")]),
        ("arn", "arn:aws:sqs:eu-central-1:111111111111:q", FRANKFURT),
        ("arn", "arn:aws:iam::111111111111:role/r", [(None, (), "unknown", "arn-without-region")]),
        ("arn", "arn:aws:sqs", [(None, (), "unknown", "arn-expected")]),
        ("arn", "q", [(None, (), "unknown", "arn-expected")]),
        ("arn", "arn:aws:outposts:eu-central-1:1:outpost/op-1", [(None, (), "unknown", "outpost-at-customer-site")]),
        ("location", "outpost", [(None, (), "unknown", "outpost-at-customer-site")]),
        ("location", "NL", [(None, ("NL",), "exact", "")]),
        ("location", "XX", [("XX", (), "unknown", "code-not-known")]),
        ("location", "amazon-managed", [("amazon-managed", (), "unknown", "code-not-known")]),
        ("location", "eu-central-1", FRANKFURT),
        ("worldwide", "anything", [(None, (), "worldwide", "")]),
        ("model-profile", "arn:aws:bedrock:eu-central-1:1:provisioned-model/x", FRANKFURT),
        ("model-profile", "anthropic.claude-v2", []),
    ],
)
def test_what_a_value_means(form: str, value: str, places: list[Place]) -> None:
    assert read(form, value) == places


@pytest.mark.parametrize(
    ("form", "value", "name"),
    [
        ("bucket", "b", "b"),
        ("bucket", "b/prefix/x", "b"),
        ("bucket", "s3://b/prefix", "b"),
        ("bucket", "arn:aws:s3:::b", "b"),
        ("bucket", "arn:aws:s3:::b/prefix", "b"),
        ("arn", "arn:aws:s3:::b", "b"),
        ("bucket", "b.s3.amazonaws.com", "b"),
        ("bucket", "a.b.s3.eu-central-1.amazonaws.com", "a.b"),
        ("bucket", "b.s3-eu-west-1.amazonaws.com", "b"),
        ("bucket", "b.s3.cn-north-1.amazonaws.com.cn", "b"),
    ],
)
def test_a_bucket_is_wherever_that_bucket_is(form: str, value: str, name: str) -> None:
    assert Placer().read("logs", form, value, "s3", "x") == (Bucket("logs", name, "x"),)


@pytest.mark.parametrize(("code", "region"), [("EU", "eu-west-1"), ("eu-west-1", "eu-west-1"), ("", "")])
def test_old_spellings_name_a_region(code: str, region: str) -> None:
    assert region_named(code) == region


def test_an_old_spelling_is_placed_under_the_service_that_spells_so() -> None:
    assert read("region", "EU", "s3") == [("EU", ("IE",), "exact", "")]


def test_what_aws_says_of_a_region_is_held_against_the_table() -> None:
    told = {"eu-central-1": "DE", "eu-west-1": "US", "mars-1": "FR"}
    placer = Placer({code: ((country, BY_SSM),) for code, country in told.items()})
    assert read("region", "eu-central-1", placer=placer) == FRANKFURT
    assert placer.contradictions == {}
    both = [("eu-west-1", ("IE",), "exact", ""), ("eu-west-1", ("US",), "exact", "")]
    assert read("region", "eu-west-1", placer=placer) == both
    assert placer.contradictions == {"eu-west-1": ("IE", "US")}
    assert [one[1:] for one in read("zone", "eu-west-1a", placer=placer)] == [one[1:] for one in both]
    assert read("region", "mars-1", placer=placer) == [("mars-1", ("FR",), "exact", "")]


def test_the_same_reading_is_the_same_object() -> None:
    placer = Placer()
    first = placer.read("replica", "region", "eu-central-1", "sqs", "x")
    assert placer.read("replica", "region", "eu-central-1", "sqs", "x") is first


_VALUES = st.text() | st.builds(
    ":".join, st.lists(st.sampled_from(["arn", "aws", "s3", "", "eu-west-1", "b/c"]), max_size=8)
)


@given(st.sampled_from(FORMS), _VALUES, st.sampled_from(["", "s3", "sqs", "bedrock"]))
def test_any_text_is_read_and_what_is_not_known_says_why(form: str, value: str, service: str) -> None:
    found = Placer().read("primary", form, value, service, "x")
    assert found or form == "model-profile"
    for one in found:
        if isinstance(one, Location):
            assert one.extent in get_args(Extent)
            assert bool(one.countries) == (one.extent == "exact")
            assert bool(one.why) == (one.extent == "unknown")
