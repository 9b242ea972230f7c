"""The environment of the demo: nobody's credentials, nobody's settings, and one way out: to the stand-in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from dpa_guard.demo.front import KEY

__all__ = ["nobodys", "surrounded"]

_TAKEN_AWAY = ("AWS_", "BOTO_", "DPA_GUARD_")
"""Credentials, profiles, addresses and roles; and the key that somebody's real log is signed with."""
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


def nobodys(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without anybody's credentials, with the stand-in's own in their place.

    The files of the AWS configuration are named as none, so that no profile, no single sign-on and no
    ``credential_process`` is looked for; and nobody asks a machine's metadata for a role.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if not name.upper().startswith(_TAKEN_AWAY) and name.upper() not in _PROXIES
    }
    return kept | {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextmanager
def surrounded(address: str = "") -> Iterator[None]:
    """Work in such an environment until the end of the block, and put everything back.

    With an address, that is where every service is, and the proxy as well: a name that is not the stand-in's is never
    looked up, and a request to it gets no further than this machine.
    """
    before = dict(os.environ)
    way = {"AWS_ENDPOINT_URL": address, "HTTP_PROXY": address, "HTTPS_PROXY": address} if address else {}
    try:
        _become(nobodys(before) | way)
        yield
    finally:
        _become(before)


def _become(wanted: Mapping[str, str]) -> None:
    for name in set(os.environ) - set(wanted):
        del os.environ[name]
    os.environ.update(wanted)
