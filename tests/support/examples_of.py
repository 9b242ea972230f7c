"""One small example of each word of the model, for tests that change one thing in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dpa_guard.agreement import Agreement, PartyName, Territory
from dpa_guard.model import Finding, Location, Resource, Verdict


def moment() -> datetime:
    return datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def agreement_of(id: str = "A-1", rules: tuple[str, ...] = ("one",), **changes: Any) -> Agreement:
    values: dict[str, Any] = {
        "id": id,
        "sha256": "0" * 64,
        "path": "agreement.toml",
        "territory": Territory("eu-member-states"),
        "controller": PartyName("Controller"),
        "processor": PartyName("Processor"),
        "time_zone": "Europe/Amsterdam",
        "rules": rules,
    }
    return Agreement(**{**values, **changes})


def resource_of(id: str = "aws_s3_bucket.b", **changes: Any) -> Resource:
    values: dict[str, Any] = {
        "id": id,
        "kind": "aws_s3_bucket",
        "service": "s3",
        "class_": "stores",
        "provider": "aws",
        "partition": "aws",
        "account": "",
        "source": "plan.json",
        "locations": (Location("primary", "eu-west-1", ("IE",), "exact"),),
    }
    return Resource(**{**values, **changes})


def finding_of(resource: Resource, verdict: Verdict = "pass", rule: str = "one", **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "rule": rule,
        "article": "3.1",
        "verdict": verdict,
        "resource": resource,
        "party": None,
        "locations": resource.locations,
        "reason_code": "inside",
        "params": {"places": "eu-west-1 (IE)"},
        "cure": "",
    }
    return Finding(**{**values, **changes})
