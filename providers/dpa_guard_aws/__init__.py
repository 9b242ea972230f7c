"""AWS, live: every account and region of an organisation, and every place its resources are in."""

from __future__ import annotations

from collections.abc import Iterable

from dpa_guard import Provider, hookimpl
from dpa_guard_aws.provider import AwsProvider

__all__ = ["AwsProvider", "add_providers"]


@hookimpl
def add_providers() -> Iterable[Provider]:
    """Return the reader of AWS accounts."""
    return [AwsProvider()]
