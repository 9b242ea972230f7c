"""Terraform and OpenTofu: what a plan will leave behind, and what a state holds, with every place it is in."""

from __future__ import annotations

from collections.abc import Iterable

from dpa_guard import Provider, hookimpl
from dpa_guard_terraform.provider import TerraformProvider

__all__ = ["TerraformProvider", "add_providers"]


@hookimpl
def add_providers() -> Iterable[Provider]:
    """Return the reader of plans and states."""
    return [TerraformProvider()]
