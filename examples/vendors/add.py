"""Add hand-written objects to a Terraform plan: ``python3 add.py PLAN.json OBJECTS.json > tfplan.json``.

The objects are in the shape ``terraform show -json`` gives them (format_version 1.2): ``provider_config`` and
``resources`` of the configuration, and ``resource_changes``. A planned value is made of each change, as Terraform does.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def add(plan: dict[str, Any], objects: dict[str, Any]) -> dict[str, Any]:
    """Return the plan with the objects in each of the three places Terraform would list them, sorted as it sorts."""
    configuration = plan["configuration"]
    configuration["provider_config"] = _sorted(configuration["provider_config"] | objects["provider_config"])
    configuration["root_module"]["resources"] = _by_address(
        configuration["root_module"]["resources"] + objects["resources"]
    )
    planned = plan["planned_values"]["root_module"]
    planned["resources"] = _by_address(planned["resources"] + [_planned(c) for c in objects["resource_changes"]])
    plan["resource_changes"] = _modules_last(plan["resource_changes"] + objects["resource_changes"])
    return plan


def _planned(change: dict[str, Any]) -> dict[str, Any]:
    names = ("address", "mode", "type", "name", "provider_name")
    return {name: change[name] for name in names} | {
        "schema_version": 0,
        "values": change["change"]["after"],
        "sensitive_values": {},
    }


def _sorted(table: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(table.items()))


def _by_address(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: row["address"])


def _modules_last(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(changes, key=lambda row: ("module_address" in row, row["address"]))


if __name__ == "__main__":
    plan, objects = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
    json.dump(add(plan, objects), sys.stdout, separators=(",", ":"), ensure_ascii=False)
    sys.stdout.write("\n")
