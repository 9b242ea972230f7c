"""Answers as they go back, and the ones that are made here: nothing, a refusal, and what the company's tables tell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dpa_guard.demo.asked import Asked
from dpa_guard.demo.company import accounts, amended, denied, instead, regions

__all__ = ["Answer", "json_answer", "nothing", "refusal", "told_by_the_company", "with_what_is_amended"]

_IN_XML = frozenset({"s3", "s3express", "cloudfront", "route53"})
"""What these are signed for is answered in XML, without an ``Action`` in the request that would tell so."""
_CBOR = "rpc-v2-cbor"
_EMPTY_MAP_IN_CBOR = b"\xa0"
_REQUEST = "00000000-demo"
"""The id of each request that is refused; AWS gives each one of its own."""


class Answer(Struct, frozen=True):
    """What goes back: https://smithy.io/2.0/aws/protocols/ has the forms."""

    body: bytes
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = {}


def nothing(asked: Asked) -> Answer:
    """Return "there is nothing" in the request's protocol: an empty document, in which every reader finds no items."""
    if asked.protocol == _CBOR:
        return Answer(_EMPTY_MAP_IN_CBOR, "application/cbor", headers={"smithy-protocol": _CBOR})
    if asked.action:
        return Answer(f"<{asked.action}Response><{asked.action}Result/></{asked.action}Response>".encode(), "text/xml")
    if asked.service in _IN_XML:
        return Answer(b"<Nothing/>", "text/xml")
    return json_answer({})


def json_answer(content: Any) -> Answer:
    """Return an answer of the JSON protocols."""
    return Answer(json.dumps(content).encode(), "application/x-amz-json-1.1")


def refusal(code: str, message: str, status: int = 400) -> Answer:
    """Return an error of the JSON protocols."""
    body = json.dumps({"__type": code, "message": message}).encode()
    return Answer(body, "application/x-amz-json-1.1", status, {"x-amzn-ErrorType": code, "x-amzn-RequestId": _REQUEST})


def told_by_the_company(asked: Asked, host: str) -> Answer | None:
    """Return what the tables tell: accounts, regions, denials, the address of a service; None: moto is to be asked."""
    if (no := denied().get((asked.account, asked.service))) is not None:
        return refusal(no.code, no.message)
    if (asked.service, asked.operation) == ("organizations", "ListAccounts"):
        listed = [{"Id": one.id, "Name": one.name, "Status": one.status, "State": one.status} for one in accounts()]
        return json_answer({"Accounts": listed})
    if asked.service == "account" and asked.path.lower() == "/listregions":
        known = [{"RegionName": name, "RegionOptStatus": state} for name, state in regions(asked.account).items()]
        return json_answer({"Regions": known})
    if (asked.service, asked.operation) == ("timestream", "DescribeEndpoints"):
        return json_answer({"Endpoints": [{"Address": f"http://{host}", "CachePeriodInMinutes": 60}]})
    for one in instead():
        if one.service == asked.service and (one.asked == asked.operation or _leads(one.asked, asked.path)):
            return refusal(one.code, one.message) if one.code else nothing(asked)
    return None


def _leads(beginning: str, path: str) -> bool:
    return beginning.startswith("/") and path.startswith(beginning)


def with_what_is_amended(asked: Asked, answer: Answer) -> Answer:
    """Return moto's answer with what the company has and moto cannot make."""
    adds = amended().get((asked.account, asked.region, asked.service, asked.operation))
    if adds is None or answer.status != 200:
        return answer
    body = json.dumps(_merged(json.loads(answer.body), adds)).encode()
    return Answer(body, answer.content_type, answer.status)  # without the checksum of the body that was


def _merged(value: Any, adds: Any) -> Any:
    if not isinstance(value, dict) or not isinstance(adds, dict):
        return adds
    return value | {key: _merged(value.get(key), one) for key, one in adds.items()}
