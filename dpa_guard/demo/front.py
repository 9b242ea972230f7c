"""What stands before moto: it lets in the demo's own credentials only, and answers what moto cannot.

Moto has no ``account:ListRegions``, makes up the numbers of an organisation's accounts, never denies anything, and knows
about half of the calls of a scan. Those, and everything in services that the company does not use, are answered here.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from msgspec import Struct

from dpa_guard.demo.company import accounts, denied, made, management, regions
from dpa_guard.demo.nothing import Answer, json_answer, nothing, refusal

__all__ = ["KEY", "READY", "Front"]

KEY = "testing"
"""The one access key that the stand-in lets in; moto takes it for the management account's."""
READY = "/ready"
"""Answers as soon as there is somebody to answer; needs no signature."""
_SIGNED = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_SIGNED_OLD = "AWSAccessKeyId"
"""Where version 2 of the signature names the key: SimpleDB knows no other."""
_GIVEN = re.compile(rb"<AccessKeyId>([^<]+)</AccessKeyId>")
_ROLE = re.compile(r"arn:aws:iam::(\d{12}):role/")


class _Asked(Struct, frozen=True):
    """One request, as far as it matters here."""

    account: str
    region: str
    service: str
    """The name it was signed for."""
    operation: str
    """"" where neither a header nor the form tells it."""
    form: dict[str, list[str]]
    path: str
    protocol: str


class Front:
    """A WSGI application before another."""

    def __init__(self, moto: Any) -> None:
        """``moto`` is the application that is asked."""
        self._moto = moto
        self._accounts = {KEY: management().id}
        self._lock = threading.Lock()
        self._of_moto = frozenset({"sts", "ssm", "tagging", *(one.service for one in made())})

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        from werkzeug.wrappers import Response

        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        answer = self._answer(environ, body)
        response = Response(answer.body, answer.status, dict(answer.headers), content_type=answer.content_type)
        return response(environ, start_response)

    def _answer(self, environ: dict[str, Any], body: bytes) -> Answer:
        if environ.get("PATH_INFO") == READY:
            return json_answer({"ready": True})
        asked = self._asked(environ, body)
        if asked is None:
            return refusal("InvalidClientTokenId", "these are not the credentials of the demo", 403)
        if (no := denied().get((asked.account, asked.service))) is not None:
            return refusal(no.code, no.message)
        own = _of_the_organisation(asked)
        if own is not None:
            return own
        if asked.service not in self._of_moto:
            return nothing(asked.service, "".join(asked.form.get("Action", ())), asked.protocol)
        return self._ask_moto(asked, environ, body)

    def _asked(self, environ: dict[str, Any], body: bytes) -> _Asked | None:
        """Read a request; None where it is signed with a key that was not given out here."""
        form = parse_qs(body.decode(errors="replace")) if "form-urlencoded" in environ.get("CONTENT_TYPE", "") else {}
        found = _SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
        key, region, service = found.groups() if found else ("".join(form.get(_SIGNED_OLD, ())), "", "")
        account = self._accounts.get(key)
        if account is None:
            return None
        operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or "".join(form.get("Action", ()))
        protocol = environ.get("HTTP_SMITHY_PROTOCOL", "")
        return _Asked(account, region, service, operation, form, environ.get("PATH_INFO", ""), protocol)

    def _ask_moto(self, asked: _Asked, environ: dict[str, Any], body: bytes) -> Answer:
        """Return moto's answer; what moto does not have comes as a page for people, or breaks it."""
        from werkzeug.wrappers import Response

        environ["wsgi.input"] = BytesIO(body)
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = asked.account
        try:
            answer = Response.from_app(self._moto, environ)
        except Exception:
            return nothing(asked.service, "".join(asked.form.get("Action", ())), asked.protocol)
        if answer.status_code >= 400 and answer.mimetype == "text/html" or answer.status_code in (500, 501):
            return nothing(asked.service, "".join(asked.form.get("Action", ())), asked.protocol)
        given = answer.get_data()
        if asked.operation == "AssumeRole" and (role := _ROLE.match("".join(asked.form.get("RoleArn", ())))):
            with self._lock:
                self._accounts.update({key.decode(): role[1] for key in _GIVEN.findall(given)})
        headers = {name: value for name, value in answer.headers.items() if name.lower() not in _OF_THE_BODY}
        return Answer(given, answer.content_type or "", answer.status_code, headers)


_OF_THE_BODY = frozenset({"content-type", "content-length"})


def _of_the_organisation(asked: _Asked) -> Answer | None:
    """Return what the company's own tables tell: its accounts and their regions; None: something else was asked."""
    if asked.service == "organizations" and asked.operation == "ListAccounts":
        listed = [{"Id": one.id, "Name": one.name, "Status": one.status, "State": one.status} for one in accounts()]
        return json_answer({"Accounts": listed})
    if asked.service == "account" and asked.path.lower() == "/listregions":
        known = [{"RegionName": name, "RegionOptStatus": state} for name, state in regions(asked.account).items()]
        return json_answer({"Regions": known})
    return None
