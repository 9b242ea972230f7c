"""The systemd units of ``deploy/schedule``: systemd accepts them, what guards the host is on, the command runs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from night import SCHEDULE, Machine

UNITS = ("dpa-guard-scan.service", "dpa-guard-scan.timer")
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd-analyze is not on this machine (Debian: apt install systemd)",
)


def _unit(name: str) -> dict[str, dict[str, list[str]]]:
    """Return section → key → values; a key may be given several times."""
    found: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in (SCHEDULE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, equals, value = line.partition("=")
            assert equals, line
            found.setdefault(section, {}).setdefault(key, []).append(value)
    return found


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units, with a command that is there in place of the installed one."""
    copies = []
    for name in UNITS:
        text = (SCHEDULE / name).read_text(encoding="utf-8")
        copy = tmp_path / name
        copy.write_text(text.replace("/opt/dpa-guard/bin/dpa-guard ", "/bin/true "), encoding="utf-8")
        copies.append(copy)
    return copies


@needs_systemd
def test_systemd_finds_nothing_wrong(units: list[Path]) -> None:
    done = subprocess.run(["systemd-analyze", "verify", *map(str, units)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_systemd
def test_systemd_calls_the_exposure_ok(units: list[Path]) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(units[0])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze cannot judge a file (systemd 250 and newer can)")
    level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert level, done.stdout + done.stderr
    assert float(level[1]) <= 1.5


def test_the_service_may_change_nothing_but_its_own_state() -> None:
    service = _unit("dpa-guard-scan.service")["Service"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["NoNewPrivileges"] == ["yes"]
    assert service["StateDirectory"] == ["dpa-guard"]
    assert service["ReadWritePaths"] == ["/var/lib/dpa-guard"]
    assert service["CapabilityBoundingSet"] == [""]
    assert service["User"] != ["root"]


def test_the_key_comes_as_a_credential_and_not_in_the_environment() -> None:
    service = _unit("dpa-guard-scan.service")["Service"]
    assert service["LoadCredential"] == ["signing-key:/etc/dpa-guard/signing-key.pem"]
    assert service["Environment"] == ["DPA_GUARD_SIGNING_KEY_FILE=%d/signing-key"]


def test_only_a_zero_counts_as_success() -> None:
    assert "SuccessExitStatus" not in _unit("dpa-guard-scan.service")["Service"], "Python that cannot start gives 1"


def test_a_night_the_machine_was_off_is_made_up_for_and_a_day_is_always_24_hours() -> None:
    timer = _unit("dpa-guard-scan.timer")["Timer"]
    assert timer["Persistent"] == ["true"]
    assert timer["OnCalendar"][0].endswith(" UTC")
    assert timer["RandomizedDelaySec"] != ["0"]
    assert timer["FixedRandomDelay"] == ["true"]


def test_the_command_of_the_service_records_a_night(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.make_log()
    (command,) = _unit("dpa-guard-scan.service")["Service"]["ExecStart"]
    code, said = machine.run(command.replace(" scan ", " plan "))
    assert code == 0, said
    assert [one.exit_code for one in machine.runs()] == [0]
    assert (machine.root / "var/lib/dpa-guard/last.json").read_text(encoding="utf-8").startswith("{")
