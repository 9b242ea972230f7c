"""The SDK's clients: one for a service wherever its addresses are a matter of rules, one for each region elsewhere.

To make a client costs as much as some five requests, and most of it is the same whatever the region. The SDK's own
events let a request be for another region than its client's: one asks for the region from which the rules of addresses
start, another for the one that the signature names.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event
from typing import Any, NamedTuple

from dpa_guard_aws.connections import Connections, is_same_way_everywhere

__all__ = ["Clients", "Way", "for_region", "is_plain"]

_KEPT = 64
"""Calls come service by service: clients of services that were used longest ago are dropped."""
_IN_USE = 8
"""So many of them may be in use while others are prepared."""
_BY_REGION = frozenset({"s3", "s3control", "sts"})
"""The SDK makes their addresses with code of its own, beside the rules."""

_REGION: ContextVar[str] = ContextVar("dpa_guard_aws_region", default="")
"""The region of this thread's request; "" its client's own."""


class Way(NamedTuple):
    """How to ask a service in a region."""

    client: Any
    region: str
    anywhere: bool
    """Does the client serve every region, and none in another way than the others?"""


class Clients:
    """Makes clients when they are first used; safe to use from many threads."""

    def __init__(self, sdk: Any, endpoint: str, config: Any) -> None:
        """``sdk`` is a botocore session; ``endpoint`` stands for every address, where it is not ""."""
        self._sdk = sdk
        self._endpoint = endpoint
        self._config = config
        self._clients: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._connections = Connections()
        self._lock = threading.RLock()
        events = sdk.get_component("event_emitter")
        events.register_first("before-parameter-build", _sign_for_region)
        events.register_last("before-endpoint-resolution", _resolve_for_region)

    @contextmanager
    def way(self, service: str, region: str) -> Iterator[Way]:
        """Give the way to a service; its client's requests are for the region until the end of the block."""
        client, anywhere = self._client(service, region)
        with for_region(region if anywhere else ""):
            yield Way(client, region, anywhere)

    def prepare(self, services: Iterable[str], region: str, stop: Event) -> None:
        """Read services' models ahead, and make the first clients, until somebody says stop."""
        loader = self._sdk.get_component("data_loader")
        for number, service in enumerate(services):
            if stop.is_set():
                return
            with self._lock:
                if number < _KEPT - _IN_USE:
                    self._client(service, region)
                elif _has_rules(loader, service):
                    loader.load_service_model(service, "service-2")

    def _client(self, service: str, region: str) -> tuple[Any, bool]:
        found = _found(self._clients.get(service, {}), region)
        if found is not None:
            return found
        with self._lock:
            clients = self._clients.setdefault(service, {})
            self._clients.move_to_end(service)
            while len(self._clients) > _KEPT:
                self._clients.popitem(last=False)
            if (found := _found(clients, region)) is not None:
                return found
            client = self._sdk.create_client(service, region, endpoint_url=self._endpoint or None, config=self._config)
            self._connections.share(client)
            anywhere = self._serves_every_region(client, region)
            clients["" if anywhere else region] = client
            return client, anywhere

    def _serves_every_region(self, client: Any, region: str) -> bool:
        """Does nothing but the address change with the region, and that by rules alone?"""
        loader = self._sdk.get_component("data_loader")
        model = client.meta.service_model
        return (
            client.meta.region_name == region
            and is_plain(model)
            and is_same_way_everywhere()
            and _has_rules(loader, model.service_name)
            and bool(loader.is_builtin_path(loader.load_data_with_path("endpoints")[1]))
        )


@contextmanager
def for_region(region: str) -> Iterator[None]:
    """Let the requests of this thread be for a region until the end of the block; "" for their client's own."""
    token = _REGION.set(region)
    try:
        yield
    finally:
        _REGION.reset(token)


def _found(clients: Mapping[str, Any], region: str) -> tuple[Any, bool] | None:
    if "" in clients:
        return clients[""], True
    return (clients[region], False) if region in clients else None


def is_plain(model: Any) -> bool:
    """Are a service's addresses the same for every account, and made by rules alone?"""
    return model.service_name not in _BY_REGION and model.endpoint_discovery_operation is None


def _has_rules(loader: Any, service: str) -> bool:
    from botocore.exceptions import DataNotFoundError, UnknownServiceError

    try:
        loader.load_service_model(service, "endpoint-rule-set-1")
    except (DataNotFoundError, UnknownServiceError):
        return False
    return True


def _sign_for_region(context: dict[str, Any], **_: Any) -> None:
    if region := _REGION.get():
        context["client_region"] = region
        context.setdefault("signing", {})["region"] = region


def _resolve_for_region(builtins: dict[str, Any], **_: Any) -> None:
    if region := _REGION.get():
        builtins["AWS::Region"] = region
