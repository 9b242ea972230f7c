"""Read-only by construction: what is not on the list does not leave.

The list is the table of calls, the engine's own requests and what exchanges credentials. Three times over: the models
given to the SDK know no other operation (``dpa_guard_aws.models``), a handler refuses it before it is serialised into a
request, and another before the request is sent. Nothing on the list reads data; of Parameter Store only what AWS itself
publishes below one path is read.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from dpa_guard_aws.requests import CREDENTIALS, PUBLIC_PARAMETERS, rows

__all__ = ["NotAllowed", "allowed", "watch"]

_ADDRESSES = frozenset({("timestream-write", "DescribeEndpoints"), ("timestream-query", "DescribeEndpoints")})
"""The SDK asks a service for its address where the service wants that."""


class NotAllowed(Exception):
    """An operation that is not on the list was about to be called: a mistake in this program."""


@cache
def allowed(table: str = "") -> frozenset[tuple[str, str]]:
    """Return every (service, operation) that may leave."""
    named = {(row.service, row.operation) for row in rows(table)}
    services = {service for service, _ in named}
    return frozenset(named | CREDENTIALS | {one for one in _ADDRESSES if one[0] in services})


def watch(session: Any, table: str = "") -> None:
    """Make a botocore session, and every client it makes, refuse what is not on the list with ``NotAllowed``."""
    permitted = allowed(table)
    passed: set[str] = set()

    def before_call(model: Any, **_: Any) -> None:
        service = model.service_model
        if (service.service_name, model.name) not in permitted:
            raise NotAllowed(f"{service.service_name} {model.name} is not on the list of calls")
        passed.add(f"{service.service_id.hyphenize()}.{model.name}")

    def before_send(event_name: str, **_: Any) -> None:
        name = event_name.removeprefix("before-send.")
        if name not in passed:
            raise NotAllowed(f"{name} was not on the list of calls when it was made")

    def before_parameters(params: dict[str, Any], **_: Any) -> None:
        if not str(params.get("Path", "")).startswith(PUBLIC_PARAMETERS):
            raise NotAllowed(f"ssm GetParametersByPath is for {PUBLIC_PARAMETERS} only")

    session.get_component("event_emitter").register_first("before-call", before_call)
    session.get_component("event_emitter").register_first("before-send", before_send)
    session.get_component("event_emitter").register_first(
        "before-parameter-build.ssm.GetParametersByPath", before_parameters
    )
