"""``dpa-guard plan``, as it is typed: reviewed pages for each exit code, and what holds for all of them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from golden import expect, stable_json
from report_schemas import faults
from transcript import call, transcript

GOLDEN = Path(__file__).with_name("golden") / "plan"
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PAGES: dict[str, tuple[int, tuple[str, ...]]] = {
    "0-clean": (0, ("clean.json",)),
    "0-region-assumed": (0, ("env.json", "--assume-region", "aws=eu-west-1")),
    "0-incomplete-allowed": (0, ("part.json", "unknown.json", "--allow-incomplete", "first week, see CHG-1")),
    "1-fails": (1, ("fails.json",)),
    "1-fails-and-more": (1, ("fails.json", "part.json")),
    "1-fails-verbose": (1, ("fails.json", "--verbose")),
    "1-more-than-fit": (1, ("many.json",)),
    "1-two-agreements": (1, ("--config", "two.toml")),
    "2-errored": (2, ("errored.json",)),
    "2-one-of-two-is-missing": (2, ("fails.json", "nowhere.json")),
    "2-not-json": (2, ("agreement.toml",)),
    "2-binary-plan": (2, ("plan.out",)),
    "2-folder-without-plans": (2, ("stacks/empty",)),
    "3-unknown": (3, ("unknown.json",)),
    "3-region-from-environment": (3, ("env.json",)),
    "3-in-part": (3, ("part.json",)),
    "3-folder-and-file": (3, ("stacks", "unknown.json")),
    "3-scope-of-one-agreement": (3, ("clean.json", "--config", "two.toml", "--scope", "office")),
    "4-evidence-required": (4, ("fails.json", "--require-evidence")),
}
"""Case → exit code, and what is typed after ``dpa-guard plan``."""
WORDS = {
    "2-no-agreement-file": ("clean.json", "--agreement", "nowhere.toml"),
    "2-mistakes-in-the-agreement": ("clean.json", "--agreement", "typos.toml"),
    "2-nothing-to-look-at": (),
    "2-region-misspelt": ("clean.json", "--assume-region", "aws=eu-cental-1"),
    "2-region-without-cloud": ("clean.json", "--assume-region", "eu-central-1"),
    "2-region-unheard-of": ("clean.json", "--assume-region", "aws=narnia"),
    "2-two-regions-of-a-cloud": (
        *("clean.json", "--assume-region", "aws=eu-west-1", "--assume-region", "aws=eu-west-3"),
    ),
    "2-scope-misspelt": ("clean.json", "--config", "two.toml", "--scope", "ofice"),
    "2-output-without-format": ("clean.json", "--output", "report.json"),
    "2-reason-empty": ("clean.json", "--allow-incomplete", " "),
    "4-no-log": ("clean.json", "--evidence", "log"),
}
"""Mistakes that leave nothing to report on; what is typed after ``dpa-guard plan``."""
cases = pytest.mark.parametrize("case", PAGES)


def _json(*arguments: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(call("plan", *arguments, "--format", "json").stdout)
    return report


@pytest.mark.usefixtures("at_company")
@pytest.mark.parametrize("lang", ["en", "nl"])
@cases
def test_the_page_is_the_one_that_was_reviewed(case: str, lang: str) -> None:
    code, arguments = PAGES[case]
    shown = transcript("plan", *arguments, "--lang", lang)
    assert shown.endswith(f"--- exit code {code}\n")
    expect(GOLDEN / f"{case}.{lang}.txt", shown)


@pytest.mark.usefixtures("at_company")
@pytest.mark.parametrize("case", ["0-incomplete-allowed", "1-fails", "2-errored", "4-evidence-required"])
def test_the_json_report_is_the_one_that_was_reviewed(case: str) -> None:
    code, arguments = PAGES[case]
    done = call("plan", *arguments, "--format", "json")
    assert done.exit_code == code
    expect(GOLDEN / f"{case}.json", stable_json(done.stdout))


@pytest.mark.usefixtures("at_company")
@cases
def test_the_json_report_is_what_the_published_schema_says(case: str) -> None:
    code, arguments = PAGES[case]
    report = _json(*arguments)
    assert report["exit_code"] == code
    assert faults(report) == []


@pytest.mark.parametrize("case", WORDS)
def test_a_mistake_of_the_user_is_said_in_a_line(at_company: Path, case: str) -> None:
    (at_company / "typos.toml").write_text(
        (at_company / "agreement.toml")
        .read_text(encoding="utf-8")
        .replace("Europe/Amsterdam", "Europe/Amsterdm")
        .replace("granted_on", "granted_no"),
        encoding="utf-8",
    )
    done = call("plan", *WORDS[case])
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    expect(GOLDEN / "mistakes" / f"{case}.txt", transcript("plan", *WORDS[case], folder=at_company))


def test_a_misspelt_option_is_guessed() -> None:
    done = call("plan", "clean.json", "--assume-regoin", "aws=eu-west-1")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--assume-region" in done.stderr


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_example_is_the_page_that_was_reviewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    monkeypatch.chdir(shutil.copytree(EXAMPLES, tmp_path / "examples"))
    expect(GOLDEN / f"example.{lang}.txt", transcript("plan", "tfplan.json", "--lang", lang))


@pytest.mark.usefixtures("at_company")
@cases
def test_that_a_run_is_not_recorded_is_said_first_and_last_in_every_format(case: str) -> None:
    _, arguments = PAGES[case]
    for lang, tag in (("en", "NOT RECORDED  "), ("nl", "NIET VASTGELEGD  ")):
        lines = call("plan", *arguments, "--lang", lang).stdout.splitlines()
        assert lines[0].startswith(tag)
        last = max(number for number, line in enumerate(lines) if line.startswith(tag))
        assert [line for line in lines[last:] if line.startswith("EXIT ")] == [
            line for line in lines if line.startswith("EXIT ")
        ]
    report = _json(*arguments)
    assert {one["evidence"] for one in report.get("assessments", [report])} == {None}


@pytest.mark.usefixtures("at_company")
@cases
def test_no_page_is_wider_than_80_columns_or_holds_an_escape(case: str) -> None:
    for lang in ("en", "nl"):
        shown = call("plan", *PAGES[case][1], "--lang", lang).stdout
        assert [line for line in shown.splitlines() if len(line) > 80] == []
        assert "\x1b" not in shown


@pytest.mark.usefixtures("at_company")
@cases
def test_a_page_says_fail_only_where_something_failed(case: str) -> None:
    """Atlantis' policy checks look for the letters."""
    code, arguments = PAGES[case]
    said = "fail" in call("plan", *arguments).stdout.lower().replace("fails.json", "")
    assert said == (code == 1 or "fails.json" in arguments)


@pytest.mark.usefixtures("at_company")
@cases
def test_text_and_json_give_the_same_verdicts(case: str) -> None:
    _, arguments = PAGES[case]
    report = _json(*arguments)
    shown = call("plan", *arguments, "--verbose").stdout
    assert f"EXIT {report['exit_code']}  " in shown
    for one in report.get("assessments", [report]):
        for finding in one["findings"]:
            subject = finding["resource"]["id"] if finding["resource"] else finding["party"]["identifier"]
            assert subject in shown
        tags = {finding["verdict"] for finding in one["findings"]}
        for verdict in tags:
            assert re.search(f"^{verdict.upper().replace('-', ' ')}  ", shown, flags=re.MULTILINE)


@pytest.mark.usefixtures("at_company")
def test_both_languages_say_the_same_codes() -> None:
    def without_prose(value: Any) -> Any:
        if isinstance(value, dict):
            passing = ("text", "cure", "taken_at", "commitment", "salt")
            return {key: without_prose(inside) for key, inside in value.items() if key not in passing}
        return [without_prose(inside) for inside in value] if isinstance(value, list) else value

    for _, arguments in PAGES.values():
        assert without_prose(_json(*arguments)) == without_prose(_json(*arguments, "--lang", "nl"))


def test_a_plan_is_read_from_standard_input(at_company: Path) -> None:
    plan = (at_company / "fails.json").read_bytes()
    expect(GOLDEN / "1-standard-input.en.txt", transcript("plan", "-", stdin=plan))
    report = json.loads(call("plan", "-", "clean.json", "--format", "json", stdin=plan).stdout)
    assert [one["label"] for one in report["inputs"]] == ["-", "clean.json"]
    shown = call("plan", "-", "clean.json", stdin=plan).stdout
    assert "- aws_s3_bucket.trial [standard input]\n" in shown


def test_an_empty_standard_input_names_the_pipe(at_company: Path) -> None:
    expect(GOLDEN / "2-standard-input-empty.en.txt", transcript("plan", "-", stdin=b"", folder=at_company))


def test_an_output_file_holds_what_would_be_printed(at_company: Path) -> None:
    done = call("plan", "fails.json", "--output", "text=report.txt", "--output", "json=report.json", "--lang", "nl")
    assert done.exit_code == 1
    assert (at_company / "report.txt").read_text(encoding="utf-8") == done.stdout
    printed = stable_json(call("plan", "fails.json", "--format", "json", "--lang", "nl").stdout)
    assert stable_json((at_company / "report.json").read_text(encoding="utf-8")) == printed


def test_an_output_file_is_written_where_no_assessment_was_made(at_company: Path) -> None:
    arguments = ("clean.json", "--agreement", "nowhere.toml", "--output", "text=report.txt", "--format", "json")
    done = call("plan", *arguments)
    assert done.exit_code == 2
    (error,) = json.loads(done.stdout)["errors"]
    assert error["text"].startswith("nowhere.toml: there is no such file")
    expect(GOLDEN / "2-no-assessment-in-a-file.en.txt", (at_company / "report.txt").read_text(encoding="utf-8"))


def test_an_output_file_that_was_there_stays_whole_when_the_call_is_wrong(at_company: Path) -> None:
    (at_company / "report.json").write_text("old", encoding="utf-8")
    assert call("plan", "--output", "json=report.json").exit_code == 2
    assert (at_company / "report.json").read_text(encoding="utf-8") == "old"
    assert [file.name for file in at_company.iterdir() if file.name.endswith(".tmp")] == []


@pytest.mark.usefixtures("at_company")
def test_a_reason_to_allow_gaps_never_turns_a_fail_into_a_pass() -> None:
    assert call("plan", "fails.json", "part.json", "--allow-incomplete", "because").exit_code == 1


@pytest.mark.usefixtures("at_company")
def test_what_the_configuration_lists_is_looked_at_where_nothing_is_named() -> None:
    report = _json("--config", "two.toml")
    assert [one["agreement"]["id"] for one in report["assessments"]] == ["C-2020-001", "D-2020-002"]
    labels = [[given["label"] for given in one["inputs"]] for one in report["assessments"]]
    assert labels == [["clean.json", "fails.json", "env.json"], ["clean.json", "fails.json"]]


@pytest.mark.usefixtures("at_company")
def test_an_agreement_named_twice_on_the_command_line_is_one_too_many() -> None:
    done = call("plan", "clean.json", "--agreement", "agreement.toml", "--agreement", "./agreement.toml")
    assert done.exit_code == 2
    assert "both agreement 'C-2020-001'; expected each once" in done.stderr
