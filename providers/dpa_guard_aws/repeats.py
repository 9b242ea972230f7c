"""The same request again for another account or region: signed anew, and otherwise taken as the SDK wrote it.

A scan asks every account and region the same. The SDK writes the first request of a kind, by its serializer, its rules
of addresses and its handlers, which takes as long again as to sign, send and read it. The second is the first one with
another signature, and with the address that the SDK's rules give for the region. What was sent once has passed the list
of calls (``dpa_guard_aws.guard``), and nothing but what was sent once can be sent here.
"""

from __future__ import annotations

import re
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import msgspec

from dpa_guard_aws.clients import Way, for_region, is_plain

__all__ = ["Repeats"]

_KEPT = 512
_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[^/,]+/\d{8}/([^/,]+)/([^/,]+)/aws4_request, SignedHeaders=([^,]+), "
)
_OF_ONE_REQUEST = frozenset({"authorization", "x-amz-date", "x-amz-security-token", "amz-sdk-invocation-id"})
"""Set anew by who signs and sends it."""
_SIGNED_OTHERWISE = "x-amz-content-sha256"
"""S3's way to sign, and that of bodies which are not."""

_Key = tuple[str, str, str, bytes]
_SENT: ContextVar[Callable[[Any], None] | None] = ContextVar("dpa_guard_aws_sent", default=None)


class _Kept(msgspec.Struct, frozen=True):
    """A request without what belongs to one account or one moment."""

    method: str
    url: str
    signed: Mapping[str, str]
    """Headers that the signature covers; the SDK adds some when it has signed."""
    unsigned: Mapping[str, str]
    body: str | bytes | None
    service: str
    region: str


class _Address(NamedTuple):
    """Where a request goes, and how it is signed there."""

    url: str
    region: str
    """The one that the signature names; "" the request's own."""
    beside: tuple[Any, ...]


class Repeats:
    """Requests that were sent before; safe to use from many threads."""

    def __init__(self, sdk: Any) -> None:
        """``sdk`` is a botocore session, whose requests are kept."""
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._readers = sdk.get_component("response_parser_factory")
        sdk.get_component("event_emitter").register_last("before-send", _tell)

    def again(self, way: Way, operation: str, params: Mapping[str, Any], frozen: Any) -> Any:
        """Send a request for another account or region; None where none like it was sent before.

        Raises what the client would raise.
        """
        model = way.client.meta.service_model.operation_model(operation)
        kept = self._known(way, model, params)
        return None if kept is None else self._answer(way.client, model, _signed(kept, frozen))

    @contextmanager
    def keeping(self, way: Way, operation: str, params: Mapping[str, Any]) -> Iterator[None]:
        """Keep the request that is sent in the block, if it can be sent again."""
        model = way.client.meta.service_model.operation_model(operation)

        def sent(request: Any) -> None:
            kept = _kept(request) if is_plain(model.service_model) and not model.idempotent_members else None
            if kept is not None:
                self._keep(model, way.region, params, kept)
                if way.anywhere and kept.region == way.region:
                    self._keep(model, "", params, kept)

        token = _SENT.set(sent)
        try:
            yield
        finally:
            _SENT.reset(token)

    def _keep(self, model: Any, region: str, params: Mapping[str, Any], kept: _Kept) -> None:
        self._kept[_key(model, region, params)] = kept
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def _known(self, way: Way, model: Any, params: Mapping[str, Any]) -> _Kept | None:
        known = self._kept.get(_key(model, way.region, params))
        if known is None and (elsewhere := self._kept.get(_key(model, "", params))) is not None:
            known = _moved(elsewhere, way, model, params)
            if known is not None:
                self._keep(model, way.region, params, known)
        return known

    def _answer(self, client: Any, model: Any, request: Any) -> Any:
        """Send a request and read the answer in the order, and with the events, in which the client does it."""
        from botocore.endpoint import convert_to_response_dict
        from botocore.exceptions import ClientError

        events, name = client.meta.events, f"{model.service_model.service_id.hyphenize()}.{model.name}"
        instead = [answer for _, answer in events.emit(f"before-send.{name}", request=request) if answer is not None]
        # The client's own connections: another session would need its proxies, certificates and timeouts once more.
        http = instead[0] if instead else client._endpoint.http_session.send(request)
        read: dict[str, Any] = {}
        response = convert_to_response_dict(http, model)
        events.emit(
            f"before-parse.{name}", operation_model=model, response_dict=response, customized_response_dict=read
        )
        reader = self._readers.create_parser(model.service_model.resolved_protocol)
        answer = {**reader.parse(response, model.output_shape), **read}
        context: dict[str, Any] = {}
        events.emit(f"after-call.{name}", http_response=http, parsed=answer, model=model, context=context)
        if http.status_code >= 300:
            raise ClientError(answer, model.name)
        return answer


def _key(model: Any, region: str, params: Mapping[str, Any]) -> _Key:
    return model.service_model.service_name, model.name, region, msgspec.json.encode(params)


def _moved(kept: _Kept, way: Way, model: Any, params: Mapping[str, Any]) -> _Kept | None:
    """Return a request as it is for another region, None where more than the address changes."""
    with for_region(kept.region):
        here = _address(way.client, model, params, kept.region)
    there = _address(way.client, model, params, way.region)
    left = kept.url.removeprefix(here.url)
    if here.beside != there.beside or left == kept.url or left[:1] not in ("", "/", "?"):
        return None
    if (here.region or kept.region) != kept.region:
        return None
    return msgspec.structs.replace(kept, url=there.url + left, region=there.region or way.region)


def _address(client: Any, model: Any, params: Mapping[str, Any], region: str) -> _Address:
    """Return what the SDK's rules say for a region; no name of the SDK that it calls public leads there."""
    context: dict[str, Any] = {"client_region": region}
    url, headers, _ = client._resolve_endpoint_ruleset(model, dict(params), context)
    signing = dict(context.get("signing", {}))
    return _Address(url, signing.pop("region", ""), (headers, context.get("auth_type"), signing))


def _tell(request: Any, **_: Any) -> None:
    sent = _SENT.get()
    if sent is not None:
        sent(request)


def _kept(request: Any) -> _Kept | None:
    """Return a request as it is for every account, None where it is signed in a way of its own."""
    headers = {name: _text(value) for name, value in request.headers.items()}
    signed = _SIGNED.match(headers.get("Authorization", ""))
    if signed is None or any(name.lower() == _SIGNED_OTHERWISE for name in headers):
        return None
    if request.stream_output or not isinstance(request.body, str | bytes | None):
        return None
    left = {name: value for name, value in headers.items() if name.lower() not in _OF_ONE_REQUEST}
    region, service, named = signed.groups()
    covered = {name: value for name, value in left.items() if name.lower() in named.split(";")}
    beside = {name: value for name, value in left.items() if name not in covered}
    return _Kept(request.method, request.url, covered, beside, request.body, service, region)


def _signed(kept: _Kept, frozen: Any) -> Any:
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSPreparedRequest, AWSRequest

    request = AWSRequest(kept.method, kept.url, kept.signed, kept.body)
    SigV4Auth(frozen, kept.service, kept.region).add_auth(request)
    headers = {**request.headers, **kept.unsigned, "amz-sdk-invocation-id": str(uuid.uuid4())}
    return AWSPreparedRequest(kept.method, kept.url, headers, kept.body, stream_output=False)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
