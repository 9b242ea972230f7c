"""Article 3.1: data stay in the European Union, unless the controller consented in writing."""

from __future__ import annotations

from collections.abc import Iterable

from dpa_guard.hookspecs import Check, hookimpl


@hookimpl
def add_checks() -> Iterable[Check]:
    """Return the check of article 3.1."""
    from dpa_guard_transfers.check import TransferOutsideEu

    return [TransferOutsideEu()]
