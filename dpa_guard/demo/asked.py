"""Reading a request as AWS would: who asks, in which region, of which service, and what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from msgspec import Struct

__all__ = ["Asked", "asked", "key_of"]

_SIGNED = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_SIGNED_OLD = "AWSAccessKeyId"
"""Where version 2 of the signature names the key: SimpleDB knows no other."""


class Asked(Struct, frozen=True):
    """One request, as far as it matters here."""

    account: str
    region: str
    service: str
    """The name it was signed for; "" by version 2 of the signature."""
    action: str
    """The ``Action`` of a form; "" where there is none."""
    operation: str
    """"" where neither a header nor the form tells it."""
    form: Mapping[str, str]
    path: str
    protocol: str
    """What ``Smithy-Protocol`` names; "" where that is not sent."""


def key_of(environ: Mapping[str, Any], body: bytes) -> str:
    """Return the access key that a request is signed with, "" where it is not signed."""
    found = _SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
    return found[1] if found else _form(environ, body).get(_SIGNED_OLD, "")


def asked(environ: Mapping[str, Any], body: bytes, account: str) -> Asked:
    """Return what a request of an account asks."""
    found = _SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
    form = _form(environ, body)
    action = form.get("Action", "")
    return Asked(
        account,
        found[2] if found else "",
        found[3] if found else "",
        action,
        environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or action,
        form,
        environ.get("PATH_INFO", ""),
        environ.get("HTTP_SMITHY_PROTOCOL", ""),
    )


def _form(environ: Mapping[str, Any], body: bytes) -> dict[str, str]:
    if "form-urlencoded" not in environ.get("CONTENT_TYPE", ""):
        return {}
    return {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}
