"""What is installed starts, and does its main job on the examples. ``tox -e bare`` runs this without any extra."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

pytestmark = pytest.mark.skipif(
    not any(found.name == "dpa-guard" for found in distributions()),
    reason="dpa-guard itself is not installed here, so its extensions have no entry points; tox installs it",
)


def _dpa_guard(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("dpa-guard")
    return subprocess.run([program, *arguments], cwd=EXAMPLES, capture_output=True, text=True, check=False)


def test_help_is_there() -> None:
    page = _dpa_guard("--help")
    assert page.returncode == 0, page.stderr
    assert "plan" in page.stdout


def test_the_example_has_one_deviation_of_each_kind() -> None:
    run = _dpa_guard("plan", "tfplan.json", "--format", "json")
    assert run.returncode == 1, run.stderr
    report = json.loads(run.stdout)
    assert report["schema"] == "dpa-guard/assessment/1"
    assert report["exit_code"] == 1
    assert report["evidence"] is None
    assert report["gaps"] == []
    told = {
        (finding["rule"], (finding["resource"] or finding["party"])[key]): finding["verdict"]
        for finding in report["findings"]
        for key in [("id" if finding["resource"] else "identifier")]
    }
    assert {subject: verdict for subject, verdict in told.items() if verdict not in {"pass", "not-applicable"}} == {
        ("transfer-outside-eu", "aws_dynamodb_table.sessions"): "fail",
        ("transfer-outside-eu", "aws_s3_bucket.pilot"): "fail",
        ("transfer-outside-eu", "aws_s3_bucket.support_calls"): "authorised",
        ("transfer-outside-eu", "aws_s3_bucket_replication_configuration.zilverdijk"): "unknown",
        ("subprocessor-contract", "terraform-provider:auth0/auth0"): "fail",
        ("subprocessor-contract", "terraform-provider:honeycombio/honeycombio"): "fail",
        ("subprocessor-prohibited", "terraform-provider:lantaarn/lantaarn"): "fail",
    }


def test_the_example_is_readable_at_eighty_columns() -> None:
    run = _dpa_guard("plan", "tfplan.json")
    assert run.returncode == 1, run.stderr
    assert [line for line in run.stdout.splitlines() if len(line) > 80] == []
    assert "aws_dynamodb_table.sessions" in run.stdout
    assert "\x1b" not in run.stdout


def test_the_readme_shows_what_the_example_prints() -> None:
    """Line by line and in order, parts left out where it says ``[...]``; only the moment differs."""
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```text\n(.*?)```", readme, flags=re.DOTALL)
    printed = iter(_dpa_guard("plan", "tfplan.json").stdout.splitlines())
    said = [line for line in shown.splitlines() if line not in {"", "[...]"} and not line.startswith("taken at")]
    assert [line for line in said if line not in printed] == []


def test_every_managed_object_of_the_example_gets_a_finding() -> None:
    plan = json.loads((EXAMPLES / "tfplan.json").read_text(encoding="utf-8"))
    report = json.loads(_dpa_guard("plan", "tfplan.json", "--format", "json").stdout)
    judged = {f["resource"]["id"] for f in report["findings"] if f["rule"] == "transfer-outside-eu" and f["resource"]}
    assert judged == {change["address"] for change in plan["resource_changes"]}
