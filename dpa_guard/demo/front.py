"""What stands before moto: it lets in the demo's own credentials only, and answers what moto cannot.

Moto has no ``account:ListRegions``, makes up the numbers of an organisation's accounts, never denies anything, and
knows about half of the calls of a scan. Those, and the services that the company does not use, are answered here.

It is the proxy of the scan as well: a request to whatever other name ends here too, and no name is looked up.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from dpa_guard.demo.answers import Answer, json_answer, nothing, refusal, told_by_the_company, with_what_is_amended
from dpa_guard.demo.asked import Asked, asked, key_of
from dpa_guard.demo.company import made, management

__all__ = ["KEY", "READY", "Front"]

KEY = "testing"
"""The access key and the secret that the stand-in lets in, for the management account."""
READY = "/ready"
"""Answers as soon as there is somebody to answer; needs no signature."""
_GIVEN = re.compile(rb"<AccessKeyId>([^<]+)</AccessKeyId>")
_ROLE = re.compile(r"arn:aws:iam::(\d{12}):role/")
_OF_THE_BODY = frozenset({"content-type", "content-length"})
_ALWAYS_OF_MOTO = frozenset({"sts", "ssm"})
"""Credentials of roles, and the countries of regions."""


class Front:
    """A WSGI application before another."""

    def __init__(self, moto: Any, host: str) -> None:
        """``moto`` is the application that is asked; ``host`` is the name and port that this answers on."""
        self._moto = moto
        self._host = host
        self._accounts = {KEY: management().id}
        self._lock = threading.Lock()
        self._of_moto = _ALWAYS_OF_MOTO | {one.service for one in made()}

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
        account = self._accounts.get(key_of(environ, body))
        if account is None:
            return refusal("InvalidClientTokenId", "these are not the credentials of the demo", 403)
        request = asked(environ, body, account)
        told = told_by_the_company(request, self._host)
        if told is not None:
            return told
        if request.service not in self._of_moto:
            return nothing(request)
        return with_what_is_amended(request, self._ask_moto(request, environ, body))

    def _ask_moto(self, request: Asked, environ: dict[str, Any], body: bytes) -> Answer:
        """Return moto's answer; what moto does not have comes as a page for people, or breaks it."""
        from werkzeug.wrappers import Response

        environ |= {"wsgi.input": BytesIO(body), "HTTP_X_MOTO_ACCOUNT_ID": request.account, "HTTP_HOST": self._host}
        try:
            answer = Response.from_app(self._moto, environ)
        except Exception:
            return nothing(request)
        if answer.status_code in (500, 501) or (answer.status_code >= 400 and answer.mimetype == "text/html"):
            return nothing(request)
        given = answer.get_data()
        if request.operation == "AssumeRole" and (role := _ROLE.match(request.form.get("RoleArn", ""))):
            with self._lock:
                self._accounts |= {key.decode(): role[1] for key in _GIVEN.findall(given)}
        headers = {name: value for name, value in answer.headers.items() if name.lower() not in _OF_THE_BODY}
        return Answer(given, answer.content_type or "", answer.status_code, headers)
