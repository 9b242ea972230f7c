"""Which services an argument of the AWS provider's ``endpoints`` block moves to somebody else's servers.

The provider knows several names for one service (``elbv2``, ``elasticloadbalancingv2``); kinds name it by its endpoint
prefix. https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/custom-service-endpoints
"""

from __future__ import annotations

from functools import cache

from dpa_guard.gazetteer.table import table

__all__ = ["services_behind"]


@cache
def services_behind(name: str) -> frozenset[str] | None:
    """Return the services, as ``kinds.csv`` spells them, behind an argument's name; empty: none that has kinds.

    None where the name is not known: any service may be meant.
    """
    rows = table("aws-endpoints").rows(name)
    return frozenset(filter(None, rows[0]["services"].split(";"))) if rows else None
