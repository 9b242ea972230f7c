"""Addresses that take the place of AWS's own: what another server answers is no fact about the estate.

The SDK takes them from ``AWS_ENDPOINT_URL`` and ``AWS_ENDPOINT_URL_<SERVICE>``, and from ``endpoint_url`` in its
configuration file. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

__all__ = ["addresses_elsewhere"]

_OWN = (".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws", ".api.amazonwebservices.com.cn")

_LABELS = 3
"""Before that: a service, sometimes in two words, and a region."""
_RENTED = re.compile(r"(compute(-1)?|elb|execute-api|s3-website.*|vpce-svc-.*)\Z")


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
            if address and not _is_of_aws(host := _host(address)):
                found.setdefault(host, []).append(service)
    except BotoCoreError:
        return {}  # a profile or a file that is not there: said where the credentials are asked for
    return found


def _is_of_aws(host: str) -> bool:
    """Does AWS itself answer there? Customers answer at names below its own too: servers, load balancers, buckets."""
    name = host.partition(":")[0]
    end = next((end for end in _OWN if f".{name}".endswith(end)), None)
    if end is None:
        return False
    labels = f".{name}".removesuffix(end).strip(".").split(".")
    if any(_RENTED.match(label) for label in labels):
        return False
    return labels[-1] == "vpce" or (len(labels) <= _LABELS and "s3" not in labels[1:])


def _host(address: str) -> str:
    """Return ``host`` or ``host:port``."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port and parts.port != 443 else ""
    except ValueError:
        return "(not an address)"
    return f"{parts.hostname}{port}" if parts.hostname else "(not an address)"
