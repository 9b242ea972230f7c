"""Which arguments of a resource type's schema can place it: whether a provider's default region or zone applies."""

from __future__ import annotations

from functools import cache

from dpa_guard.gazetteer.table import table

__all__ = ["placing"]


@cache
def placing(kind: str) -> frozenset[str] | None:
    """Return the placing flags of a resource type of the AWS, Google or Azure provider; None: no such type is known.

    AWS: ``region`` (the provider's region is the default) or ``global`` (there is no region to take). Google: which of
    ``region``, ``zone``, ``location`` the type has, with ``?`` where it may be left out (for ``region?`` and ``zone?``
    the provider's default then applies), or ``none``. Azure: ``location``, or ``none`` for what its parent places.
    """
    rows = table("types").rows(kind)
    return frozenset(rows[0]["placing"].split()) if rows else None
