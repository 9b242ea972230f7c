"""A machine as ``deploy/schedule`` sets it up, in a folder: its files lie where the schedules look for them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from dpa_guard.evidence import keys
from dpa_guard.evidence.read import Summary, summaries
from dpa_guard.evidence.verify import verify
from estate import agreement, plan

SCHEDULE = Path(__file__).resolve().parents[2] / "deploy/schedule"
ORIGIN = "evidence.example/acme/scan-1"
_PLACES = ("/etc/dpa-guard", "/var/lib/dpa-guard", "/var/log/dpa-guard", "/run/secrets/dpa-guard", "/opt/dpa-guard/bin")
_CONFIGURATION = """\
schema = "dpa-guard/config/1"
[[agreement]]
file = "agreement.toml"
evidence = "{log}"
require_evidence = true
[[scope]]
name = "production"
provider = "terraform"
paths = ["tfplan.json"]
"""


class Machine:
    """A folder that stands in for the root of a machine; lines of shell are run with its paths in place of the real."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for place in _PLACES:
            (root / place[1:]).mkdir(parents=True)
        self.log = root / "var/lib/dpa-guard/evidence/acme"
        self.log.parent.mkdir()
        self.key = root / "run/secrets/dpa-guard/signing-key.pem"
        keys.write_key(self.key, keys.generate(ORIGIN))
        command = root / "opt/dpa-guard/bin/dpa-guard"
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -m dpa_guard "$@"\n', encoding="utf-8")
        command.chmod(0o755)
        etc = root / "etc/dpa-guard"
        agreement(etc)
        plan(etc, "eu-west-1")
        (etc / "dpa-guard.toml").write_text(_CONFIGURATION.format(log=self.log), encoding="utf-8")

    def begin(self, line: str, shell: str = "sh") -> subprocess.Popen[bytes]:
        """Start a line of shell; a plan stands in for the live estate, and ``plan -`` waits for its standard input."""
        for place in _PLACES:
            line = re.sub(rf"(?<![\w/]){place}\b", str(self.root / place[1:]), line)
        environment = {
            "PATH": f"{self.root}/opt/dpa-guard/bin:{os.environ['PATH']}",
            "DPA_GUARD_SIGNING_KEY_FILE": str(self.key),
        }
        return subprocess.Popen(
            [shell, "-c", line],
            cwd=self.root,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, line: str, shell: str = "sh") -> tuple[int, str]:
        """Run a line to its end, and return its exit code and what it printed."""
        running = self.begin(line, shell)
        out, err = running.communicate(timeout=120)
        return running.returncode, (out + err).decode()

    def make_log(self) -> None:
        """Make the log with the key that is handed in."""
        code, said = self.run(f"dpa-guard evidence init /var/lib/dpa-guard/evidence/acme --origin {ORIGIN}")
        assert code == 0, said

    def wait_until_begun(self) -> Path:
        """Wait until a run has begun durably, and return its spool file."""
        spool = self.log.with_name("acme.state") / "spool"
        return self._wait(lambda: next(iter(spool.glob("*.open")), None))

    def runs(self) -> list[Summary]:
        """Return the runs of the log, which verifies."""
        found = verify(self.log)
        assert not found.faults
        return list(summaries(self.log))

    def _wait(self, look: Callable[[], Path | None]) -> Path:
        until = time.monotonic() + 60
        while (found := look()) is None:
            assert time.monotonic() < until, "it never began"
            time.sleep(0.02)
        return found


def stop(running: subprocess.Popen[bytes], number: signal.Signals) -> tuple[int, str]:
    """Send a process a signal, and return how it ended and what it said."""
    running.send_signal(number)
    _, err = running.communicate(timeout=120)
    return running.returncode, err.decode()
