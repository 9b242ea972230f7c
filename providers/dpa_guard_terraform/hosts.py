"""The bare host name in a URL, and nothing else of it: the rest may hold users, tokens and keys."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"(?:https?://)?(?:[^/?#@\\\s]*@)?(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)\.?(?::[0-9]*)?(?:[/?#].*)?",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
"""A URL or host and nothing before it: a host that only a query or a fragment names must not count (RFC 3986, 3.2)."""


def host_of(url: str) -> str:
    """Return the host of a URL or host in lower case; "" where there is none to be sure of."""
    address = _ADDRESS.fullmatch(url.strip())
    return address["host"].lower() if address else ""
