"""Moto's server in a process of its own on the loopback interface, and clients of it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jmespath
from botocore import xform_name
from botocore.config import Config
from botocore.session import Session

ACCOUNT = "123456789012"
REGION = "eu-west-1"
_SECONDS = 60


@contextmanager
def moto_server() -> Iterator[str]:
    """Run a server and give its address; it is ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as server:
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


class Clients:
    """Clients of a server, one for each service, that try once and have no credentials of anybody."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._session = Session()
        self._known: dict[str, Any] = {}

    def ask(self, service: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one request; raises what botocore raises."""
        client = self._known.get(service)
        if client is None:
            client = self._known[service] = self._session.create_client(
                service,
                region_name=REGION,
                endpoint_url=self._address,
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
                config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
            )
        answer: dict[str, Any] = getattr(client, xform_name(operation))(**params)
        answer.pop("ResponseMetadata", None)
        return answer


def seed(clients: Clients, file: Path) -> None:
    """Make what a file lists: requests in order; ``keep`` names parts of an answer that later ones refer to."""
    kept: dict[str, str] = {}
    for request in json.loads(file.read_text(encoding="utf-8")):
        answer = clients.ask(request["service"], request["operation"], _with(request["params"], kept))
        for name, path in request.get("keep", {}).items():
            kept[name] = jmespath.search(path, answer)


def _with(value: Any, kept: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _with(one, kept) for key, one in value.items()}
    if isinstance(value, list):
        return [_with(one, kept) for one in value]
    if isinstance(value, str):
        for name, found in kept.items():
            value = value.replace("{" + name + "}", found)
    return value


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(_SECONDS * 10):
        if server.poll() is not None:
            raise RuntimeError(f"moto's server ended at once, with status {server.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("moto's server did not begin to listen")
