"""What went wrong with a call, as an ``Answer``: a status, a code, and whether to try again. Never a message."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from dpa_guard.model import Status
from dpa_guard_aws.calls import Answer
from dpa_guard_aws.errors import Meaning, by_policy_of_the_organization, meaning_of

__all__ = ["failed", "not_entered"]

_STATUS: dict[Meaning, Status] = {
    "nothing": "looked",
    "denied": "denied",
    "throttled": "throttled",
    "unreachable": "unreachable",
    "unsupported": "unsupported",
    "api-disabled": "api-disabled",
    "refused": "denied",
    "expired": "denied",
}
_NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
"""The name server knows no such name; not those that say the name server was not reached."""


def failed(name: str, error: BaseException) -> Answer:
    """Return what an operation's failure comes to; ``name`` is ``service.Operation``."""
    from botocore.exceptions import (
        ClientError,
        ConnectionError,
        HTTPClientError,
    )
    from botocore.parsers import ResponseParserError

    if isinstance(error, ClientError):
        return _answered(name, error.response)
    code = type(error).__name__
    if isinstance(error, HTTPClientError | ConnectionError | ResponseParserError):
        absent = _no_address(error)
        return Answer("unreachable", code=code, again="" if absent else "soon", no_address=absent)
    return Answer("unsupported", code=code)


def not_entered(error: BaseException | None) -> Answer:
    """Return what it comes to that there are no credentials for an account."""
    if error is None:
        return Answer("denied", code="NotEntered", entered=False)
    answer = failed("sts.AssumeRole", error)
    status: Status = answer.status if answer.status in ("unreachable", "throttled") else "denied"
    return Answer(status, code=answer.code, by_policy=answer.by_policy, entered=False, request_id=answer.request_id)


def _answered(name: str, response: dict[str, dict[str, object]]) -> Answer:
    about, metadata = response.get("Error", {}), response.get("ResponseMetadata", {})
    code, message = str(about.get("Code", "")), str(about.get("Message", ""))
    http = metadata.get("HTTPStatusCode", 0)
    meaning = meaning_of(name, code, http if isinstance(http, int) else 0, message)
    return Answer(
        _STATUS[meaning],
        code="" if meaning == "nothing" else code,
        again={"throttled": "later", "unreachable": "soon", "expired": "renewed"}.get(meaning, ""),  # type: ignore[arg-type]  # words of Answer.again
        refused=meaning == "refused",
        by_policy=meaning == "denied" and by_policy_of_the_organization(message),
        request_id=str(metadata.get("RequestId", "")),
    )


def _no_address(error: BaseException) -> bool:
    return any(isinstance(one, socket.gaierror) and one.errno in _NO_SUCH_NAME for one in _behind(error))


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and everything it was raised from."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None)]
            waiting.append(getattr(one, "kwargs", {}).get("error"))
