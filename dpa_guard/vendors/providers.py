"""What a Terraform provider manages: a cloud, a vendor's service, one's own servers, or nothing that lasts."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal, cast

from dpa_guard.gazetteer.table import Table

ProviderClass = Literal["cloud", "utility", "self-hosted", "vendor"]
"""``cloud`` has region tables; ``utility`` makes nothing; ``self-hosted`` is wherever its host is; else ``vendor``."""

_REGISTRIES = ("registry.terraform.io/", "registry.opentofu.org/", "terraform.io/")


@cache
def provider_class(source: str) -> ProviderClass:
    """Return the class of a provider source (``namespace/type``, a full address, or a bare name of Terraform 0.12)."""
    row = _row(source)
    return cast(ProviderClass, row["class"]) if row else "vendor"


@cache
def cloud_of(source: str) -> str | None:
    """Return ``aws``, ``azure`` or ``gcp`` for the providers of a cloud, None for all others."""
    row = _row(source)
    return row["cloud"] or None if row else None


def provider_name(source: str) -> str:
    """Return a provider source as ``namespace/type`` in lower case; another registry's host stays in front."""
    name = source.lower()
    for registry in _REGISTRIES:
        name = name.removeprefix(registry)
    return name if "/" in name else f"hashicorp/{name}"


def _row(source: str) -> dict[str, str] | None:
    return next(iter(_classes().rows(provider_name(source))), None)


@cache
def _classes() -> Table:
    text = files("dpa_guard.vendors").joinpath("data", "provider-classes.csv").read_text(encoding="utf-8")
    return Table(text)
