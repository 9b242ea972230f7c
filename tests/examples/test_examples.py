"""The example is what its README says: real, small, whole, and without anything private."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TEXT = (EXAMPLES / "tfplan.json").read_text(encoding="utf-8")
PLAN: dict[str, Any] = json.loads(TEXT)


def _documents(node: Any) -> Iterator[dict[str, str]]:
    if isinstance(node, dict):
        if "file" in node and "sha256" in node:
            yield node
        for value in node.values():
            yield from _documents(value)
    elif isinstance(node, list):
        for value in node:
            yield from _documents(value)


def test_every_document_has_the_digest_the_agreement_gives() -> None:
    named = list(_documents(tomllib.loads((EXAMPLES / "agreement.toml").read_text(encoding="utf-8"))))
    assert {document["file"] for document in named} == {
        f"documents/{file.name}" for file in (EXAMPLES / "documents").iterdir() if file.name != "README.txt"
    }
    for document in named:
        content = (EXAMPLES / document["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == document["sha256"], document["file"]


def test_the_plan_is_small_and_whole() -> None:
    assert len(TEXT) < 200_000
    assert len(PLAN["resource_changes"]) == 30
    assert PLAN["complete"] is True
    assert PLAN["errored"] is False


def test_the_plan_names_no_machine_no_account_and_no_key() -> None:
    assert re.findall(r'"(?:[A-Za-z]:|/(?:home|root|tmp|opt|var|Users|work))[\\/][^"]*"', TEXT) == []
    assert re.findall(r"(?<![0-9])[0-9]{12}(?![0-9])", TEXT) == []
    assert re.findall(r"AKIA[0-9A-Z]{16}|dummy|password\"?:\"", TEXT) == []


def test_the_vendors_objects_stand_in_all_three_places() -> None:
    objects = json.loads((EXAMPLES / "vendors/objects.json").read_text(encoding="utf-8"))
    addresses = {change["address"] for change in objects["resource_changes"]}
    assert len(addresses) == 4
    assert addresses <= {change["address"] for change in PLAN["resource_changes"]}
    assert addresses <= {resource["address"] for resource in PLAN["planned_values"]["root_module"]["resources"]}
    assert addresses <= {resource["address"] for resource in PLAN["configuration"]["root_module"]["resources"]}
    assert objects["provider_config"].keys() <= PLAN["configuration"]["provider_config"].keys()


def test_every_object_the_readme_talks_about_is_in_the_plan() -> None:
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `((?:aws|auth0|lantaarn|honeycombio)_[^`]+)` \|", page, flags=re.MULTILINE)
    assert len(told) == 7
    assert set(told) <= {change["address"] for change in PLAN["resource_changes"]}


@pytest.mark.slow
def test_terraform_makes_the_same_plan_again(tmp_path: Path) -> None:
    mirror = os.environ.get("DPA_GUARD_TEST_TF_MIRROR")
    if not mirror or shutil.which("terraform") is None:
        pytest.skip("terraform is not on the PATH, or DPA_GUARD_TEST_TF_MIRROR names no provider mirror")
    copy = shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns("tfplan.json"))
    subprocess.run([copy / "make-plan.sh", mirror], check=True, stdin=subprocess.DEVNULL, capture_output=True)
    made = json.loads((copy / "tfplan.json").read_text(encoding="utf-8"))
    passing = {"timestamp", "terraform_version", "format_version", "relevant_attributes"}
    assert {key: made[key] for key in made.keys() - passing} == {key: PLAN[key] for key in PLAN.keys() - passing}
