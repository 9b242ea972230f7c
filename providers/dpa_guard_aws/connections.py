"""The connections of all clients: one set for those that take the same way out.

The SDK gives each client a set of its own. Together they would hold open as many connections as there are services,
regions and threads, and to make one, with its certificates, costs more than a request.
"""

from __future__ import annotations

from typing import Any
from urllib.request import getproxies, getproxies_environment

__all__ = ["Connections", "is_same_way_everywhere"]

_HOSTS = 24
"""Connections to so many hosts are kept; calls come service by service and region by region."""

_Way = tuple[tuple[str, str], ...]


class Connections:
    """Gives clients that take the same way out the same connections."""

    def __init__(self) -> None:
        self._shared: dict[_Way, Any] = {}

    def share(self, client: Any) -> None:
        """Have a client use the connections of those before it; all else about them is the session's, and the same."""
        from botocore.utils import get_environ_proxies

        way = tuple(sorted(get_environ_proxies(client.meta.endpoint_url).items()))
        if way not in self._shared:
            own = client._endpoint.http_session
            own._manager.pools = type(own._manager.pools)(_HOSTS)
            self._shared[way] = own
        client._endpoint.http_session = self._shared[way]


def is_same_way_everywhere() -> bool:
    """Do requests to all hosts take the same way out: none by a proxy, or each?"""
    configured = getproxies()
    return not configured.keys() - {"no"} or (bool(getproxies_environment()) and "no" not in configured)
