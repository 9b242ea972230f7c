"""Is it an answer of AWS at all? A proxy's page with status 200 must never be read as "there is nothing".

The SDK reads JSON that cannot be parsed as an empty answer, and any XML as one of the service's. So the raw answer is
looked at before that: nothing at all is no answer; JSON has to be an object, and neither an error nor a message alone;
XML has to be the element of its operation, or at least, where those have names of their own, no page and no error.
https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import msgspec
from msgspec import Raw

__all__ = ["is_answer", "refuse_others"]

_BEFORE_THE_ROOT = rb"(?:\xef\xbb\xbf)?(?:\s|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\])?[^>]*>)*"
_ROOT = re.compile(_BEFORE_THE_ROOT + rb"<(?:[\w.-]+:)?([\w.-]+)", re.IGNORECASE | re.DOTALL)
_NO_ANSWER = frozenset({"html", "error", "errors", "errorresponse"})
"""Elements that begin none, in lower case."""
_ERROR_TYPE = re.compile(r"(Exception|Error|Fault|Denied|Throttling|Failure)\Z")
_ERROR_FIELDS = frozenset({"__type", "error", "errors", "message", "errormessage", "code", "errorcode", "fault"})
"""Fields of an error, in lower case; an answer that has one of them has fields of its own beside it."""


def refuse_others(session: Any) -> None:
    """Make a botocore session, and every client it makes, raise ``ResponseParserError`` for what is no answer."""
    session.get_component("event_emitter").register_first("before-parse", _before_parse)


def _before_parse(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    if response_dict["status_code"] >= 300 or operation_model.has_streaming_output:
        return
    protocol = operation_model.service_model.resolved_protocol
    shape = operation_model.output_shape
    members = getattr(shape, "members", {})
    fields = [member.serialization.get("name", name) for name, member in members.items()]
    if not is_answer(protocol, response_dict["body"], operation_model.name, fields):
        from botocore.parsers import ResponseParserError

        raise ResponseParserError(f"status {response_dict['status_code']}, and no answer in {protocol}")


def is_answer(protocol: str, body: bytes, operation: str = "", fields: Collection[str] = ()) -> bool:
    """Can the body be an answer in a protocol (``json``, ``rest-json``, ``query``, ``ec2``, ``rest-xml`` …)?

    ``fields`` are those of an answer of the operation that anybody reads.
    """
    if "json" in protocol:
        return _is_answer_in_json(body, fields)
    found = _ROOT.match(body)
    root = found[1].decode("ascii", "replace") if found else ""
    if protocol in ("query", "ec2") and operation:
        return root == f"{operation}Response"
    return bool(root) and root.lower() not in _NO_ANSWER


def _is_answer_in_json(body: bytes, fields: Collection[str]) -> bool:
    try:
        answer = msgspec.json.decode(body, type=dict[str, Raw])
        type_ = msgspec.json.decode(answer.get("__type", b'""'), type=object)
    except msgspec.DecodeError:
        return False
    if isinstance(type_, str) and _ERROR_TYPE.search(type_):
        return False
    return not answer.keys().isdisjoint(fields) or _ERROR_FIELDS.isdisjoint(name.lower() for name in answer)
