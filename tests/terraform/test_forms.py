"""How an attribute's value is read: text within text, names that hold a place, shapes nobody expected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dpa_guard.model import DECIDING_ROLES
from terraform_plans import AWS, AZURE, GOOGLE, block, change, located, plan, provider, refs

EU = {
    "aws": provider(AWS, region="eu-west-1"),
    "google": provider(GOOGLE, region="europe-west4"),
    "azurerm": provider(AZURE),
}


def _told(kind: str, values: dict[str, Any], folder: Path, *others: dict[str, Any], **marks: Any) -> set[str]:
    """The countries, extents or reasons of the places that decide."""
    address = f"{kind}.x"
    source = {"google": GOOGLE, "azurerm": AZURE}.get(kind.split("_")[0], AWS)
    changes = [change(address, values, provider=source, **marks), *others]
    found = located(plan(changes, [block(address, **values)], EU), folder)[address]
    deciding = [one for one in found if one.role in DECIDING_ROLES]
    return {word for one in deciding for word in (one.countries or (one.why or one.extent,))}


def _task(**log: Any) -> dict[str, str]:
    container = {
        "name": "web",
        "image": "nginx",
        "environment": [{"name": "DB_PASSWORD", "value": "hunter2-planted"}],
        "logConfiguration": log,
    }
    return {"family": "web", "container_definitions": json.dumps([{"name": "first"}, container])}


@pytest.mark.parametrize(
    ("log", "told"),
    [
        ({"logDriver": "awslogs", "options": {"awslogs-region": "us-east-1"}}, {"IE", "US"}),
        ({"logDriver": "awslogs", "options": {"awslogs-region": "eu-central-1"}}, {"IE", "DE"}),
        ({"logDriver": "awslogs", "options": {"awslogs-region": "eu-nowhere-9"}}, {"IE", "code-not-known"}),
        ({"logDriver": "awslogs", "options": {"awslogs-region": ["us-east-1"]}}, {"IE", "attribute-of-wrong-type"}),
        ({"logDriver": "awsfirelens", "options": {"Name": "kinesis", "region": "us-west-2"}}, {"IE", "US"}),
        ({"logDriver": "awslogs", "options": {"awslogs-group": "web"}}, {"IE"}),
        ({"logDriver": "json-file"}, {"IE"}),
        ({}, {"IE"}),
    ],
)
def test_the_region_in_a_containers_log_settings_counts(log: dict[str, Any], told: set[str], tmp_path: Path) -> None:
    assert _told("aws_ecs_task_definition", _task(**log), tmp_path) == told


@pytest.mark.parametrize("text", ["[{", "4", '"us-east-1"', "[" * 20_000])
def test_container_definitions_that_are_none_are_unknown(text: str, tmp_path: Path) -> None:
    values = {"family": "web", "container_definitions": text}
    assert _told("aws_ecs_task_definition", values, tmp_path) == {"IE", "attribute-not-understood"}


def test_container_definitions_known_only_after_apply_are_unknown(tmp_path: Path) -> None:
    written = [block("aws_ecs_task_definition.x", container_definitions=refs("aws_ecr_repository.r.repository_url"))]
    document = plan(
        [change("aws_ecs_task_definition.x", {"family": "web"}, unknown={"container_definitions": True})], written, EU
    )
    found = located(document, tmp_path)["aws_ecs_task_definition.x"]
    assert {one.why for one in found if one.role == "logs"} == {"unknown-until-apply"}


def test_the_logs_of_a_batch_job_on_several_nodes_count(tmp_path: Path) -> None:
    log = {"logDriver": "awslogs", "options": {"awslogs-region": "us-east-1"}}
    nodes = {"nodeRangeProperties": [{"container": {"image": "x", "logConfiguration": log}}]}
    values = {"name": "job", "type": "multinode", "node_properties": json.dumps(nodes)}
    assert _told("aws_batch_job_definition", values, tmp_path) == {"IE", "US"}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("aws_sqs_queue", {"region": ["eu-west-1"]}),
        ("aws_sqs_queue", {"region": [["eu-west-1"]]}),
        ("aws_sqs_queue", {"region": {"name": "eu-west-1"}}),
        ("aws_db_instance", {"availability_zone": ["eu-west-1a"]}),
        ("aws_dynamodb_table", {"replica": ["eu-west-1"]}),
        ("aws_dynamodb_table", {"replica": "eu-west-1"}),
        ("aws_dynamodb_table", {"replica": [{"region_name": ["eu-west-1"]}]}),
        ("azurerm_storage_account", {"location": ["westeurope"], "account_replication_type": "LRS"}),
        ("google_storage_bucket", {"location": ["EUROPE-WEST4"]}),
    ],
)
def test_a_list_or_a_block_in_the_place_of_text_is_no_place(kind: str, values: dict[str, Any], tmp_path: Path) -> None:
    assert "attribute-of-wrong-type" in _told(kind, values, tmp_path)


@pytest.mark.parametrize(
    ("place", "told"),
    [("europe-west4", "NL"), ("us-central1", "US"), ("us", "US"), ("europe-nowhere9", "code-not-known")],
)
def test_a_name_of_google_that_holds_its_place_needs_no_other_object(place: str, told: str, tmp_path: Path) -> None:
    values = {"disk": "a", "secondary_disk": [{"disk": f"projects/p1/zones/{place}/disks/copy"}]}
    assert _told("google_compute_disk_async_replication", values, tmp_path) >= {told}
    values = {"name": "s", "destination": f"logging.googleapis.com/projects/p1/locations/{place}/buckets/b"}
    assert _told("google_logging_folder_sink", values, tmp_path) >= {told}


def test_a_bucket_by_its_address_is_the_bucket_of_that_name(tmp_path: Path) -> None:
    bucket = change("aws_s3_bucket.b", {"bucket": "logs-1", "region": "us-east-1"}, actions=["no-op"])
    values = {"name": "d", "s3_bucket_name": "s3://logs-1/prefix"}
    assert "US" in _told("aws_config_delivery_channel", values, tmp_path, bucket)
