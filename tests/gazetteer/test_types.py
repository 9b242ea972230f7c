"""Which arguments of a type's schema can place it: each row is whole and agrees with the schemas it was made from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.gazetteer.table import table
from dpa_guard.gazetteer.types import placing

ROWS = table("types").all_rows()
BY_KIND = {row["kind"]: row["placing"] for row in ROWS}

FLAGS = {
    "aws": {"region", "global"},
    "azurerm": {"location", "none"},
    "google": {"region", "region?", "zone", "zone?", "location", "location?", "none"},
}


def test_every_type_has_one_row_in_the_order_of_bytes() -> None:
    keys = [row["kind"].encode() for row in ROWS]
    assert keys == sorted(set(keys))


def test_every_flag_is_one_of_its_cloud_and_none_stands_alone() -> None:
    for row in ROWS:
        flags = row["placing"].split()
        allowed = FLAGS[row["kind"].split("_", 1)[0]]
        assert flags, row
        assert set(flags) <= allowed, row
        assert len(flags) == 1 or not {"none", "global"} & set(flags), row
        assert len({flag.rstrip("?") for flag in flags}) == len(flags), row


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("aws_s3_bucket", {"region"}),
        ("aws_iam_role", {"global"}),
        ("aws_cloudfront_distribution", {"global"}),
        ("aws_opsworks_stack", {"region"}),
        ("azurerm_storage_account", {"location"}),
        ("azurerm_subnet", {"none"}),
        ("google_compute_instance", {"zone?"}),
        ("google_compute_subnetwork", {"region?"}),
        ("google_storage_bucket", {"location"}),
        ("google_bigquery_dataset", {"location?"}),
        ("google_secret_manager_secret", {"none"}),
        ("google_pubsub_topic", {"none"}),
    ],
)
def test_a_well_known_type_is_placed_as_its_provider_documents(kind: str, expected: set[str]) -> None:
    assert set(placing(kind) or ()) == expected


@pytest.mark.parametrize("kind", ["aws_quantum_vault", "aws", "", "kind", "aws_s3_bucket,", "datadog_monitor"])
def test_a_type_of_no_schema_is_not_known(kind: str) -> None:
    assert placing(kind) is None


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    assert (placing(text) is not None) == (text in BY_KIND)


def test_the_global_types_of_aws_are_those_without_a_region(shared_data: Path) -> None:
    named = set((shared_data / "plans" / "aws-v6-types-without-region.txt").read_text(encoding="utf-8").split())
    assert {kind for kind, flags in BY_KIND.items() if flags == "global"} == named


def test_every_type_of_the_schemas_is_known_and_placed_by_them(shared_data: Path) -> None:
    schemas = json.loads((shared_data / "plans" / "location-attrs.json").read_text(encoding="utf-8"))
    newest = {**schemas["aws5"], **schemas["aws"], **schemas["azurerm"], **schemas["google"]}
    assert set(newest) - set(BY_KIND) == set()
    different = []
    for kind, paths in newest.items():
        cloud = kind.split("_", 1)[0]
        flags = set(BY_KIND[kind].split())
        if cloud == "azurerm":
            expected = (
                {"location"} if "R" in paths.get("location", "") or "O" in paths.get("location", "") else {"none"}
            )
            if flags != expected:
                different.append((kind, flags, paths))
        elif cloud == "google":
            settable = {name for name in ("region", "zone", "location") if set(paths.get(name, "")) & set("RO")}
            if {flag.rstrip("?") for flag in flags - {"none"}} - settable:
                different.append((kind, flags, paths))
        elif kind in schemas["aws"] and (flags == {"region"}) != bool(paths.get("region")):
            different.append((kind, flags, paths))
    assert different == []
