"""A small estate in a folder: an agreement, a plan with one bucket in each of some regions, and how to run commands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

AGREEMENT = """\
schema = "dpa-guard/agreement/1"
[agreement]
id = "{id}"
time_zone = "Europe/Amsterdam"
[parties.controller]
name = "A (fictional)"
[parties.processor]
name = "B (fictional)"
[territory]
rule = "eu-member-states"
[evidence]
run_every = "P1D"
max_gap = "PT36H"
{more}
[[subprocessor]]
id = "aws"
legal_name = "Amazon Web Services EMEA SARL"
identifiers = ["cloud:aws"]
contract = {{ reference = "C-1", dated = 2020-01-01 }}
"""


def run(*arguments: str | int | Path, stdin: bytes | None = None) -> Result:
    """Run the command in this process, as it is typed."""
    from dpa_guard.cli import main

    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def agreement(folder: Path, name: str = "agreement.toml", id: str = "A-1", keys: Sequence[str] = ()) -> Path:
    """Write an agreement, with the keys of its log where they are known."""
    path = folder / name
    path.write_text(AGREEMENT.format(id=id, more=f"log_keys = {json.dumps(list(keys))}" if keys else ""), "utf-8")
    return path


def plan(folder: Path, *regions: str, name: str = "tfplan.json", key: str = "") -> Path:
    """Write a plan that makes one bucket in each region; ``key`` is the for_each key of each."""
    index = f'["{key}"]' if key else ""
    changes, config, providers = [], [], {}
    for number, region in enumerate(regions):
        address = f"aws_s3_bucket.b{number}"
        providers[f"aws.p{number}"] = {
            "name": "aws",
            "alias": f"p{number}",
            "full_name": "registry.terraform.io/hashicorp/aws",
            "expressions": {"region": {"constant_value": region}},
        }
        config.append(
            {
                "address": address,
                "mode": "managed",
                "type": "aws_s3_bucket",
                "name": f"b{number}",
                "provider_config_key": f"aws.p{number}",
                "expressions": {},
                "schema_version": 0,
            }
        )
        change: dict[str, Any] = {"actions": ["create"], "before": None, "after": {"bucket": f"b{number}"}}
        changes.append(
            {
                "address": address + index,
                "mode": "managed",
                "type": "aws_s3_bucket",
                "name": f"b{number}",
                **({"index": key} if key else {}),
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": {**change, "after_unknown": {}, "before_sensitive": False, "after_sensitive": {}},
            }
        )
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.0",
        "planned_values": {"root_module": {}},
        "resource_changes": changes,
        "configuration": {"provider_config": providers, "root_module": {"resources": config}},
        "complete": True,
        "errored": False,
    }
    path = folder / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
