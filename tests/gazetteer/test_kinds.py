"""What every resource type does with data: each row is whole, and nothing that may hold data hides as a setting."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.gazetteer.kinds import kind_of
from dpa_guard.gazetteer.table import table
from dpa_guard.model import Class
from dpa_guard.vendors import cloud_of, provider_class

ROWS = table("kinds").all_rows()
BY_KIND = {row["kind"]: row for row in ROWS}
TYPES = {row["kind"] for row in table("types").all_rows()}
CALLS = files("dpa_guard_aws").joinpath("data", "calls.csv").read_text(encoding="utf-8")
LISTED = {row["kind"] for row in csv.DictReader(CALLS.splitlines())}
"""Kinds that a list of the live cloud makes; some have no type in any provider of Terraform."""
CLOUDS = {"aws": "aws", "azurerm": "azure", "google": "gcp"}
UNJUDGED = {"configures", "nothing"}

RETIRED = {"elastictranscoder", "evidently", "finspace", "opsworks", "qldb", "worklink"}
"""Endpoint prefixes of AWS services that newer SDKs no longer carry."""

MODELS = {"admin.wickr": "wickr", "mail-manager": "mailmanager"}
"""Endpoint prefixes that the SDK's model is not named after."""

MADE_UP = {"hashicorp/corner", "hashicorp/test", "hashicorp2/test"}
"""Providers that exist in the test plans of other projects only: nobody knows what their types do."""


def prefix(kind: str) -> str:
    return kind.split("_", 1)[0]


def prose() -> dict[str, dict[str, str]]:
    text = files("dpa_guard").joinpath("report", "prose", "kinds.csv").read_text(encoding="utf-8")
    return {row["code"]: row for row in csv.DictReader(text.splitlines())}


def test_every_type_has_one_row_in_the_order_of_bytes() -> None:
    keys = [row["kind"].encode() for row in ROWS]
    assert keys == sorted(set(keys))
    assert [row["kind"] for row in ROWS if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", row["kind"])] == []


def test_every_class_is_one_of_the_five() -> None:
    assert {row["class"] for row in ROWS} == set(get_args(Class))


def test_a_reason_stands_exactly_where_a_type_is_not_judged_by_itself() -> None:
    assert [row["kind"] for row in ROWS if bool(row["reason"]) != (row["class"] in UNJUDGED)] == []


def test_every_reason_has_a_sentence_in_both_languages_and_no_sentence_is_left_over() -> None:
    written = prose()
    assert {f"kind-{row['reason']}" for row in ROWS if row["reason"]} == set(written)
    for code, row in written.items():
        assert row["group"] == "reason", code
        assert "{kind}" in row["en"], code
        assert "{kind}" in row["nl"], code
        assert row["en"] != row["nl"], code


def test_a_service_is_spelled_as_the_cloud_names_its_api() -> None:
    for row in ROWS:
        service, cloud = row["service"], CLOUDS.get(prefix(row["kind"]))
        assert bool(service) == (cloud is not None), row
        assert re.fullmatch(r"([a-z0-9]+([.-][a-z0-9]+)*)?", service), row
        assert not service.startswith("microsoft."), row
        assert not service.endswith(".googleapis.com"), row
        assert cloud != "gcp" or re.fullmatch(r"[a-z0-9]+", service), row


def test_a_service_of_aws_is_an_endpoint_prefix_of_its_sdk() -> None:
    """Most are keys of ``endpoints.json``; the model of a newer service names its own."""
    loader = pytest.importorskip("botocore.loaders", reason="the AWS SDK is not installed").Loader()
    used = {row["service"] for row in ROWS if prefix(row["kind"]) == "aws"}
    newer = used - {name for part in loader.load_data("endpoints")["partitions"] for name in part["services"]}
    models = {name: MODELS.get(name, name.removeprefix("controlplane.")) for name in newer - RETIRED}
    assert set(models.values()) <= set(loader.list_available_services("service-2"))
    told = {name: loader.load_service_model(models[name], "service-2")["metadata"]["endpointPrefix"] for name in models}
    assert told == {name: name for name in models}


def test_every_type_of_the_clouds_schemas_has_a_row_and_no_other_type_of_a_cloud_has() -> None:
    assert {kind for kind in BY_KIND if prefix(kind) in CLOUDS and kind not in LISTED - TYPES} == TYPES


def test_only_providers_known_to_make_nothing_make_nothing() -> None:
    sources = {"terraform": "builtin/terraform"}
    nothing = {prefix(row["kind"]) for row in ROWS if row["class"] == "nothing" and row["reason"] != "waits-only"}
    assert {name: provider_class(sources.get(name, f"hashicorp/{name}")) for name in nothing} == dict.fromkeys(
        nothing, "utility"
    )


def test_a_vendors_object_is_never_a_setting_of_nobody() -> None:
    settings = {prefix(row["kind"]) for row in ROWS if row["class"] == "configures"} - set(CLOUDS)
    assert {provider_class(f"hashicorp/{name}") for name in settings} == {"self-hosted"}


HOLDS = re.compile(
    r"_(bucket|object|blob|table|database|instance|cluster|queue|topic|stream|secret|secret_version|vault|key_ring"
    r"|crypto_key|log_group|disk|volume|snapshot|image|backup|file_system|filesystem|share|repository|registry|workspace"
    r"|datastore|data_store|dataset|search_service|index|domain|user_pool|function|function_app|web_app|machine|server"
    r"|account|service_plan|subnet|subnetwork|virtual_network|vpc|load_balancer|gateway|sink|replication_configuration"
    r"|failover_group|replica|resource_group)$"
)
"""Names that mostly hold, work on or carry data."""

REVIEWED = {
    "aws_api_gateway_account",
    "aws_cloudtrail_organization_delegated_admin_account",
    "aws_cognito_resource_server",
    "aws_cognito_user_pool_domain",
    "aws_customer_gateway",
    "aws_detective_organization_admin_account",
    "aws_dx_gateway",
    "aws_ec2_transit_gateway_policy_table",
    "aws_fms_admin_account",
    "aws_glue_partition_index",
    "aws_glue_user_defined_function",
    "aws_grafana_workspace_service_account",
    "aws_guardduty_organization_admin_account",
    "aws_inspector2_delegated_admin_account",
    "aws_inspector_resource_group",
    "aws_lightsail_domain",
    "aws_macie2_organization_admin_account",
    "aws_organizations_account",
    "aws_ram_resource_share",
    "aws_route53_traffic_policy_instance",
    "aws_route53domains_domain",
    "aws_route53domains_registered_domain",
    "aws_route53recoverycontrolconfig_cluster",
    "aws_s3control_access_grants_instance",
    "aws_securityhub_organization_admin_account",
    "aws_service_discovery_instance",
    "aws_servicecatalog_portfolio_share",
    "aws_ses_identity_notification_topic",
    "aws_vpc_ipam_organization_admin_account",
    "aws_workmail_default_domain",
    "azurerm_api_management_authorization_server",
    "azurerm_api_management_custom_domain",
    "azurerm_cdn_endpoint_custom_domain",
    "azurerm_cdn_frontdoor_custom_domain",
    "azurerm_cdn_frontdoor_secret",
    "azurerm_consumption_budget_resource_group",
    "azurerm_container_app_custom_domain",
    "azurerm_container_app_environment_custom_domain",
    "azurerm_graph_services_account",
    "azurerm_local_network_gateway",
    "azurerm_maintenance_assignment_virtual_machine",
    "azurerm_network_manager_verifier_workspace",
    "azurerm_security_center_server_vulnerability_assessment_virtual_machine",
    "azurerm_signalr_service_custom_domain",
    "azurerm_spring_cloud_api_portal_custom_domain",
    "azurerm_spring_cloud_custom_domain",
    "azurerm_spring_cloud_gateway_custom_domain",
    "azurerm_static_site_custom_domain",
    "azurerm_static_web_app_custom_domain",
    "azurerm_web_pubsub_custom_domain",
    "google_compute_attached_disk",
    "google_compute_backend_bucket",
    "google_compute_external_vpn_gateway",
    "google_firebase_app_hosting_default_domain",
    "google_firebase_app_hosting_domain",
    "google_firestore_index",
    "google_service_account",
    "google_service_networking_peered_dns_domain",
}
"""Settings whose name speaks of data and that were looked at: each is a frame, a name or a far end."""


def test_no_type_whose_name_speaks_of_data_is_a_setting_without_having_been_looked_at() -> None:
    named = {row["kind"] for row in ROWS if row["class"] in UNJUDGED and prefix(row["kind"]) in CLOUDS}
    assert {kind for kind in named if HOLDS.search(kind)} == REVIEWED


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("aws_s3_bucket", "stores"),
        ("aws_kms_key", "stores"),
        ("aws_secretsmanager_secret", "stores"),
        ("aws_cloudwatch_log_group", "stores"),
        ("aws_ecr_repository", "stores"),
        ("aws_backup_vault", "stores"),
        ("aws_sqs_queue", "stores"),
        ("aws_subnet", "carries"),
        ("aws_lb", "carries"),
        ("aws_s3_bucket_replication_configuration", "carries"),
        ("aws_lambda_function", "processes"),
        ("aws_iam_role", "configures"),
        ("aws_route53_record", "configures"),
        ("azurerm_resource_group", "stores"),
        ("azurerm_key_vault", "stores"),
        ("azurerm_network_security_rule", "configures"),
        ("azurerm_monitor_diagnostic_setting", "carries"),
        ("azurerm_key_vault_certificate_contacts", "stores"),
        ("google_kms_key_ring", "stores"),
        ("google_logging_project_sink", "carries"),
        ("google_storage_notification", "carries"),
        ("google_project_iam_member", "configures"),
        ("null_resource", "nothing"),
        ("random_password", "nothing"),
    ],
)
def test_a_well_known_type_does_what_it_does(kind: str, expected: str) -> None:
    row = kind_of(kind)
    assert row is not None
    assert row.class_ == expected


@pytest.mark.parametrize(
    "kind",
    [
        "azurerm_resource_group_template_deployment",
        "azurerm_subscription_template_deployment",
        "google_deployment_manager_deployment",
        "aws_cloudformation_stack",
    ],
)
def test_a_template_that_makes_things_the_plan_does_not_show_is_judged(kind: str) -> None:
    row = kind_of(kind)
    assert row is not None
    assert row.class_ == "processes"


@given(st.text(max_size=60))
def test_a_type_nobody_listed_has_no_row(text: str) -> None:
    assert (kind_of(text) is not None) == (text in BY_KIND)


def test_every_type_that_the_plans_contain_has_a_row(shared_data: Path) -> None:
    missing: dict[str, str] = {}
    for path in (shared_data / "plans").rglob("*"):
        if path.suffix in {".json", ".jsonl", ".tfstate"} and path.name != "meta.json":
            for item in managed(documents(path)):
                source = provider_of(item)
                if item["type"] not in BY_KIND and not (source & MADE_UP):
                    missing[item["type"]] = f"{path.name}: {source}"
    assert missing == {}


def test_every_type_that_the_plan_generator_makes_has_a_row(shared_data: Path, tmp_path: Path) -> None:
    maker = shared_data.parent / "bench" / "genplan.py"
    if not maker.is_file():
        pytest.skip("the plan generator is not on this machine (bench/genplan.py of the shared background data)")
    plan = tmp_path / "plan.json"
    subprocess.run([sys.executable, str(maker), "400", str(plan)], check=True, timeout=60)
    clouds = {"aws", "azurerm", "google"}
    types = {item["type"] for item in managed([json.loads(plan.read_text())]) if prefix(item["type"]) in clouds}
    assert len(types) >= 8
    assert types - set(BY_KIND) == set()


def test_every_type_of_the_researched_attributes_has_a_row(shared_data: Path) -> None:
    with (shared_data / "geo" / "catalogue.csv").open(encoding="utf-8") as file:
        named = {row["terraform_resource"] for row in csv.DictReader(file)}
    assert {kind for kind in named if "*" not in kind and " " not in kind} - set(BY_KIND) == set()


def test_every_global_type_of_aws_has_a_row(shared_data: Path) -> None:
    named = (shared_data / "plans" / "aws-v6-types-without-region.txt").read_text(encoding="utf-8").split()
    assert len(named) == 177
    assert set(named) - set(BY_KIND) == set()


def test_a_type_of_a_made_up_provider_is_known_to_nobody() -> None:
    assert all(cloud_of(source) is None and provider_class(source) == "vendor" for source in MADE_UP)
    assert [kind for kind in BY_KIND if prefix(kind) == "corner"] == []


def documents(path: Path) -> list[Any]:
    """The JSON documents of a file, in whichever encoding; none where it is no JSON."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        return []
    try:
        return [json.loads(text)]
    except ValueError:
        found = []
        for line in text.splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                return []
        return found


def managed(value: Any) -> Iterator[dict[str, Any]]:
    """Every managed resource, wherever it stands in a plan or state."""
    if isinstance(value, dict):
        if value.get("mode") == "managed" and isinstance(value.get("type"), str):
            yield value
        for inner in value.values():
            yield from managed(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from managed(inner)


def provider_of(item: dict[str, Any]) -> set[str]:
    """The provider's source as ``namespace/type``; in the configuration only its local name is told."""
    name = str(item.get("provider_name") or item.get("provider") or item.get("provider_config_key") or "")
    name = name.removeprefix('provider["').split('"]')[0].split(":")[-1].split(".", 1)[0] if "/" not in name else name
    return {"/".join(name.split("/")[-2:]), f"hashicorp/{name}"}
