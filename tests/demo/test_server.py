"""The stand-in's process: on this machine only, and gone when it is not needed any more, however that comes about."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from dpa_guard.cli.demo_surroundings import nobodys
from dpa_guard.demo.server import expect_moto, serving
from dpa_guard.errors import DpaGuardError

ENVIRONMENT = nobodys(os.environ)


def listens(address: str) -> bool:
    where = urlsplit(address)
    with closing(socket.socket()) as probe:
        return probe.connect_ex((where.hostname or "", where.port or 0)) == 0


def ended(address: str, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while listens(address) and time.monotonic() < until:
        time.sleep(0.05)
    return not listens(address)


def test_it_answers_on_the_loopback_interface_until_the_block_ends() -> None:
    with serving(ENVIRONMENT) as address:
        assert urlsplit(address).hostname == "127.0.0.1"
        assert listens(address)
    assert not listens(address)


def test_it_ends_with_an_error_in_the_block_as_well() -> None:
    with pytest.raises(KeyboardInterrupt), serving(ENVIRONMENT) as address:
        raise KeyboardInterrupt
    assert not listens(address)


def test_it_ends_when_the_process_that_started_it_is_killed() -> None:
    program = (
        "import os, time\n"
        "from dpa_guard.demo.server import serving\n"
        "with serving(os.environ) as address:\n"
        "    print(address, flush=True)\n"
        "    time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-P", "-c", program], stdout=subprocess.PIPE, env=ENVIRONMENT, text=True
    ) as parent:
        assert parent.stdout is not None
        address = parent.stdout.readline().strip()
        assert listens(address)
        parent.send_signal(signal.SIGKILL)
    assert ended(address)


def test_a_server_that_ends_at_once_is_told_with_its_last_words() -> None:
    with (
        pytest.raises(DpaGuardError, match=r"did not start \(it ended with status 1: no more room\)") as caught,
        serving(ENVIRONMENT, ("-c", "raise SystemExit('no more room')")),
    ):
        pass
    assert "pip install" in caught.value.hint


def test_moto_is_asked_for_by_name_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        return None if name == "moto" else True  # type: ignore[return-value]  # anything but None is a module

    monkeypatch.setattr("dpa_guard.demo.server.find_spec", absent)
    with pytest.raises(DpaGuardError, match="not installed: moto") as caught:
        expect_moto()
    assert caught.value.hint == 'pip install "dpa-guard[aws,demo]"'
