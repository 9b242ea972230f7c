"""Small plans in Terraform's own shape, for tests that need one thing at a time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dpa_guard import Context, Location, Observation, Resource, Scope
from dpa_guard.config import Place
from dpa_guard_terraform import TerraformProvider

AWS = "registry.terraform.io/hashicorp/aws"
AZURE = "registry.terraform.io/hashicorp/azurerm"
GOOGLE = "registry.terraform.io/hashicorp/google"


def change(address: str, after: dict[str, Any] | None, *, provider: str = AWS, **rest: Any) -> dict[str, Any]:
    """Build one of ``resource_changes``; the type is read off the address."""
    local = address.rsplit("module.", 1)[-1].split(".", 1)[-1] if address.startswith("module.") else address
    kind, name = local.split("[")[0].split(".")[:2]
    body = {
        "actions": rest.pop("actions", ["create"]),
        "before": rest.pop("before", None),
        "after": after,
        "after_unknown": rest.pop("unknown", {}),
        "before_sensitive": False,
        "after_sensitive": rest.pop("sensitive", {}),
    }
    module = {"module_address": address[: address.rindex("." + local)]} if address.startswith("module.") else {}
    return {
        "address": address,
        **module,
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": provider,
        "change": body,
        **rest,
    }


def block(address: str, key: str = "aws", **expressions: Any) -> dict[str, Any]:
    """Build one of ``configuration…resources``; a plain value is a constant, a list of names is references."""
    kind, name = address.split(".")
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_config_key": key,
        "expressions": {name: expression(value) for name, value in expressions.items()},
        "schema_version": 0,
    }


def expression(value: Any) -> Any:
    """Build an expression: ``refs("a.b.c")`` or an expression itself stays, anything else is a constant."""
    if isinstance(value, dict) and (not value or "references" in value or "constant_value" in value):
        return value
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return [{name: expression(inner) for name, inner in item.items()} for item in value]
    return {"constant_value": value}


def refs(*names: str) -> dict[str, Any]:
    return {"references": list(names)}


def provider(full_name: str = AWS, **arguments: Any) -> dict[str, Any]:
    """Build one of ``configuration.provider_config``."""
    built = {"name": full_name.rsplit("/", 1)[-1], "full_name": full_name}
    return (
        {**built, "expressions": {name: expression(value) for name, value in arguments.items()}} if arguments else built
    )


def plan(
    changes: list[dict[str, Any]],
    blocks: list[dict[str, Any]] | None = None,
    providers: dict[str, Any] | None = None,
    **rest: Any,
) -> dict[str, Any]:
    """Build a plan of the newest format."""
    module = {"resources": blocks or [], **rest.pop("root", {})}
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {}},
        "resource_changes": changes,
        "configuration": {"provider_config": providers or {}, "root_module": module},
        "applyable": True,
        "complete": True,
        "errored": False,
        **rest,
    }


def observe(
    document: object, folder: Path, *, assume: dict[str, str] | None = None, places: tuple[Place, ...] = ()
) -> list[Observation]:
    """Run the provider on one document."""
    file = folder / "plan.json"
    file.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    context = Context(clock=lambda: datetime(2026, 11, 24, tzinfo=UTC), assume=assume or {}, places=places)
    scope = Scope("command-line", "terraform", {}, (("plan.json", str(file)),))
    return list(TerraformProvider().collect(scope, context))


def located(document: object, folder: Path, **rest: Any) -> dict[str, tuple[Location, ...]]:
    """Return the locations of every object, by address (and instance)."""
    return {
        one.id + (f" {one.instance}" if one.instance else ""): one.locations
        for one in observe(document, folder, **rest)
        if isinstance(one, Resource)
    }
