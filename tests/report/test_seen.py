"""What was looked at, in one line."""

from __future__ import annotations

from datetime import UTC, datetime

from dpa_guard.model import Coverage, Inventory, Status
from dpa_guard.report.prose import Prose
from dpa_guard.report.seen import looked_at

NOW = datetime(2026, 11, 25, 4, 17, tzinfo=UTC)


def row(account: str, region: str, status: Status = "looked") -> Coverage:
    return Coverage("production", account, region, {"s3": status}, "")


def test_a_region_of_several_accounts_counts_once_and_a_name_for_no_region_does_not_count() -> None:
    coverage = (
        row("111122223333", "eu-central-1"),
        row("111122223333", "aws-global"),
        row("444455556666", "eu-central-1", "looked-partly"),
        row("444455556666", "eu-west-1", "denied"),
        row("444455556666", "us-east-1"),
        row("444455556666", "af-south-1", "region-disabled"),
        row("777788889999", "*", "not-attempted"),
    )
    lines = list(looked_at(Inventory(NOW, "scan", coverage=coverage), Prose("en")))
    assert lines == ["looked at     production: 2 accounts, 2 regions, 0 objects"]
