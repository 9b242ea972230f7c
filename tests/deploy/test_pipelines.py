"""The pipelines of ``deploy`` as they would run: their own lines, with a stand-in for terraform and for dpa-guard."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML reads the pipelines; it is in the test dependencies")

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
EXIT_CODES = (0, 1, 2, 3, 4)

TERRAFORM = """#!/bin/sh
echo "terraform $*" >> "$CALLS"
case "$1" in
  plan)
    for argument; do case "$argument" in -out=*) echo "$FAKE_PLAN" > "${argument#-out=}" ;; esac; done
    exit "${FAKE_PLAN_EXIT:-0}" ;;
  show)
    [ "${FAKE_SHOW_EXIT:-0}" = 0 ] || exit "$FAKE_SHOW_EXIT"
    for file; do :; done
    cat "$file" ;;
esac
"""
DPA_GUARD = """#!/bin/sh
input=$(cat)
for argument; do printf '<%s>' "$argument"; done >> "$ARGUMENTS"
echo "dpa-guard got: $input" >> "$CALLS"
[ -n "$input" ] || exit 2
exit "${FAKE_EXIT:-0}"
"""

Run = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in an empty folder; return its exit code and what was called, in order."""
    folder, tools = tmp_path / "work", tmp_path / "bin"
    for path in (folder, tools):
        path.mkdir()
    for name, text in (("terraform", TERRAFORM), ("terraform1.11.4", TERRAFORM), ("dpa-guard", DPA_GUARD)):
        (tools / name).write_text(text, encoding="utf-8")
        (tools / name).chmod(0o755)
    calls, arguments = tmp_path / "calls", tmp_path / "arguments"

    def once(*command: str, **environment: str) -> tuple[int, list[str]]:
        calls.write_text("", encoding="utf-8")
        arguments.write_text("", encoding="utf-8")
        known = {"CALLS": str(calls), "ARGUMENTS": str(arguments), "FAKE_PLAN": "the plan"}
        path = f"{tools}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(command, cwd=folder, env={"PATH": path, **known, **environment}, check=False)
        said = calls.read_text(encoding="utf-8").splitlines()
        return done.returncode, [*said, *arguments.read_text(encoding="utf-8").splitlines()]

    return once


def _read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


# -- the plain shell hook ---------------------------------------------------------------------------------------------


def _hook(run: Run, *arguments: str, **environment: str) -> tuple[int, list[str]]:
    return run(str(DEPLOY / "check-plan.sh"), "tfplan", *arguments, **environment)


@pytest.mark.parametrize("code", EXIT_CODES)
def test_the_hook_ends_with_the_exit_code_of_the_check(code: int, run: Run) -> None:
    assert _hook(run, FAKE_EXIT=str(code)) == (
        code,
        [
            "terraform plan -input=false -out=tfplan",
            "terraform show -json tfplan",
            "dpa-guard got: the plan",
            "<plan><->",
        ],
    )


def test_a_failing_show_is_no_assessment(run: Run) -> None:
    code, calls = _hook(run, FAKE_SHOW_EXIT="1")
    assert (code, calls[-2]) == (2, "dpa-guard got: ")


def test_a_failing_plan_is_no_assessment_and_nothing_is_checked(run: Run) -> None:
    assert _hook(run, FAKE_PLAN_EXIT="1") == (2, ["terraform plan -input=false -out=tfplan"])


def test_a_plan_file_of_an_earlier_run_is_neither_checked_nor_left_to_be_applied(run: Run, tmp_path: Path) -> None:
    stale = tmp_path / "work/tfplan"
    stale.write_text("stale", encoding="utf-8")
    (tmp_path / "bin/terraform").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    assert _hook(run) == (2, [])
    assert not stale.exists()


@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_show_that_broke_off_is_no_assessment_even_where_the_check_had_its_say(
    code: int, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "bin/terraform").write_text(
        '#!/bin/sh\ncase "$1" in plan) : > tfplan ;; show) echo "half a plan"; exit 1 ;; esac\n', encoding="utf-8"
    )
    assert _hook(run, FAKE_EXIT=str(code))[0] == 2


def test_evidence_that_cannot_be_committed_comes_before_all_else(run: Run) -> None:
    assert _hook(run, FAKE_EXIT="4")[0] == 4


def test_options_and_the_reason_reach_the_check_as_they_are(run: Run) -> None:
    _, calls = _hook(run, "--scope", "the platform", DPA_GUARD_ALLOW_INCOMPLETE="ticket 8812: region follows")
    assert calls[-1] == "<plan><-><--scope><the platform><--allow-incomplete><ticket 8812: region follows>"


def test_the_hook_without_a_plan_file_says_how_to_use_it(run: Run) -> None:
    code, calls = run(str(DEPLOY / "check-plan.sh"))
    assert code != 0
    assert calls == []


# -- the pipelines ----------------------------------------------------------------------------------------------------


def _github() -> list[str]:
    """The lines of the workflow's job from plan to apply, as Actions runs them."""
    steps = _read("github-actions.yml")["jobs"]["plan"]["steps"]
    return [step["run"] for step in steps if "run" in step and not step["run"].startswith("python")]


def _gitlab() -> list[str]:
    jobs = _read("gitlab-ci.yml")
    return [*jobs["plan"]["script"], *jobs["apply"]["script"][1:]]


def _atlantis() -> list[str]:
    """Its own steps `init`, `plan` and `apply` written out; all steps of plan, then all of apply."""
    own = {
        "init": "terraform init -input=false",
        "plan": "terraform plan -input=false -out=$PLANFILE",
        "apply": "terraform apply -input=false $PLANFILE",
    }
    workflow = _read("atlantis.yaml")["workflows"]["dpa-guard"]
    steps = [*workflow["plan"]["steps"], *workflow["apply"]["steps"]]
    return [own[step] if isinstance(step, str) else step["run"] for step in steps]


SHELLS = {"github": "bash --noprofile --norc -eo pipefail", "gitlab": "bash -e", "atlantis": "sh"}
LINES = {"github": _github, "gitlab": _gitlab, "atlantis": _atlantis}


def _pipeline(run: Run, name: str, **environment: str) -> tuple[int, list[str]]:
    """Run a pipeline's steps until one fails; GitLab runs them in one shell, the others each in its own."""
    lines = LINES[name]()
    known = {"PLANFILE": "tfplan", "ATLANTIS_TERRAFORM_VERSION": "1.11.4", **environment}
    called: list[str] = []
    for script in ["\n".join(lines)] if name == "gitlab" else lines:
        code, calls = run(*SHELLS[name].split(), "-c", script, **known)
        called += calls
        if code:
            return code, called
    return 0, called


def _applied(calls: list[str]) -> bool:
    return any(call.startswith("terraform apply") for call in calls)


@pytest.mark.parametrize("code", EXIT_CODES)
@pytest.mark.parametrize("name", LINES)
def test_only_a_zero_leads_to_an_apply_of_the_file_that_was_checked(name: str, code: int, run: Run) -> None:
    ended, calls = _pipeline(run, name, FAKE_EXIT=str(code))
    assert ended == code
    assert "dpa-guard got: the plan" in calls
    assert _applied(calls) == (code == 0)
    if code == 0:
        assert "terraform apply -input=false tfplan" in calls
        assert len([call for call in calls if call.startswith("terraform plan")]) == 1


@pytest.mark.parametrize("name", LINES)
def test_a_show_that_prints_nothing_stops_the_pipeline(name: str, run: Run) -> None:
    ended, calls = _pipeline(run, name, FAKE_SHOW_EXIT="1")
    assert ended == 2
    assert not _applied(calls)


@pytest.mark.parametrize("name", LINES)
def test_a_show_that_breaks_off_stops_the_pipeline_whatever_the_check_says(name: str, run: Run, tmp_path: Path) -> None:
    """Here pipefail alone decides: the check, which sees half a plan, is made to say yes."""
    broken = TERRAFORM.replace('cat "$file" ;;', 'cat "$file"; exit 1 ;;')
    for terraform in ("terraform", "terraform1.11.4"):
        (tmp_path / "bin" / terraform).write_text(broken, encoding="utf-8")
    ended, calls = _pipeline(run, name)
    assert ended == 1
    assert not _applied(calls)


@pytest.mark.parametrize(("name", "variable"), [("github", "REASON"), ("gitlab", "DPA_GUARD_ALLOW_INCOMPLETE")])
def test_a_reason_is_passed_as_one_word_and_no_reason_as_none(name: str, variable: str, run: Run) -> None:
    plain = "<plan><-><--output><json=dpa-guard.json>"
    assert plain in _pipeline(run, name)[1]
    assert plain in _pipeline(run, name, **{variable: ""})[1]
    assert (
        f'{plain}<--allow-incomplete><a $reason; "in" words>'
        in _pipeline(run, name, **{variable: 'a $reason; "in" words'})[1]
    )


def test_the_workflow_turns_the_wrapper_off_and_states_its_shell() -> None:
    workflow = _read("github-actions.yml")
    (setup,) = [step for step in workflow["jobs"]["plan"]["steps"] if "setup-terraform" in step.get("uses", "")]
    assert setup["with"] == {"terraform_wrapper": False}
    assert workflow["defaults"]["run"]["shell"] == "bash"
    assert not any("shell" in step or "continue-on-error" in step for step in workflow["jobs"]["plan"]["steps"])


def test_the_workflow_puts_no_expression_into_a_script() -> None:
    assert [line for line in _github() if "${{" in line] == []


def test_the_workflow_applies_on_the_main_branch_only_and_uploads_no_plan_file() -> None:
    steps = _read("github-actions.yml")["jobs"]["plan"]["steps"]
    assert steps[-1]["if"] == "github.ref == 'refs/heads/main' && github.event_name == 'push'"
    assert [step["with"]["path"] for step in steps if "upload-artifact" in step.get("uses", "")] == ["dpa-guard.json"]


def test_gitlab_keeps_the_report_of_a_blocked_run_and_lets_no_failure_pass() -> None:
    jobs = _read("gitlab-ci.yml")
    assert jobs["plan"]["artifacts"]["when"] == "always"
    assert "allow_failure" not in jobs["plan"]
    assert jobs["apply"]["needs"] == ["plan"]


def test_the_readme_names_every_file_and_every_exit_code() -> None:
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    assert [file.name for file in DEPLOY.iterdir() if file.name != "README.md" and f"({file.name})" not in text] == []
    assert [code for code in EXIT_CODES if f"\n| {code} |" not in text] == []
