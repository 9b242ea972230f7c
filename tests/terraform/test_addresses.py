"""Terraform addresses, with the keys that people really use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard_terraform.addresses import (
    bare,
    index_of,
    index_text,
    instance_address,
    module_of,
    module_steps,
    source_of,
)

KEYS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("aws_s3_bucket.b", "aws_s3_bucket.b"),
        ("aws_s3_bucket.b[0]", "aws_s3_bucket.b"),
        ('module.env["q\\"uote"].aws_s3_bucket.b[0]', "module.env.aws_s3_bucket.b"),
        ('module.a["x].y/z."].module.b[3].aws_s3_bucket.b["k[0]"]', "module.a.module.b.aws_s3_bucket.b"),
    ],
)
def test_every_index_is_removed_whatever_its_key_holds(address: str, expected: str) -> None:
    assert bare(address) == expected


@given(KEYS, KEYS)
def test_an_address_built_from_any_key_is_bare_again_without_it(outer: str, inner: str) -> None:
    address = instance_address("module.m" + index_text(outer), "managed", "aws_s3_bucket", "b", inner)
    assert bare(address) == "module.m.aws_s3_bucket.b"
    assert index_of(address) == index_text(inner)
    assert module_steps("module.m" + index_text(outer)) == ["module.m" + index_text(outer)]


def test_number_indices_and_no_index_are_spelled_as_terraform_does() -> None:
    assert index_text(0) == "[0]"
    assert index_text(None) == ""
    assert instance_address("", "data", "aws_region", "here", None) == "data.aws_region.here"


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        ("registry.terraform.io/hashicorp/aws", "hashicorp/aws"),
        ("registry.opentofu.org/hashicorp/aws", "hashicorp/aws"),
        ("terraform.io/builtin/terraform", "builtin/terraform"),
        ("registry.terraform.io/-/aws", "hashicorp/aws"),
        ("aws", "hashicorp/aws"),
        ("registry.terraform.io/DataDog/datadog", "datadog/datadog"),
        ("app.terraform.io/acme/billing", "app.terraform.io/acme/billing"),
        ("", ""),
    ],
)
def test_a_provider_is_named_by_namespace_and_type(provider: str, expected: str) -> None:
    assert source_of(provider) == expected


def test_the_module_of_an_address_is_what_stands_before_its_type() -> None:
    assert (
        module_of('module.a["x.aws_s3_bucket.y"].aws_s3_bucket.b[0]', "aws_s3_bucket")
        == 'module.a["x.aws_s3_bucket.y"]'
    )
    assert module_of("aws_s3_bucket.b", "aws_s3_bucket") == ""


def test_module_paths_split_into_calls_with_their_indices() -> None:
    assert module_steps('module.a["x.y"].module.b[0].module.c') == ['module.a["x.y"]', "module.b[0]", "module.c"]
