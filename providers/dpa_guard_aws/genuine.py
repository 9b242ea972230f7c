"""Is it an answer of AWS at all? A proxy's page with status 200 must never be read as "there is nothing".

The SDK reads JSON that cannot be parsed as an empty answer, and any XML as one of the service's. So the raw answer is
looked at before that: JSON has to be an object, XML an element that is not a page's; nothing at all is no answer.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import Raw

__all__ = ["refuse_others"]

_PAGE = re.compile(rb"\s*<(!doctype\s+)?html\b", re.IGNORECASE)


def refuse_others(session: Any) -> None:
    """Make a botocore session, and every client it makes, raise ``ResponseParserError`` for what is no answer."""
    session.get_component("event_emitter").register_first("before-parse", _before_parse)


def _before_parse(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    if response_dict["status_code"] != 200 or operation_model.has_streaming_output:
        return
    protocol = operation_model.service_model.resolved_protocol
    if not is_answer(protocol, response_dict["body"]):
        from botocore.parsers import ResponseParserError

        raise ResponseParserError(f"status 200, and no answer in {protocol}")


def is_answer(protocol: str, body: bytes) -> bool:
    """Can the body be an answer in a protocol (``json``, ``rest-json``, ``query``, ``ec2``, ``rest-xml`` …)?"""
    if "json" in protocol:
        try:
            msgspec.json.decode(body, type=dict[str, Raw])
        except msgspec.DecodeError:
            return False
        return True
    return bool(body) and not _PAGE.match(body)
