"""Location traps as a plan shows them: places that are not where a quick look says. The numbers are kept in ``TRAPS``.

Each row is one object of a plan, under a provider in the region given, and every country it must be found in:
``unknown`` and ``worldwide`` stand for places of that extent, ``within-eu`` for the vendor's word; control planes and
routes do not count. Traps of codes alone are in ``tests/gazetteer/traps.csv``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from dpa_guard.model import DECIDING_ROLES, Location
from terraform_plans import AWS, AZURE, GOOGLE, block, change, located, plan, provider, refs


class Trap(Struct):
    """One object and where it is."""

    number: str
    kind: str
    after: dict[str, Any]
    places: str
    """Sorted, apart by blanks."""
    region: str = ""
    """Of the provider; "" where its cloud has none (Azure) or none is set."""
    unknown: dict[str, Any] = {}
    expressions: dict[str, Any] = {}
    others: tuple[tuple[str, dict[str, Any]], ...] = ()
    """Objects that it refers to."""
    refers: str = ""
    """The argument that does."""

    @property
    def cloud(self) -> str:
        """The Terraform source of its provider."""
        if self.kind.startswith("aws_"):
            return AWS
        return AZURE if self.kind.startswith("azurerm_") else GOOGLE


EU = "arn:aws:s3:::somebody-elses-bucket"
SERVER = (("azurerm_mssql_server.o", {"location": "westeurope"}),)
ACCOUNT = (("azurerm_cognitive_account.o", {"location": "westeurope"}),)
GCS = {"name": "b", "project": "p"}

TRAPS = (
    Trap("A5", "aws_subnet", {"availability_zone": "eu-central-1-ist-1a"}, "TR", "eu-central-1"),
    Trap("A6", "aws_subnet", {"availability_zone": "eu-central-1-waw-1a"}, "PL", "eu-central-1"),
    Trap("A7", "aws_subnet", {"availability_zone": "eu-west-3-cmn-wlz-1a"}, "MA", "eu-west-3"),
    Trap("A8", "aws_subnet", {"availability_zone_id": "euw3-dss1-wlz1"}, "SN", "eu-west-3"),
    Trap(
        "A11",
        "aws_subnet",
        {"availability_zone": "eu-west-1a", "outpost_arn": "arn:aws:outposts:eu-west-1:1:outpost/op-1"},
        "IE unknown",
        "eu-west-1",
    ),
    Trap(
        "A14",
        "aws_s3_bucket_replication_configuration",
        {"bucket": "b", "rule": [{"destination": [{"bucket": EU}]}]},
        "IE unknown",
        "eu-west-1",
    ),
    Trap("A15", "aws_iam_user", {"name": "jan"}, "none", "eu-west-1"),
    Trap("A17", "aws_cloudfront_distribution", {"price_class": "PriceClass_100"}, "worldwide", "eu-west-1"),
    Trap(
        "A18",
        "aws_cloudfront_distribution",
        {
            "price_class": "PriceClass_All",
            "restrictions": [{"geo_restriction": [{"locations": ["NL"], "restriction_type": "whitelist"}]}],
        },
        "worldwide",
        "eu-west-1",
    ),
    Trap("A19", "aws_wafv2_web_acl", {"name": "w", "scope": "CLOUDFRONT"}, "US", "us-east-1"),
    Trap("A23", "aws_s3_bucket", {"bucket": "b", "region": "us-east-1"}, "US", "eu-west-1"),
    Trap(
        "A24",
        "aws_dynamodb_table",
        {
            "name": "t",
            "replica": [{"region_name": "eu-central-1"}, {"region_name": "eu-west-3"}],
            "global_table_witness": [{"region_name": "us-east-1"}],
        },
        "DE FR IE US",
        "eu-west-1",
    ),
    Trap(
        "A25",
        "aws_db_instance_automated_backups_replication",
        {"source_db_instance_arn": "arn:aws:rds:eu-west-1:123456789012:db:x"},
        "IE US",
        "us-east-1",
    ),
    Trap(
        "A26",
        "aws_ebs_snapshot_copy",
        {"source_region": "eu-west-1", "source_snapshot_id": "snap-1"},
        "US",
        "us-east-1",
    ),
    Trap("A27", "aws_kms_key", {"multi_region": True}, "IE", "eu-west-1"),
    Trap(
        "A28",
        "aws_config_configuration_aggregator",
        {"name": "a", "account_aggregation_source": [{"account_ids": ["1"], "all_regions": True}]},
        "IE",
        "eu-west-1",
    ),
    Trap("A31", "aws_s3_bucket", {"bucket": "b", "region": "eu-east-1"}, "unknown", "eu-west-1"),
    Trap("Z1", "azurerm_storage_account", {"location": "westeurope", "account_replication_type": "LRS"}, "NL"),
    Trap("Z5", "azurerm_storage_account", {"location": "UK South", "account_replication_type": "ZRS"}, "GB"),
    Trap("Z6", "azurerm_monitor_action_group", {"location": "global", "resource_group_name": "g"}, "none"),
    Trap("Z6", "azurerm_cdn_frontdoor_profile", {"name": "f", "sku_name": "Standard_AzureFrontDoor"}, "worldwide"),
    Trap("Z7", "azurerm_storage_account", {"location": "europe", "account_replication_type": "LRS"}, "unknown"),
    Trap("Z8", "azurerm_communication_service", {"name": "c", "resource_group_name": "g"}, "US"),
    Trap(
        "Z9",
        "azurerm_cosmosdb_account",
        {
            "location": "westeurope",
            "geo_location": [
                {"location": "westeurope", "failover_priority": 0},
                {"location": "East US", "failover_priority": 1},
            ],
            "backup": [{"type": "Periodic", "storage_redundancy": "Local"}],
        },
        "NL US",
    ),
    Trap("Z10", "azurerm_storage_account", {"location": "westeurope", "account_replication_type": "GRS"}, "IE NL"),
    Trap("Z11", "azurerm_storage_account", {"location": "brazilsouth", "account_replication_type": "RAGRS"}, "BR US"),
    Trap("Z12", "azurerm_storage_account", {"location": "swedencentral", "account_replication_type": "GZRS"}, "SE"),
    Trap("Z13", "azurerm_recovery_services_vault", {"location": "westeurope", "sku": "Standard"}, "IE NL"),
    Trap("Z15", "azurerm_key_vault", {"location": "westeurope", "name": "k"}, "IE NL"),
    Trap(
        "Z18",
        "azurerm_application_insights_web_test",
        {"location": "westeurope", "geo_locations": ["emea-gb-db3-azr", "emea-ru-msa-edge"]},
        "GB IE NL",
    ),
    Trap("Z24", "azurerm_resource_group", {"location": "eastus", "name": "g"}, "US"),
    Trap(
        "Z31",
        "azurerm_shared_image_version",
        {
            "location": "westeurope",
            "target_region": [{"name": "West Europe"}, {"name": "uksouth", "regional_replica_count": 1}],
        },
        "GB NL",
    ),
    Trap("Z32", "azurerm_storage_account", {"location": "WESTEUROPE ", "account_replication_type": "LRS"}, "NL"),
    Trap("Z33", "azurerm_communication_service", {"name": "c", "data_location": "France"}, "unknown"),
    Trap("Z14", "azurerm_mssql_database", {"name": "d", "server_id": "s"}, "IE NL", others=SERVER, refers="server_id"),
    Trap(
        "Z16",
        "azurerm_cognitive_deployment",
        {"name": "d", "cognitive_account_id": "a", "sku": [{"name": "GlobalStandard"}]},
        "NL worldwide",
        others=ACCOUNT,
        refers="cognitive_account_id",
    ),
    Trap(
        "Z17",
        "azurerm_cognitive_deployment",
        {"name": "d", "cognitive_account_id": "a", "sku": [{"name": "DataZoneStandard"}]},
        "CH unknown",
        others=(("azurerm_cognitive_account.o", {"location": "switzerlandnorth"}),),
        refers="cognitive_account_id",
    ),
    Trap(
        "Z26",
        "azurerm_arc_machine",
        {"name": "m", "location": "westeurope"},
        "NL unknown",
    ),
    Trap(
        "Z29",
        "azurerm_eventhub_namespace",
        {"location": "westeurope", "sku": "Standard"},
        "NL",
    ),
    Trap(
        "Z36",
        "azurerm_cognitive_deployment",
        {"name": "d", "cognitive_account_id": "a", "sku": [{"name": "Standard"}]},
        "NL unknown",
        others=ACCOUNT,
        refers="cognitive_account_id",
    ),
    Trap("G1", "google_storage_bucket", {**GCS, "location": "EUROPE-WEST2"}, "GB"),
    Trap("G2", "google_compute_subnetwork", {"name": "s", "region": "europe-west6"}, "CH"),
    Trap("G3", "google_compute_subnetwork", {"name": "s", "region": "europe-west12"}, "IT"),
    Trap("G4", "google_storage_bucket", {**GCS, "location": "EUR8"}, "CH DE"),
    Trap("G5", "google_storage_bucket", {**GCS, "location": "EUR7"}, "DE GB"),
    Trap("G5", "google_spanner_instance", {"name": "s", "config": "eur7"}, "DE IT"),
    Trap("G6", "google_spanner_instance", {"name": "s", "config": "eur6"}, "CH DE NL"),
    Trap("G8", "google_spanner_instance", {"name": "s", "config": "nam-eur-asia1"}, "BE TW US"),
    Trap("G9", "google_spanner_instance", {"name": "s", "config": "custom-eur3"}, "unknown"),
    Trap("G10", "google_spanner_instance", {"name": "s", "config": "regional-europe-west2"}, "GB"),
    Trap("G11", "google_storage_bucket", {**GCS, "location": "EU"}, "within-eu"),
    Trap(
        "G12",
        "google_storage_bucket",
        {**GCS, "location": "EU", "custom_placement_config": [{"data_locations": ["EUROPE-WEST3", "EUROPE-WEST9"]}]},
        "DE FR",
    ),
    Trap("G13", "google_storage_bucket", {**GCS, "location": "CA"}, "CA"),
    Trap("G14", "google_kms_key_ring", {"name": "k", "location": "europe"}, "within-eu"),
    Trap("G14", "google_artifact_registry_repository", {"repository_id": "r", "location": "europe"}, "unknown"),
    Trap("G16", "google_app_engine_application", {"project": "p", "location_id": "europe-west"}, "BE"),
    Trap("G17", "google_secret_manager_secret", {"secret_id": "s", "replication": [{"auto": [{}]}]}, "worldwide"),
    Trap("G18", "google_pubsub_topic", {"name": "t"}, "worldwide"),
    Trap("G19", "google_bigquery_dataset", {"dataset_id": "d"}, "US"),
    Trap("G20", "google_bigquery_reservation", {"location": "EU", "secondary_location": "us-east4"}, "US unknown"),
    Trap("G21", "google_bigquery_dataset", {"dataset_id": "d", "location": "aws-eu-west-1"}, "IE"),
    Trap("G22", "google_compute_snapshot", {"name": "s", "zone": "europe-west2-a", "source_disk": "d"}, "GB within-eu"),
    Trap(
        "G23",
        "google_sql_database_instance",
        {"name": "s", "region": "europe-west2", "settings": [{"backup_configuration": [{"enabled": True}]}]},
        "GB within-eu",
    ),
    Trap("G24", "google_logging_project_bucket_config", {"location": "global", "bucket_id": "_Default"}, "unknown"),
    Trap("G35", "google_logging_project_sink", {"name": "s", "destination": "storage.googleapis.com/b"}, "unknown"),
    Trap("G36", "google_org_policy_policy", {"name": "projects/p/policies/gcp.resourceLocations"}, "none"),
    Trap("G39", "google_dialogflow_agent", {"display_name": "a", "default_language_code": "nl"}, "unknown"),
    Trap(
        "G27",
        "google_container_aws_cluster",
        {"location": "europe-west1", "aws_region": "us-east-1", "name": "c"},
        "US",
    ),
    Trap("G28", "google_compute_instance", {"name": "i", "zone": "us-central1-ai1a"}, "US"),
    Trap("G30", "google_compute_subnetwork", {"name": "s", "region": "europe-west99"}, "unknown"),
    Trap("P1", "aws_sqs_queue", {"name": "q"}, "unknown", unknown={"region": True}),
    Trap(
        "P1",
        "aws_s3_bucket_replication_configuration",
        {"bucket": "b", "rule": [{"destination": [{}]}]},
        "IE unknown",
        "eu-west-1",
        unknown={"rule": [{"destination": [{"bucket": True}]}]},
        expressions={"rule": [{"destination": refs("random_pet.x.id", "random_pet.x")}]},
    ),
    Trap("P2", "google_compute_address", {"name": "a"}, "unknown"),
    Trap(
        "P5",
        "aws_dynamodb_table",
        {"name": "t", "replica": [{"region_name": "eu-west-3"}, {"region_name": "eu-west-2"}]},
        "FR GB IE",
        "eu-west-1",
    ),
)


def _document(trap: Trap) -> dict[str, Any]:
    key = {AWS: "aws", AZURE: "azurerm", GOOGLE: "google"}[trap.cloud]
    address = f"{trap.kind}.x"
    arguments = {"region": trap.region} if trap.region else {}
    expressions = trap.expressions or dict.fromkeys(trap.unknown, "set")
    if trap.refers:
        (target, _), *_ = trap.others
        expressions = {trap.refers: refs(f"{target}.id", target)}
    return plan(
        [
            change(address, trap.after, provider=trap.cloud, unknown=trap.unknown),
            *(change(other, after, provider=trap.cloud) for other, after in trap.others),
        ],
        [block(address, key, **expressions), *(block(other, key) for other, _ in trap.others)],
        {key: provider(trap.cloud, **arguments)},
    )


def said(locations: tuple[Location, ...]) -> str:
    """The countries of all places that decide, and the extent of those without."""
    found: set[str] = set()
    for one in locations:
        if one.role in DECIDING_ROLES:
            found.update(one.countries or (one.extent,))
    return " ".join(sorted(found, key=lambda word: (word.islower(), word))) or "none"


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: f"{trap.number}-{trap.kind}")
def test_an_object_in_a_trap_is_found_where_it_is(trap: Trap, tmp_path: Path) -> None:
    locations = located(_document(trap), tmp_path)[f"{trap.kind}.x"]
    assert said(locations) == trap.places, locations
