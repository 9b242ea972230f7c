"""What goes over the wire to AWS, caught before it goes: of our sessions, and of the SDK's own clients beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials
from botocore.loaders import Loader
from botocore.session import Session as Botocore
from moto.core.serialize import get_serializer_class

from aws_answers import moto_model
from aws_shapes import service_model
from dpa_guard_aws.requests import PUBLIC_PARAMETERS, rows
from dpa_guard_aws.table import Row

MOMENT = datetime(2026, 11, 25, 12, tzinfo=UTC)
ONE = ReadOnlyCredentials("AKIAONE", "planted-secret-one", "planted-token-one")
TWO = ReadOnlyCredentials("AKIATWO", "planted-secret-two", "planted-token-two")
_NEVER_ALIKE = frozenset({"amz-sdk-invocation-id", "user-agent"})
_REFERENCE = re.compile(r"\{[^{}]*\}")

Answer = tuple[int, Mapping[str, str], bytes]


class Sent(NamedTuple):
    """A request as it would have gone out; of two that are alike only number and name of the sender differ."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | str | None


class Wire:
    """Catches what a botocore session sends, and answers in AWS's stead."""

    def __init__(self, sdk: Any) -> None:
        self.sent: list[Sent] = []
        self.answer: Answer = (204, {}, b"")  # with status 200 it would be no answer of AWS
        sdk.get_component("event_emitter").register("before-send", self._catch)

    def _catch(self, request: Any, **_: Any) -> AWSResponse:
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        kept = tuple(sorted((name, value) for name, value in headers.items() if name not in _NEVER_ALIKE))
        self.sent.append(Sent(request.method, request.url, kept, request.body))
        status, answered, body = self.answer
        return AWSResponse(request.url, status, dict(answered), _Body(body))


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content

    def read(self) -> bytes:
        return self._content


class Clients:
    """The SDK's own clients with its whole models: one for each service and region."""

    def __init__(self, whole: bool = True) -> None:
        """``whole``: with what botocore ships, read once; otherwise with what is configured beside it."""
        self.sdk = Botocore()
        if whole:
            self.sdk.register_component("data_loader", _loader())
        self.wire = Wire(self.sdk)
        self._credentials = ONE
        self.sdk.set_credentials("", "")
        self.sdk._credentials = self  # asked at the moment of signing
        self._client = cache(self._made)

    def ask(
        self, service: str, operation: str, region: str, params: Mapping[str, Any], frozen: Any, endpoint: str = ""
    ) -> Any:
        """Return the answer; raises what botocore raises."""
        self._credentials = frozen
        return self._client(service, region, endpoint)._make_api_call(operation, dict(params))

    def _made(self, service: str, region: str, endpoint: str) -> Any:
        return self.sdk.create_client(service, region, endpoint_url=endpoint or None, config=_CONFIG)

    def get_frozen_credentials(self) -> Any:
        """Answer as the session's credentials."""
        return self._credentials

    def get_deferred_property(self, _name: str) -> Callable[[], None]:
        """Answer as the session's credentials."""
        return lambda: None


@cache
def _loader() -> Loader:
    return Loader()


_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 1},
    parameter_validation=False,
    account_id_endpoint_mode="disabled",
)


def params_of(row: Row) -> Any:
    """Return a row's parameters with something in the place of every reference."""
    beside = {"Path": PUBLIC_PARAMETERS} if row.service == "ssm" and row.operation == "GetParametersByPath" else {}
    return {**_filled(row.params), **beside}


def rows_of(service: str) -> list[Row]:
    """Return every row of a service, the engine's own too."""
    return [row for row in rows() if row.service == service]


def services() -> list[str]:
    """Return every service that anything is asked of."""
    return sorted({row.service for row in rows()})


def written(service: str, operation: str, answer: Mapping[str, Any]) -> Answer:
    """Return an answer as its service writes it."""
    protocol = service_model(service).resolved_protocol
    response = get_serializer_class(service, protocol)(moto_model(service).operation_model(operation)).serialize(answer)
    body = response["body"]
    headers = {"x-amzn-RequestId": "11111111-2222-3333-4444-555555555555", **response["headers"]}
    return response["status_code"], headers, body.encode() if isinstance(body, str) else body


def outcome(ask: Callable[[], Any]) -> Any:
    """Return what came back, or name and text of what was raised."""
    try:
        return ask()
    except Exception as error:
        return type(error).__name__, str(error)


@contextmanager
def at_one_moment(monkeypatch: Any) -> Iterator[None]:
    """Have the SDK sign everything as of ``MOMENT``."""
    with monkeypatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: MOMENT)
        yield


def _filled(value: Any) -> Any:
    if isinstance(value, str):
        return _REFERENCE.sub("123456789012", value)
    if isinstance(value, Mapping):
        return {key: _filled(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(inner) for inner in value]
    return value


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
