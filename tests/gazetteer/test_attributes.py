"""Which attributes tell a place: each row is whole, exists in a schema, and nothing of a schema is left unexplained."""

from __future__ import annotations

import csv
import json
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.gazetteer.attributes import NO_ATTRIBUTE, attributes_of, location_like_paths
from dpa_guard.gazetteer.kinds import kind_of
from dpa_guard.gazetteer.places import find
from dpa_guard.gazetteer.table import table
from dpa_guard.gazetteer.types import placing
from dpa_guard.model import Role

ROWS = table("attributes").all_rows()
SCHEMA = {(row["kind"], row["path"]) for row in table("schema-paths").all_rows()}
CLOUDS = {"aws": "aws", "azurerm": "azure", "google": "gcp"}

GENERIC = {"region", "location", "zone"}
"""At the top of the values these are read of every type without a row of their own."""

ABSENT = {"none", "parent", "unknown", "pair", "worldwide", "nearest-multi-region"}


def cloud(kind: str) -> str:
    return CLOUDS[kind.split("_", 1)[0]]


def plain(path: str) -> str:
    return path.replace("[]", "")


@cache
def words_of(heading: str) -> frozenset[str]:
    """The words that the README's table of this heading explains."""
    text = files("dpa_guard.gazetteer").joinpath("data", "README-kinds.md").read_text(encoding="utf-8")
    body = text.partition(f"\n| {heading} |")[2].partition("\n\n")[0]
    return frozenset(word for line in body.splitlines()[2:] for word in re.findall(r"`([^`]+)`", line.split("|")[1]))


def test_every_attribute_has_one_row_in_the_order_of_bytes() -> None:
    keys = [(row["kind"].encode(), row["path"].encode()) for row in ROWS]
    assert keys == sorted(set(keys))
    schema = [(row["kind"].encode(), row["path"].encode()) for row in table("schema-paths").all_rows()]
    assert schema == sorted(set(schema))


def test_every_role_is_a_role_of_the_model_or_none() -> None:
    assert {row["role"] for row in ROWS} == set(get_args(Role)) | {"none"}


def test_every_form_and_every_meaning_of_absence_is_explained() -> None:
    assert {row["form"] for row in ROWS} == words_of("form")
    assert {row["absent"].partition(":")[0] for row in ROWS} <= ABSENT | {"default"}
    assert ABSENT | {"default:CODE"} == words_of("absent")


def test_only_what_is_no_place_is_not_read() -> None:
    for row in ROWS:
        told_by_none = row["path"] == NO_ATTRIBUTE
        assert (row["role"] == "none") == (row["form"] == "ignore") or told_by_none, row
        assert row["role"] != "none" or row["absent"] == "none", row
        assert row["role"] != "none" or row["note"], f"say why it is no place: {row}"
        assert not told_by_none or row["absent"] in {"unknown", "worldwide", "pair"}, row


def test_only_the_own_place_falls_back_to_the_parents() -> None:
    assert {row["role"] for row in ROWS if row["absent"] == "parent"} == {"primary"}


def test_a_path_is_made_of_names_and_marks_of_lists() -> None:
    for row in ROWS:
        assert row["path"] == NO_ATTRIBUTE or re.fullmatch(r"[a-z0-9_]+(\[\])*(\.[a-z0-9_]+(\[\])*)*", row["path"]), row


def test_every_path_stands_in_the_schema_of_its_type() -> None:
    missing = [row for row in ROWS if row["path"] != NO_ATTRIBUTE and (row["kind"], plain(row["path"])) not in SCHEMA]
    assert missing == []


def test_every_attribute_is_of_a_type_with_a_kind_and_a_placing() -> None:
    kinds = {row["kind"] for row in ROWS} | {kind for kind, _ in SCHEMA}
    assert [kind for kind in kinds if kind_of(kind) is None or placing(kind) is None] == []


def test_nothing_in_a_schema_that_speaks_of_a_place_is_left_unexplained() -> None:
    explained = {(row["kind"], plain(row["path"])) for row in ROWS}
    assert {(kind, path) for kind, path in SCHEMA - explained if path not in GENERIC} == set()


def test_a_documented_default_is_a_place_of_the_table() -> None:
    for row in ROWS:
        word, _, code = row["absent"].partition(":")
        if word == "default":
            kind = kind_of(row["kind"])
            assert kind is not None
            place = find(cloud(row["kind"]), code, kind.service)
            assert place is not None, row
            assert place.extent != "unknown", row


def test_what_speaks_for_another_attribute_names_one_of_the_same_type() -> None:
    for kind in {row["kind"] for row in ROWS if row["note"].startswith("replaces:")}:
        for attribute in attributes_of(kind):
            if attribute.replaces:
                assert (kind, attribute.replaces) in SCHEMA, attribute
                assert not attribute.note.startswith("replaces:"), attribute


def test_the_region_a_bucket_answers_from_counts_beside_the_one_it_is_managed_in() -> None:
    """They differ where a bucket of another region was imported: then its data are where it answers from."""
    (answered,) = [one for one in attributes_of("aws_s3_bucket") if one.path == ("bucket_region",)]
    assert (answered.role, answered.form) == ("primary", "region")


@pytest.mark.parametrize(
    ("kind", "path", "role", "form", "absent"),
    [
        ("aws_dynamodb_table", "replica[].region_name", "replica", "region", "none"),
        ("aws_dynamodb_table", "global_table_witness[].region_name", "replica", "region", "none"),
        ("aws_backup_plan", "rule[].copy_action[].destination_vault_arn", "backup", "reference", "none"),
        ("aws_s3_bucket_replication_configuration", "rule[].destination[].bucket", "replica", "bucket", "none"),
        ("aws_ses_receipt_rule", "s3_action[].bucket_name", "replica", "bucket", "none"),
        ("azurerm_storage_account", "account_replication_type", "replica", "redundancy", "unknown"),
        ("azurerm_cosmosdb_account", "geo_location[].location", "primary", "location", "unknown"),
        ("azurerm_recovery_services_vault", "storage_mode_type", "backup", "redundancy", "pair"),
        ("azurerm_kubernetes_cluster", "oms_agent[].log_analytics_workspace_id", "logs", "reference", "none"),
        ("google_bigquery_dataset", "location", "primary", "location", "default:US"),
        ("google_storage_bucket", "logging[].log_bucket", "logs", "reference", "none"),
    ],
)
def test_a_well_known_attribute_means_what_it_means(kind: str, path: str, role: str, form: str, absent: str) -> None:
    (row,) = [one for one in attributes_of(kind) if ".".join(one.path) == path]
    assert (row.role, row.form, row.absent) == (role, form, absent)


@given(st.text(max_size=60))
def test_a_type_nobody_listed_has_no_attributes(text: str) -> None:
    assert bool(attributes_of(text)) == (text in {row["kind"] for row in ROWS})
    assert isinstance(location_like_paths(text), frozenset)


def test_every_place_in_the_researched_schemas_is_known(shared_data: Path) -> None:
    """Block names that a longer path explains are no attributes of their own."""
    schemas = json.loads((shared_data / "plans" / "location-attrs.json").read_text(encoding="utf-8"))
    unknown = {
        (kind, path)
        for types in schemas.values()
        for kind, paths in types.items()
        for path in paths
        if not any(known == path or known.startswith(path + ".") for known in location_like_paths(kind))
    }
    assert unknown == set()
    assert sum(len(paths) for types in schemas.values() for paths in types.values()) > 3000


ROLES = {
    "primary": {"primary", "control", "none"},
    "copy": {"replica", "backup", "logs", "none", "control", "primary", "processing", "edge"},
    "processing": {"processing", "primary", "none", "control"},
    "edge": {"edge", "none", "primary"},
    "routing": {"routing", "none", "control", "primary"},
    "metadata": {"control", "primary", "none", "logs"},
    "egress": {"processing", "none", "control"},
    "policy": {"none", "control"},
    "none": {"none"},
    "global": {"primary", "control", "edge", "none"},
    "lookup": {"none"},
}
"""The research's role of an attribute, and what it may be here. The own place of a copy is ``primary``."""

NOT_TAKEN_OVER = {
    "hosts of third parties are parties, not places": {
        ("aws_appflow_flow", "destination_flow_config.connector_type"),
        ("aws_dms_endpoint", "server_name"),
        ("aws_kinesis_firehose_delivery_stream", "http_endpoint_configuration.url"),
        ("aws_kinesis_firehose_delivery_stream", "snowflake_configuration.account_url"),
        ("aws_kinesis_firehose_delivery_stream", "splunk_configuration.hec_endpoint"),
        ("aws_transfer_connector", "url"),
        ("azurerm_monitor_diagnostic_setting", "partner_solution_id"),
        ("google_bigquery_connection", "aws.access_role.iam_role_id"),
        ("google_pubsub_subscription", "push_config.push_endpoint"),
    },
    "says nothing of a place": {
        ("aws_backup_logically_air_gapped_vault", "name"),
        ("aws_cloudfront_distribution", "restrictions.geo_restriction.locations"),
        ("aws_ecrpublic_repository", "repository_name"),
        ("azurerm_cdn_endpoint", "geo_filter.country_codes"),
    },
    "stands inside a block of that schema": {("google_discovery_engine_chat_engine", "allow_cross_region")},
    "the type's own region, which needs no row": {("aws_dynamodb_table_replica", "region")},
    "not in the provider's schema": {("azurerm_eventgrid_topic", "data_residency_boundary")},
}


def test_every_attribute_of_the_research_is_taken_over_or_reasoned_out(shared_data: Path) -> None:
    ours = {(row["kind"], plain(row["path"])): row for row in ROWS}
    reasoned = set().union(*NOT_TAKEN_OVER.values())
    missing, different, seen = [], [], 0
    with (shared_data / "geo" / "catalogue.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = (row["terraform_resource"], plain(row["attribute_path"]))
            if "*" in key[0] or " " in key[0] or key[1] == NO_ATTRIBUTE:
                continue
            seen += 1
            if key in ours:
                if ours[key]["role"] not in ROLES[row["role"]]:
                    different.append((*key, row["role"], ours[key]["role"]))
            elif key not in reasoned:
                missing.append(key)
    assert missing == []
    assert different == []
    assert seen > 330
