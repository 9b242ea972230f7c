"""The stand-in's process, seen from the one that needs it: started on a free port of this machine, ended afterwards."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import IO

from dpa_guard.demo.front import READY
from dpa_guard.errors import DpaGuardError

__all__ = ["expect_moto", "serving"]

_NEEDED = ("moto", "flask", "botocore")
_SECONDS = 60
_HOST = "127.0.0.1"


def expect_moto() -> str:
    """Return moto's version; raises DpaGuardError where it, or its server, is not installed."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if not missing:
        try:
            return version("moto")
        except PackageNotFoundError:
            missing = ["moto"]
    raise DpaGuardError(
        "demo-without-moto",
        f"the demo needs moto's server, which stands in for AWS; not installed: {', '.join(missing)}",
        'pip install "dpa-guard[aws,demo]"',
    )


@contextmanager
def serving(environment: Mapping[str, str], program: tuple[str, ...] = ("-m", "dpa_guard.demo")) -> Iterator[str]:
    """Run the stand-in and give its address; it ends with the block, or with this process, however that ends.

    The socket is opened here, so that no other process can take the port in between. Raises DpaGuardError where the
    process ends before it answers. ``program`` is for tests.
    """
    with tempfile.TemporaryFile() as said, socket.socket() as listening:
        listening.bind((_HOST, 0))
        listening.listen(128)
        port = listening.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, "-P", *program, str(listening.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env={**environment, "PYTHONWARNINGS": "ignore"},
            pass_fds=[listening.fileno()],
            start_new_session=True,  # Ctrl-C is for this process, which ends the other
        )
        try:
            listening.close()
            _wait_for(port, server, said)
            yield f"http://{_HOST}:{port}"
        finally:
            server.kill()
            if server.stdin is not None:
                server.stdin.close()
            server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    """Return when the server answers; the socket holds the question until it does, or is closed when it ends."""
    connection = http.client.HTTPConnection(_HOST, port, timeout=_SECONDS)
    try:
        connection.request("GET", READY)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException) as error:
        raise DpaGuardError(
            "demo-server-not-started",
            f"the stand-in for AWS did not start ({_why(server, said)})",
            'reinstall it: pip install --upgrade "dpa-guard[aws,demo]"; or look: python -m moto.server',
        ) from error
    finally:
        connection.close()


def _why(server: subprocess.Popen[bytes], said: IO[bytes]) -> str:
    try:
        status = f"it ended with status {server.wait(timeout=1)}"
    except subprocess.TimeoutExpired:
        return f"no answer in {_SECONDS} seconds"
    said.seek(0)
    lines = said.read().decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f"{status}: {last}" if last else status
