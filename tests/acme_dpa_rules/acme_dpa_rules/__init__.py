"""Acme's own rule and provider for dpa-guard."""

from __future__ import annotations

from collections.abc import Iterable

from acme_dpa_rules.logs import LogsInGermany
from acme_dpa_rules.racks import Racks
from dpa_guard import Check, Provider, hookimpl


@hookimpl
def add_checks() -> Iterable[Check]:
    """Return the rule on logs."""
    return [LogsInGermany()]


@hookimpl
def add_providers() -> Iterable[Provider]:
    """Return the provider that lists our own racks."""
    return [Racks()]
