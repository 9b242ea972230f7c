"""Moto's server in this process, with a front that keeps a log of requests and can spoil chosen answers.

The front knows of each request which account, region, service and operation it is for, by reading it as the server of
AWS would: nothing of ours tells it.
"""

from __future__ import annotations

import json
import os
import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs
from urllib.request import Request as Request_
from urllib.request import urlopen

from botocore.session import Session
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

MANAGEMENT = "123456789012"
_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_OLD_CREDENTIAL = re.compile(r"AWSAccessKeyId=([^&]+)")
"""Of signatures of version 2, which only SimpleDB still has."""
_GIVEN = re.compile(rb"<AccessKeyId>([^<]+)</AccessKeyId>")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/")
_PARAMETERS = "parameters of AWS itself, which moto lists among one's own, very slowly"


class Asked(NamedTuple):
    """One request, as it reached the server."""

    account: str
    region: str
    service: str
    """The name it was signed for."""
    operation: str
    what: str
    """Everything that tells it from another request of the same operation."""


Answer = Callable[[Asked], Response | None]
HANG_UP = Response()
"""Breaks the connection off instead of answering."""
_IN_XML = ("s3", "cloudfront", "route53")


class Front:
    """Answers in moto's place where it is told to; passes everything else on."""

    def __init__(self, application: Any) -> None:
        self._moto = application
        self._accounts = {"testing": MANAGEMENT}
        self._lock = threading.Lock()
        self.log: list[Asked] = []
        self.served: list[Asked] = []
        """Those of the log that moto answered without an error."""
        self.faults: list[Answer] = []
        self.regions: dict[str, str] = {}
        """Region → state, as account ListRegions tells it; moto has no such operation."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        asked = self._read(request, body)
        if asked is None:
            environ["wsgi.input"] = _Again(body)
            return self._moto(environ, start_response)  # type: ignore[no-any-return]  # moto's own pages
        with self._lock:
            self.log.append(asked)
        for fault in [*self.faults, self._missing_in_moto]:
            answer = fault(asked)
            if answer is HANG_UP:
                environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            if answer is not None:
                return answer(environ, start_response)
        answer = self._of_moto(environ, body, asked.service)
        if answer.status_code < 400:
            with self._lock:
                self.served.append(asked)
        if asked.operation == "AssumeRole" and (
            role := _ROLE.search(asked.what.replace("%3A", ":").replace("%2F", "/"))
        ):
            for key in _GIVEN.findall(answer.get_data()):
                self._accounts[key.decode()] = role[1]
        return answer(environ, start_response)

    @contextmanager
    def spoiled(self, answer: Answer, **where: str) -> Iterator[None]:
        """Answer in moto's place what ``where`` matches (account, region, service, operation), until the end.

        ``answer`` may return None, to let moto answer after all, or ``HANG_UP``.
        """

        def fault(asked: Asked) -> Response | None:
            return answer(asked) if all(getattr(asked, name) == value for name, value in where.items()) else None

        self.faults.append(fault)
        try:
            yield
        finally:
            self.faults.remove(fault)

    def _of_moto(self, environ: dict[str, Any], body: bytes, service: str) -> Response:
        """Return moto's answer; what moto does not have comes as a page, or breaks it."""
        in_xml = service in _IN_XML or body.startswith(b"Action=")
        missing = (xml_error if in_xml else error)("UnknownOperationException")
        environ["wsgi.input"] = _Again(body)
        try:
            answer = Response.from_app(self._moto, environ)
        except Exception:
            return missing
        page = answer.mimetype == "text/html" and answer.status_code >= 400
        return missing if page else answer

    def _read(self, request: Request, body: bytes) -> Asked | None:
        text = body.decode(errors="replace")
        found = _CREDENTIAL.search(request.headers.get("Authorization", ""))
        if found is None and not (found := _OLD_CREDENTIAL.search(text)):
            return None
        key, region, service = (*found.groups(), "", "sdb")[:3]
        operation = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        if not operation and request.content_type and "form-urlencoded" in request.content_type:
            operation = parse_qs(text).get("Action", [""])[0]
        query = request.query_string.decode()
        if not operation:
            operation = _rest_operation(service, request.method, request.path, tuple(sorted(request.args)))
        return Asked(self._accounts.get(key, key), region, service, operation, f"{request.path}?{query} {text}")

    def _missing_in_moto(self, asked: Asked) -> Response | None:
        if asked.operation == "ListRegions" and asked.service == "account":
            regions = [{"RegionName": name, "RegionOptStatus": state} for name, state in self.regions.items()]
            return json_answer({"Regions": regions})
        if asked.operation == "DescribeParameters":
            return json_answer({"Parameters": []})
        return None


class _Again:
    """A request's body, to be read once more."""

    def __init__(self, body: bytes) -> None:
        self._left = body

    def read(self, size: int = -1) -> bytes:
        size = len(self._left) if size is None or size < 0 else size
        part, self._left = self._left[:size], self._left[size:]
        return part

    def readline(self, _size: int = -1) -> bytes:
        part, mark, self._left = self._left.partition(b"\n")
        return part + mark

    def __iter__(self) -> Iterator[bytes]:
        yield from iter(self.readline, b"")


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any, **__: Any) -> None:
        """Say nothing."""


@contextmanager
def front() -> Iterator[tuple[Front, str]]:
    """Run moto behind a front on the loopback interface; give the front and its address."""
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"  # else every account has over a thousand snapshots of its own
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    made = Front(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, made, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]  # of the threaded server that this is
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        with urlopen(Request_(f"{address}/moto-api/reset", method="POST")):
            pass  # what is in moto is this process's: forget what an earlier test made
        yield made, address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def json_answer(content: Any, status: int = 200) -> Response:
    """Return an answer of the JSON protocols."""
    return Response(json.dumps(content), status, content_type="application/x-amz-json-1.1")


def error(code: str, message: str = "", status: int = 400) -> Response:
    """Return an error of the JSON protocols."""
    return Response(
        json.dumps({"__type": code, "code": code, "message": message}),
        status,
        content_type="application/x-amz-json-1.1",
        headers={"x-amzn-ErrorType": code, "x-amzn-RequestId": "11111111-2222-3333-4444-555555555555"},
    )


def xml_error(code: str, message: str = "", status: int = 400) -> Response:
    """Return an error of the XML protocols."""
    inner = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    body = f"<ErrorResponse>{inner}<RequestId>11111111-2222-3333-4444-555555555555</RequestId></ErrorResponse>"
    return Response(body, status, content_type="text/xml")


@cache
def _rest_operation(service: str, method: str, path: str, names: tuple[str, ...]) -> str:
    best = ("", -1)
    for operation, verb, pattern, literal, needed in _rest_operations(service):
        if verb == method and needed <= set(names) and pattern.fullmatch(path):
            best = max(best, (operation, literal + 100 * len(needed)), key=lambda one: one[1])
    return best[0]


@cache
def _rest_operations(signed_for: str) -> list[tuple[str, str, re.Pattern[str], int, set[str]]]:
    found = []
    for model in _models(signed_for):
        for name in model.operation_names:
            http = model.operation_model(name).http
            uri, _, query = http.get("requestUri", "/").partition("?")
            pattern = re.sub(r"\\\{[^}]*?\\\+\\\}", ".+", re.escape(uri))
            pattern = re.sub(r"\\\{[^}]*?\\\}", "[^/]+", pattern)
            needed = {part.partition("=")[0] for part in query.split("&") if part}
            literal = len(re.sub(r"\{[^}]*\}", "", uri))
            found.append((name, http.get("method", "POST"), re.compile(f"{pattern}/?"), literal, needed))
    return found


@cache
def _models(signed_for: str) -> list[Any]:
    session = _session()
    models = []
    for service in session.get_available_services():
        if service.partition("-")[0] in signed_for or signed_for.partition("-")[0] in service or service in _OTHERS:
            model = session.get_service_model(service)
            if model.signing_name == signed_for and model.metadata["protocol"].startswith("rest"):
                models.append(model)
    return models


_OTHERS = ("efs", "amp", "opensearch", "chime-sdk-voice", "location", "mq", "appflow", "kafka", "grafana", "mwaa")


@cache
def _session() -> Any:
    return Session()


def unused_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
