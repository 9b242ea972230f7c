"""``dpa-guard scan``, ``doctor`` and ``permissions`` as their users meet them; the clouds themselves: tests/aws."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dpa_guard.cli import main

ROOT = Path(__file__).resolve().parents[2]
CONFIG = 'schema = "dpa-guard/config/1"\n[[scope]]\nname = "prod"\nprovider = "aws"\n'
PLANS = '[[scope]]\nname = "plans"\nprovider = "terraform"\npaths = ["*.json"]\n'


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an agreement; no credentials, no configuration and no metadata of whoever runs the tests."""
    shutil.copy(ROOT / "examples/agreement.toml", tmp_path / "agreement.toml")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, standalone_mode=True)


@pytest.mark.parametrize("command", ["scan", "doctor"])
@pytest.mark.parametrize(
    ("config", "words", "said"),
    [
        ("", (), ["nothing to look at", "--cloud aws"]),
        (PLANS, (), ["nothing to look at"]),
        ("", ("--cloud", "azure"), ["'azure'", "installed are aws, terraform"]),
        ("", ("--cloud", "aws", "--scope", "prod"), ["--cloud and --scope exclude each other"]),
        ("", ("--scope", "prdo"), ["'prdo'", "did you mean prod?"]),
        (PLANS, ("--scope", "plans"), ["'plans' reads files"]),
        ("organisation = true", (), ['scope[0].organisation: is no key of an aws scope; did you mean "organization"?']),
        ("organization = true", (), ["scope[0]: organization needs role"]),
        ("accounts = [1]\nrole = 4", (), ["scope[0].accounts: expected account ids", "scope[0].role: expected a text"]),
    ],
)
def test_a_mistake_is_said_before_anything_runs(
    command: str, config: str, words: tuple[str, ...], said: list[str], workplace: Path
) -> None:
    plans = config == PLANS
    text = f'schema = "dpa-guard/config/1"\n{config}' if plans else f"{CONFIG}{config}\n"
    if plans and "--scope" in words:
        text = f"{CONFIG}{PLANS}"
    if config or "prdo" in words:
        (workplace / "dpa-guard.toml").write_text(text, encoding="utf-8")
    result = run(command, *words)
    assert result.exit_code == 2
    assert [part for part in said if part not in result.stderr] == []


def test_without_credentials_nothing_was_looked_at_and_that_is_said(workplace: Path) -> None:
    result = run("scan", "--cloud", "aws", "--output", "json=r.json")
    assert result.exit_code == 3
    assert "There are no AWS credentials" in result.stdout
    assert "was not seen here" not in result.stdout, "nothing was seen, so nothing was missing"
    report: dict[str, Any] = json.loads((workplace / "r.json").read_bytes())
    assert (report["kind"], report["exit_code"], report["findings"]) == ("scan", 3, [])
    assert [gap["reason"]["code"] for gap in report["gaps"]] == ["aws-no-credentials"]


def test_doctor_says_it_too() -> None:
    result = run("doctor", "--cloud", "aws", "--lang", "nl")
    assert result.exit_code == 3
    assert "Er zijn geen AWS-inloggegevens" in result.stdout
    assert "Aan een scan zou één ding ontbreken." in result.stdout


@pytest.mark.parametrize("words", [("--threads", "0"), ("--allow-incomplete", " "), ("--output", "xml=x")])
def test_options_out_of_range_are_refused(words: tuple[str, ...]) -> None:
    assert run("scan", "--cloud", "aws", *words).exit_code == 2


def test_permissions_are_printed_one_by_one_or_written(workplace: Path) -> None:
    one = run("permissions", "aws", "policy-1.json")
    assert one.exit_code == 0
    assert json.loads(one.stdout)["Statement"][0]["Effect"] == "Allow"
    written = run("permissions", "aws", "--into", "policies", "--role", "audit")
    assert written.exit_code == 0
    assert {file.name for file in (workplace / "policies").iterdir()} == {
        "policy-1.json",
        "policy-2.json",
        "policy-3.json",
        "entering.json",
    }
    assert "role/audit" in (workplace / "policies/entering.json").read_text(encoding="utf-8")
    assert all(name in run("permissions", "aws").stdout for name in ("policy-1.json\n{", "entering.json\n{"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("asw",), "did you mean aws?"),
        (("aws", "polic"), "did you mean policy-1.json"),
        (("aws", "--role", "*"), "--role expects the name of a role"),
        (("aws", "--into", "agreement.toml"), "cannot be written"),
    ],
)
def test_permissions_says_what_it_cannot_print(words: tuple[str, ...], said: str) -> None:
    result = run("permissions", *words)
    assert result.exit_code == 2
    assert said in result.stderr
