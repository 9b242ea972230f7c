"""The line of ``deploy/schedule/dpa-guard.cron`` as cron would run it, on a log of its own."""

from __future__ import annotations

import re
import shutil
import signal
from pathlib import Path

import pytest

from dpa_guard.config_file import read
from estate import plan
from night import SCHEDULE, Machine, stop
from receivers import webhook

needs_flock = pytest.mark.skipif(shutil.which("flock") is None, reason="flock (util-linux) is not on this machine")


def _crontab() -> tuple[dict[str, str], list[str], str]:
    """Return the settings, the fields of the schedule with the user, and the command as cron hands it to the shell."""
    lines = (SCHEDULE / "dpa-guard.cron").read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if line and not line.startswith("#")]
    settings = dict(line.split("=", 1) for line in code[:-1])
    *fields, command = code[-1].split(maxsplit=6)
    # crontab(5): an unescaped % ends the command, what follows is its input
    assert "%" not in command.replace("\\%", "")
    return settings, fields, command.replace("\\%", "%")


def _tonight(arguments: str = "plan") -> str:
    """Return the command with something to look at that this machine has."""
    _, _, command = _crontab()
    assert command.count("dpa-guard scan --config") == 1
    return command.replace("dpa-guard scan --config", f"dpa-guard {arguments} --config")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with a log."""
    made = Machine(tmp_path)
    made.make_log()
    return made


def _log_file(machine: Machine) -> str:
    return (machine.root / "var/log/dpa-guard/scan.log").read_text(encoding="utf-8")


def _ended(machine: Machine) -> int:
    """The exit code that the last line of the log file tells."""
    found = re.fullmatch(r"dpa-guard scan ended with exit code (\d+) at 20\S+Z", _log_file(machine).splitlines()[-1])
    assert found
    return int(found[1])


def test_cron_sends_no_mail_and_starts_outside_the_hour_that_the_clock_repeats() -> None:
    settings, (minute, hour, *days, user), command = _crontab()
    assert settings["MAILTO"] == '""'
    assert (int(minute) in range(60), int(hour) in {2, 3}, days, user) == (True, False, ["*"] * 3, "dpa-guard")
    assert len(command) < 998, "Debian's cron takes no longer one"
    assert settings["PATH"].startswith("/opt/dpa-guard/bin:")


def test_the_configuration_beside_it_can_be_read() -> None:
    settings = read(SCHEDULE / "dpa-guard.toml")
    assert [one.evidence for one in settings.agreements] == ["/var/lib/dpa-guard/evidence/acme"]
    assert [one.provider for one in settings.scopes] == ["aws"]


@needs_flock
def test_a_night_is_recorded_and_leaves_its_report_and_its_exit_code(machine: Machine) -> None:
    code, said = machine.run(_tonight())
    assert (code, said) == (0, ""), "whatever is printed would be mailed by cron"
    assert [(one.whole, one.exit_code) for one in machine.runs()] == [(True, 0)]
    assert "RECORDED" in (machine.root / "var/lib/dpa-guard/last.txt").read_text(encoding="utf-8")
    assert _ended(machine) == 0


@needs_flock
def test_secrets_come_from_their_own_file_and_news_that_cannot_be_sent_is_a_line_in_the_log_file(
    machine: Machine,
) -> None:
    etc = machine.root / "etc/dpa-guard"
    (etc / "scan.env").write_text("HOOK='ftp://planted.example/'\n", encoding="utf-8")
    with (etc / "dpa-guard.toml").open("a", encoding="utf-8") as file:
        file.write('[[notify]]\nwebhook_env = "HOOK"\nruns = ["plan"]\n')
    plan(etc, "us-east-1")
    assert machine.run(_tonight()) == (0, "")
    first, last = _log_file(machine).splitlines()
    assert first.startswith(
        "notice: A-1: not sent to the webhook: what the variable that webhook_env names holds is no"
    )
    assert last.startswith("dpa-guard scan ended with exit code 1 at 20")
    assert "planted" not in _log_file(machine)


@needs_flock
def test_the_line_as_it_stands_scans_and_records_and_tells_what_it_could_not_look_at_once(machine: Machine) -> None:
    """There are no credentials here: that is a gap, exit code 3, and news on the first night only."""
    etc = machine.root / "etc/dpa-guard"
    text = (etc / "dpa-guard.toml").read_text(encoding="utf-8").partition("[[scope]]")[0]
    scope = '[[scope]]\nname = "production"\nprovider = "aws"\n[[notify]]\nwebhook_env = "HOOK"\nlang = "nl"\n'
    (etc / "dpa-guard.toml").write_text(text + scope, encoding="utf-8")
    with webhook() as hook:
        (etc / "scan.env").write_text(
            f"HOOK='{hook.address}'\nno_proxy='*'\nAWS_EC2_METADATA_DISABLED=true\nHOME='{machine.root}'\n", "utf-8"
        )
        for _ in range(2):
            machine.run(_crontab()[2])
            assert _ended(machine) == 3
    assert [(one.kind, one.exit_code) for one in machine.runs()] == [("scan", 3)] * 2
    (document,) = hook.documents
    assert document["runs"][0]["numbers"] == {"gap": 1}
    assert "AWS-inloggegevens" in document["text"]
    assert "dpa-guard scan ended" in _log_file(machine)


@needs_flock
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_what_goes_wrong_is_kept_in_the_log_file_with_its_own_exit_code(machine: Machine, shell: str) -> None:
    """Where ``/bin/sh`` is bash, a command substitution before ``$?`` would make it 0."""
    (machine.root / "etc/dpa-guard/agreement.toml").write_text("schema = 1\n", encoding="utf-8")
    assert machine.run(_tonight(), shell) == (0, "")
    assert "error: " in _log_file(machine)
    assert _ended(machine) == 2


@needs_flock
def test_a_second_one_starts_nothing_while_the_first_still_runs(machine: Machine) -> None:
    first = machine.begin(_tonight("plan -"))
    machine.wait_until_begun()
    machine.run(_tonight())
    assert _ended(machine) == 75
    plan = (machine.root / "etc/dpa-guard/tfplan.json").read_bytes()
    first.communicate(plan, timeout=120)
    assert _ended(machine) == 0
    assert [one.whole for one in machine.runs()] == [True]
    machine.run(_tonight())
    assert len(machine.runs()) == 2, "the lock was given back"


@needs_flock
@pytest.mark.parametrize(("number", "reason"), [(signal.SIGTERM, "interrupted"), (signal.SIGKILL, "killed")])
def test_a_run_that_is_stopped_is_in_the_log_as_aborted(machine: Machine, number: signal.Signals, reason: str) -> None:
    line = _tonight("plan -").rpartition("; echo")[0]
    running = machine.begin(
        line.replace("flock", "exec flock")
    )  # the pid is that of dpa-guard itself only with flock --no-fork
    machine.wait_until_begun()
    code, _ = stop(running, number)
    assert code == (130 if number == signal.SIGTERM else -number)
    machine.run(_tonight())
    assert [(one.whole, one.reason) for one in machine.runs()] == [(False, reason), (True, "")]
