"""A scan that is stopped, by Ctrl-C or by SIGTERM, leaves a run that says so, and no verdict."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dpa_guard.evidence.read import Log
from written_logs import new_log

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def silent() -> Iterator[tuple[int, threading.Event]]:
    """A server that takes requests and answers none; the event says that one has come."""
    asked = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            held = []
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    break
                held.append(connection)
                asked.set()
            for one in held:
                one.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_scan_that_is_stopped_is_recorded_as_aborted(
    stop: signal.Signals, silent: tuple[int, threading.Event], tmp_path: Path
) -> None:
    port, asked = silent
    place, _ = new_log(tmp_path)
    agreement = (ROOT / "examples/agreement.toml").read_text(encoding="utf-8").replace("KR-2023-011", "A-1")
    (tmp_path / "agreement.toml").write_text(agreement, encoding="utf-8")
    shutil.copytree(ROOT / "examples/documents", tmp_path / "documents")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "planted-and-never-shown",
    }
    command = [sys.executable, "-P", "-m", "dpa_guard", "scan", "--cloud", "aws", "--evidence", str(place.folder)]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as scan:
        assert asked.wait(60)
        scan.send_signal(stop)
        out, err = scan.communicate(timeout=120)
    assert (scan.returncode, out) == (130, "")
    assert "interrupted: no verdict is given" in err
    assert "planted" not in err
    (run,) = Log(place.folder).runs
    records = [line.record() for line in Log(place.folder).lines(run)]
    assert [record["event"] for record in records] == ["run.start", "run.aborted"]
    assert records[-1]["reason"] == "interrupted"
