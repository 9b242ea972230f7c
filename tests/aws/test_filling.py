"""Which cells a row fills: its region's, that of all without a region, or those of every region that is on."""

from __future__ import annotations

from dpa_guard_aws.calls import Account, Call
from dpa_guard_aws.cells import Cells, Outcome
from dpa_guard_aws.filling import Filling
from dpa_guard_aws.regions import Regions
from dpa_guard_aws.table import Row

ACCOUNT = Account("111122223333")
REGIONS = {ACCOUNT.id: Regions(on=("eu-central-1", "us-east-1"), off=("af-south-1",))}
QUEUES = Row("sqs", "ListQueues", "regional", "QueueUrls")
ZONES = Row("route53", "ListHostedZones", "global", "HostedZones")
BUCKETS = Row("s3", "ListBuckets", "account-once", "Buckets")
VERSIONS = Row("s3", "GetBucketVersioning", "account-once", "[@]", after="s3.ListBuckets")


def statuses(*recorded: Row) -> dict[tuple[str, str], str]:
    """Plan the cells of all rows, record an answer of some in eu-central-1, and return (region, service) → status."""
    cells = Cells("live", "")
    filling = Filling(cells, REGIONS, "aws-global")
    filling.plan([ACCOUNT], [QUEUES, ZONES, BUCKETS, VERSIONS])
    for row in recorded:
        filling.record(row, Call(0, ACCOUNT, "eu-central-1", {}), Outcome("looked"))
    return {(row.region, service): status for row in cells.coverage() for service, status in row.services.items()}


def test_what_is_planned_and_not_answered_is_not_attempted_and_a_region_that_is_off_is_said_to_be() -> None:
    assert statuses() == {
        ("af-south-1", "*"): "region-disabled",
        ("aws-global", "route53"): "not-attempted",
        ("eu-central-1", "s3"): "not-attempted",
        ("eu-central-1", "sqs"): "not-attempted",
        ("us-east-1", "s3"): "not-attempted",
        ("us-east-1", "sqs"): "not-attempted",
    }


def test_an_answer_fills_the_cells_of_its_rows_scope() -> None:
    for row, filled in (
        (QUEUES, {("eu-central-1", "sqs")}),
        (ZONES, {("aws-global", "route53")}),
        (BUCKETS, {("eu-central-1", "s3"), ("us-east-1", "s3")}),
        (VERSIONS, {("eu-central-1", "s3")}),
    ):
        assert {cell for cell, status in statuses(row).items() if status == "looked"} == filled
