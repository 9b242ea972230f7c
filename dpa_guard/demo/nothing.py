"""The answer "there is nothing" in each protocol of AWS: an empty document, of which every reader makes an empty list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

__all__ = ["Answer", "json_answer", "nothing", "refusal"]

_IN_XML = frozenset({"s3", "s3express", "cloudfront", "route53"})
"""What these are signed for is answered in XML, without an ``Action`` in the request that would tell so."""
_CBOR = "rpc-v2-cbor"
_EMPTY_MAP_IN_CBOR = b"\xa0"


class Answer(Struct, frozen=True):
    """What goes back: https://smithy.io/2.0/aws/protocols/ has the forms."""

    body: bytes
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = {}


def nothing(service: str, action: str, protocol: str) -> Answer:
    """Return an empty answer.

    ``action`` is the ``Action`` of a form, "" where there is none; ``protocol`` is what ``Smithy-Protocol`` names.
    """
    if protocol == _CBOR:
        return Answer(_EMPTY_MAP_IN_CBOR, "application/cbor", headers={"smithy-protocol": _CBOR})
    if action:
        return Answer(f"<{action}Response><{action}Result/></{action}Response>".encode(), "text/xml")
    if service in _IN_XML:
        return Answer(b"<Nothing/>", "text/xml")
    return json_answer({})


def json_answer(content: Any) -> Answer:
    """Return an answer of the JSON protocols."""
    return Answer(json.dumps(content).encode(), "application/x-amz-json-1.1")


def refusal(code: str, message: str, status: int = 400) -> Answer:
    """Return an error of the JSON protocols."""
    body = json.dumps({"__type": code, "message": message}).encode()
    return Answer(body, "application/x-amz-json-1.1", status, {"x-amzn-ErrorType": code})
