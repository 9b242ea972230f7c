"""Which expressions may be believed, and how far."""

from __future__ import annotations

from dpa_guard_terraform.expressions import at_path, leaves, references, single, step_into, steps_of


def test_one_reference_and_its_prefixes_are_one_reference() -> None:
    assert single(['var.regions["us"]', "var.regions"]) == 'var.regions["us"]'


def test_two_references_are_none() -> None:
    assert single(["var.a", "var.b"]) is None
    assert single(["var.region", "var.regions"]) is None


def test_a_reference_beside_each_or_count_is_none() -> None:
    assert single(["var.regions", "each.key"]) is None


def test_what_only_tells_the_instance_is_no_target() -> None:
    assert leaves(["aws_s3_bucket.b", "each.key", "count.index"]) == ["aws_s3_bucket.b"]


def test_references_are_found_in_blocks_within_blocks() -> None:
    blocks = [{"destination": [{"bucket": {"references": ["aws_s3_bucket.b.arn", "aws_s3_bucket.b"]}}]}]
    assert references(blocks) == ["aws_s3_bucket.b.arn", "aws_s3_bucket.b"]


def test_expressions_are_found_at_a_path_through_every_block() -> None:
    expressions = {"replica": [{"region_name": {"constant_value": "a"}}, {"region_name": {"constant_value": "b"}}]}
    assert [one["constant_value"] for one in at_path(expressions, ("replica", "region_name"))] == ["a", "b"]


def test_steps_keep_keys_whole() -> None:
    assert steps_of('var.regions["eu.west/1"].name[0]') == ["var", "regions", "eu.west/1", "name", 0]


def test_a_step_into_nowhere_is_none() -> None:
    assert step_into({"a": [1]}, ["a", 3]) is None
    assert step_into("text", ["a"]) is None
