"""A stranger's distribution, installed beside ours (``tox -e extension`` does that)."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from dpa_guard import Context, Coverage, Gap, Resource, Scope

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("acme_dpa_rules") is None,
    reason="acme-dpa-rules is not installed here; tox -e extension installs it beside the wheel",
)


def _dpa_guard(*arguments: str, cwd: Path = EXAMPLES) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", "from dpa_guard.cli import main; main()", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def _agreement_with(tmp_path: Path, rule: str) -> Path:
    text = (EXAMPLES / "agreement.toml").read_text(encoding="utf-8")
    asked = text.replace('"subprocessor-identified"]', f'"subprocessor-identified", "{rule}"]')
    assert asked != text
    file = tmp_path / "agreement.toml"
    file.write_text(asked, encoding="utf-8")
    return file


def test_it_is_listed_with_its_version_beside_ours() -> None:
    listed = _dpa_guard("extensions")
    assert listed.returncode == 0, listed.stderr
    assert "acme-dpa-rules" in listed.stdout
    assert "2.0" in listed.stdout
    assert "acme-logs-in-germany" in listed.stdout
    assert "acme-racks" in listed.stdout
    assert "transfer-outside-eu" in listed.stdout


def test_its_rule_runs_when_the_agreement_asks_for_it(tmp_path: Path) -> None:
    agreement = _agreement_with(tmp_path, "acme-logs-in-germany")
    run = _dpa_guard("plan", "tfplan.json", "--agreement", str(agreement), "--format", "json")
    report = json.loads(run.stdout)
    found = [f for f in report["findings"] if f["rule"] == "acme-logs-in-germany"]
    assert [(f["resource"]["id"], f["verdict"], f["article"]) for f in found] == [
        ("aws_cloudwatch_log_group.app", "pass", "6.1")
    ]
    assert run.returncode == 1  # the example's own deviations


def test_its_reason_without_prose_is_shown_by_its_code(tmp_path: Path) -> None:
    agreement = _agreement_with(tmp_path, "acme-logs-in-germany")
    run = _dpa_guard("plan", "tfplan.json", "--agreement", str(agreement), "--format", "json")
    (reason,) = [f["reason"] for f in json.loads(run.stdout)["findings"] if f["rule"] == "acme-logs-in-germany"]
    assert reason["code"] == "acme-logs-at-home"
    assert reason["params"] == {"countries": "DE"}


def test_a_rule_nobody_provides_is_a_gap_and_not_a_silence(tmp_path: Path) -> None:
    agreement = _agreement_with(tmp_path, "acme-logs-on-the-moon")
    run = _dpa_guard("plan", "tfplan.json", "--agreement", str(agreement), "--format", "json")
    assert "acme-logs-on-the-moon" in json.dumps(json.loads(run.stdout)["gaps"])


def test_its_rule_explains_itself() -> None:
    page = _dpa_guard("explain", "acme-logs-in-germany")
    assert page.returncode == 0, page.stderr
    assert "Log groups are kept in Germany." in page.stdout


def test_its_provider_lists_the_machines_of_the_scope() -> None:
    (racks,) = import_module("acme_dpa_rules").add_providers()
    context = Context(clock=lambda: datetime(2026, 11, 24, tzinfo=UTC))
    seen = list(racks.collect(Scope("racks", "acme-racks", settings={"machines": {"db-1": "DE"}}), context))
    assert [type(one) for one in seen] == [Resource, Coverage]
    assert (seen[0].id, seen[0].locations[0].countries) == ("db-1", ("DE",))
    assert [type(one) for one in racks.collect(Scope("racks", "acme-racks"), context)] == [Gap]
