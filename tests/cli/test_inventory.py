"""``dpa-guard inventory``, as it is typed: reviewed pages, and what it must not say."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from golden import expect, stable_json
from report_schemas import faults
from transcript import call, transcript

GOLDEN = Path(__file__).with_name("golden") / "inventory"
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PAGES: dict[str, tuple[int, tuple[str, ...]]] = {
    "0-two-plans": (0, ("clean.json", "fails.json")),
    "0-region-assumed": (0, ("env.json", "--assume-region", "aws=eu-west-1")),
    "0-nothing-in-it": (0, ("empty.json",)),
    "0-folder": (0, ("stacks",)),
    "0-configured": (0, ("--config", "two.toml")),
    "2-missing": (2, ("nowhere.json",)),
    "2-one-of-two-is-missing": (2, ("clean.json", "nowhere.json")),
    "3-in-part": (3, ("part.json", "unknown.json")),
}
"""Case → exit code, and what is typed after ``dpa-guard inventory``."""
cases = pytest.mark.parametrize("case", PAGES)
pytestmark = pytest.mark.usefixtures("at_company")


@pytest.mark.parametrize("lang", ["en", "nl"])
@cases
def test_the_page_is_the_one_that_was_reviewed(case: str, lang: str) -> None:
    code, arguments = PAGES[case]
    shown = transcript("inventory", *arguments, "--lang", lang)
    assert shown.endswith(f"--- exit code {code}\n")
    expect(GOLDEN / f"{case}.{lang}.txt", shown)


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_example_is_the_page_that_was_reviewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    monkeypatch.chdir(shutil.copytree(EXAMPLES, tmp_path / "examples"))
    expect(GOLDEN / f"example.{lang}.txt", transcript("inventory", "tfplan.json", "--lang", lang))


def test_the_json_of_two_plans_is_the_one_that_was_reviewed() -> None:
    expect(
        GOLDEN / "0-two-plans.json", stable_json(call("inventory", *PAGES["0-two-plans"][1], "--format", "json").stdout)
    )


@cases
def test_the_json_is_what_the_published_schema_says(case: str) -> None:
    code, arguments = PAGES[case]
    done = call("inventory", *arguments, "--format", "json")
    report = json.loads(done.stdout)
    assert (done.exit_code, report["exit_code"]) == (code, code)
    assert faults(report) == []


@cases
def test_no_page_is_wider_than_80_columns(case: str) -> None:
    for lang in ("en", "nl"):
        shown = call("inventory", *PAGES[case][1], "--lang", lang).stdout
        assert [line for line in shown.splitlines() if len(line) > 80] == []


def test_nothing_is_said_to_be_absent_where_nothing_was_read() -> None:
    shown = call("inventory", "nowhere.json").stdout
    assert "No third party" not in shown
    assert "THIRD PARTIES" not in shown


def test_a_third_party_whose_only_object_is_deleted_is_none(at_company: Path) -> None:
    plan = json.loads((at_company / "fails.json").read_text(encoding="utf-8"))
    (change,) = [one for one in plan["resource_changes"] if one["type"] == "pager_rota"]
    change["change"].update(actions=["delete"], before={"name": "night"}, after=None)
    (at_company / "gone.json").write_text(json.dumps(plan), encoding="utf-8")
    parties = json.loads(call("inventory", "gone.json", "--format", "json").stdout)["third_parties"]
    assert [party["identifier"] for party in parties] == ["cloud:aws"]


def test_no_agreement_is_needed(at_company: Path) -> None:
    (at_company / "agreement.toml").unlink()
    assert call("inventory", "clean.json").exit_code == 0


def test_a_configuration_that_cannot_be_read_is_said_in_a_line_and_in_the_json(at_company: Path) -> None:
    (at_company / "wrong.toml").write_text("schema = 1\n", encoding="utf-8")
    done = call("inventory", "clean.json", "--config", "wrong.toml", "--format", "json")
    assert done.exit_code == 2
    assert done.stderr.startswith("error: wrong.toml:1: schema: ")
    assert "No assessment" not in done.stderr
    report = json.loads(done.stdout)
    assert (report["taken_at"], len(report["errors"])) == (None, 1)
    assert faults(report) == []
