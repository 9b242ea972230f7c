"""A notice as JSON to an address that is itself a secret."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from dpa_guard import __version__
from dpa_guard.config import Notify
from dpa_guard.notice.not_sent import TIMEOUT, NotSent, why

__all__ = ["post"]

_LONGEST_ANSWER = 65_536


def post(notify: Notify, environment: Mapping[str, str], document: bytes) -> None:
    """Send it; raises NotSent unless the answer is 2xx. A redirection is none: it would carry the news elsewhere."""
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class NoRedirect(HTTPRedirectHandler):
        def redirect_request(self, *_: object, **__: object) -> None:
            return None

    address = _address(notify, environment)
    headers = {"Content-Type": "application/json", "User-Agent": f"dpa-guard/{__version__}"}
    try:
        request = Request(address, document, headers, method="POST")
        with build_opener(NoRedirect).open(request, timeout=TIMEOUT) as answer:
            answer.read(_LONGEST_ANSWER)
    except HTTPError as error:
        error.close()
        raise NotSent(f"the webhook answered {error.code}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise NotSent(why(error)) from None


def _address(notify: Notify, environment: Mapping[str, str]) -> str:
    from urllib.parse import urlsplit

    address = environment.get(notify.webhook_env, "").strip()
    if not address:
        raise NotSent("the environment variable that webhook_env names is not set")
    try:
        parts = urlsplit(address)
        secure = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))
    except ValueError:
        secure = False
    if not secure:
        raise NotSent("what the variable that webhook_env names holds is no address that begins with https://")
    return address


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
