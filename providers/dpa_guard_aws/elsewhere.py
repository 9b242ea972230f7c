"""Addresses that take the place of AWS's own: what another server answers is no fact about the estate.

The SDK takes them from ``AWS_ENDPOINT_URL`` and ``AWS_ENDPOINT_URL_<SERVICE>``, and from ``endpoint_url`` in its
configuration file. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

__all__ = ["addresses_elsewhere"]

_OWN = (".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws", ".api.amazonwebservices.com.cn")


def addresses_elsewhere(profile: str, services: Iterable[str]) -> dict[str, list[str]]:
    """Return host and port → services, for every configured address that is not one of AWS; interface endpoints are.

    An address may hold a password: it is never returned whole.
    """
    from botocore.configprovider import ConfiguredEndpointProvider
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session

    session = Session(profile=profile or None)
    found: dict[str, list[str]] = {}
    try:
        if session.get_config_variable("ignore_configured_endpoint_urls"):
            return {}
        whole, scoped = session.full_config, session.get_scoped_config()
        for service in sorted(set(services)):
            address = ConfiguredEndpointProvider(whole, scoped, service).provide()
            if address and not f".{(host := _host(address))}".endswith(_OWN):
                found.setdefault(host, []).append(service)
    except BotoCoreError:
        return {}  # a profile or a file that is not there: said where the credentials are asked for
    return found


def _host(address: str) -> str:
    """Return ``host`` or ``host:port``."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port and parts.port != 443 else ""
    except ValueError:
        return "(not an address)"
    return f"{parts.hostname}{port}" if parts.hostname else "(not an address)"
