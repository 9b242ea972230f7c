"""``dpa-guard plan`` with a log: what is recorded, what is said, and that no verdict is given without proof."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dpa_guard.evidence.read import line_at, summaries
from dpa_guard.evidence.verify import verify
from estate import agreement, plan, run

ORIGIN = "evidence.example/fictional/ci-1"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a log whose key the agreement pins."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DPA_GUARD_SIGNING_KEY", raising=False)
    made = run("evidence", "init", "log", "--origin", ORIGIN)
    assert made.exit_code == 0, made.output
    (key,) = re.findall(r'log_keys = \["([^"]+)"\]', made.output)
    agreement(tmp_path, keys=[key])
    return tmp_path


def _size(folder: Path) -> int:
    return verify(folder / "log").size


@pytest.mark.parametrize(("region", "code"), [("eu-west-1", 0), ("us-east-1", 1)])
def test_a_run_is_recorded_and_said_first_and_last(here: Path, region: str, code: int) -> None:
    plan(here, region)
    ran = run("plan", "tfplan.json", "--evidence", "log")
    assert ran.exit_code == code, ran.output
    lines = ran.output.splitlines()
    assert lines[0].startswith("RECORDED  run ")
    assert any(line.startswith("RECORDED") for line in lines[-4:])
    (one,) = summaries(here / "log")
    assert (one.exit_code, one.kind, one.agreement, one.whole) == (code, "plan", "A-1", True)
    assert run("evidence", "verify", "log").output.startswith("verified")


def test_the_report_and_the_log_say_the_same(here: Path) -> None:
    plan(here, "eu-west-1", "us-east-1", "eu-central-2", key="x")
    ran = run("plan", "tfplan.json", "--evidence", "log", "--format", "json")
    report = json.loads(ran.stdout)
    head = verify(here / "log")
    assert report["evidence"] == {
        "log": ORIGIN,
        "size": head.size,
        "root": json.loads(run("evidence", "verify", "log", "--format", "json").stdout)["root"],
    }
    records = [line_at(here / "log", index).record() for index in range(head.size)]
    found = [record for record in records if record["event"] == "finding"]
    assert len(found) == len(report["findings"])
    for told, recorded in zip(report["findings"], found, strict=True):
        for field in ("rule", "article", "verdict", "resource", "party", "locations"):
            assert told[field] == recorded[field]
        assert {key: told["reason"][key] for key in ("code", "params")} == recorded["reason"]
    (given,) = [record for record in records if record["event"] == "input"]
    assert given["commitment"] == report["inputs"][0]["commitment"]
    assert report["inputs"][0]["salt"] not in (here / "log/runs").joinpath(os.listdir(here / "log/runs")[0]).read_text()
    assert report["inputs"][0]["salt"] in (here / "log.state/salts.jsonl").read_text(encoding="utf-8")
    assert records[-1]["verdicts"] == {rule: dict(of) for rule, of in report["counts"].items()}


def test_without_a_log_nothing_changes_but_the_words(here: Path) -> None:
    plan(here, "eu-west-1")
    ran = run("plan", "tfplan.json")
    assert ran.exit_code == 0
    assert ran.output.startswith("NOT RECORDED")
    assert run("plan", "tfplan.json", "--require-evidence").exit_code == 4
    assert run("plan", "tfplan.json", "--no-evidence").output.startswith("NOT RECORDED")
    assert run("plan", "tfplan.json", "--no-evidence", "--evidence", "log").exit_code == 2
    assert _size(here) == 0


def test_no_verdict_is_given_where_the_log_cannot_be_written(here: Path) -> None:
    plan(here, "eu-west-1")
    (here / "log/checkpoint").unlink()
    ran = run("plan", "tfplan.json", "--evidence", "log")
    assert ran.exit_code == 4
    assert ran.stdout == ""
    assert "dpa-guard evidence init" in ran.stderr
    assert "no verdict is given (exit code 4)" in ran.stderr
    report = json.loads(run("plan", "tfplan.json", "--evidence", "log", "--format", "json").stdout)
    assert (report["exit_code"], report["findings"], report["evidence"]) == (4, [], None)
    assert report["errors"][0]["code"] == "log-missing"


def test_a_plan_that_cannot_be_judged_is_recorded_too(here: Path) -> None:
    (here / "tfplan.json").write_text('{"errored": true, "format_version": "1.2", "resource_changes": []}', "utf-8")
    assert run("plan", "tfplan.json", "--evidence", "log").exit_code == 2
    (one,) = summaries(here / "log")
    assert (one.exit_code, one.gaps) == (2, 1)


def test_a_log_of_another_agreement_is_refused_and_nothing_is_looked_at(here: Path) -> None:
    plan(here, "eu-west-1")
    assert run("plan", "tfplan.json", "--evidence", "log").exit_code == 0
    other = agreement(here, "other.toml", "B-2")
    size = _size(here)
    ran = run("plan", "tfplan.json", "--evidence", "log", "--agreement", other)
    assert ran.exit_code == 2
    assert "belongs to agreement 'A-1'" in ran.stderr
    assert _size(here) == size


def test_the_configuration_names_a_log_for_each_agreement(here: Path) -> None:
    run("evidence", "init", "log-b", "--origin", "evidence.example/fictional/b")
    agreement(here, "b.toml", "B-2")
    plan(here, "us-east-1")
    (here / "dpa-guard.toml").write_text(
        'schema = "dpa-guard/config/1"\n'
        '[[agreement]]\nfile = "agreement.toml"\nevidence = "log"\n'
        '[[agreement]]\nfile = "b.toml"\nevidence = "log-b"\nrequire_evidence = true\n',
        "utf-8",
    )
    ran = run("plan", "tfplan.json")
    assert ran.exit_code == 1
    assert [line.split()[0] for line in ran.output.splitlines()[:4]].count("RECORDED") == 2
    assert {one.agreement for log in ("log", "log-b") for one in summaries(here / log)} == {"A-1", "B-2"}
    assert run("plan", "tfplan.json", "--evidence", "log").exit_code == 2, "one log for two agreements"
    named = run("plan", "tfplan.json", "--agreement", "b.toml")
    assert named.output.startswith("RECORDED"), "naming an agreement does not switch its log off"
    (here / "log-b/checkpoint").unlink()
    ran = run("plan", "tfplan.json")
    assert ran.exit_code == 4
    assert _size(here) > 0
    assert [one.whole for one in summaries(here / "log")] == [True, False], "what was begun says that it stopped"


def test_names_that_may_be_personal_do_not_reach_the_log_and_are_found_by_who_keeps_it(here: Path) -> None:
    plan(here, "us-east-1", key="jan@example.nl")
    ran = run("plan", "tfplan.json", "--evidence", "log")
    assert "jan@example.nl" in ran.output, "the report is the processor's own"
    assert b"jan@example" not in b"".join(path.read_bytes() for path in (here / "log").rglob("*") if path.is_file())
    found = run("evidence", "show", "log", "--find", "jan@example.nl")
    assert found.exit_code == 0
    assert {json.loads(line)["event"] for line in found.stdout.splitlines()} >= {"finding"}
    (here / "log.state").rename(here / "gone")
    assert run("evidence", "show", "log", "--find", "jan@example.nl").exit_code == 1


def test_a_signing_key_from_the_environment_signs_and_is_shown_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dpa_guard.evidence import keys

    monkeypatch.chdir(tmp_path)
    pem = keys.generate(ORIGIN).pem().decode()
    monkeypatch.setenv("DPA_GUARD_SIGNING_KEY", pem)
    made = run("evidence", "init", "log", "--origin", ORIGIN)
    agreement(tmp_path)
    plan(tmp_path, "eu-west-1")
    ran = run("plan", "tfplan.json", "--evidence", "log", "-v")
    assert ran.exit_code == 0, ran.output
    secret = pem.splitlines()[1]
    assert secret not in made.output + ran.output + ran.stderr
    monkeypatch.setenv("DPA_GUARD_SIGNING_KEY", "hunter2-secret")
    refused = run("plan", "tfplan.json", "--evidence", "log")
    assert refused.exit_code == 4
    assert "hunter2" not in refused.output
    assert "DPA_GUARD_SIGNING_KEY" in refused.output


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_stopped_is_recorded_as_aborted(here: Path, signal_number: signal.Signals) -> None:
    program = "import sys; from dpa_guard.cli import main; main(['plan', '-', '--evidence', 'log'])"
    stopped = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    until = time.monotonic() + 30
    while not list((here / "log.state/spool").glob("*.open")):
        assert time.monotonic() < until, "it never began"
        time.sleep(0.02)
    stopped.send_signal(signal_number)
    out, err = stopped.communicate(timeout=30)
    assert stopped.returncode == 130, err
    assert out == b""
    if not list(summaries(here / "log")):  # stopped within begin: then the next run finds it
        plan(here, "eu-west-1")
        assert run("plan", "tfplan.json", "--evidence", "log").exit_code == 0
    first = next(summaries(here / "log"))
    assert not first.whole
    assert first.reason in {"interrupted", "killed"}


def test_a_scope_that_no_agreement_covers_is_a_gap(here: Path) -> None:
    plan(here, "us-east-1", name="us.json")
    plan(here, "eu-west-1", name="eu.json")
    scopes = "".join(
        f'[[scope]]\nname = "{name}"\nprovider = "terraform"\npaths = ["{name}.json"]\n' for name in ("us", "eu")
    )
    (here / "dpa-guard.toml").write_text(
        f'schema = "dpa-guard/config/1"\n[[agreement]]\nfile = "agreement.toml"\nscopes = ["eu"]\n{scopes}', "utf-8"
    )
    ran = run("plan", "us.json", "eu.json")
    assert ran.exit_code == 3
    assert "us: No agreement of this run covers this scope" in " ".join(ran.output.split())
