"""What a kind of resource does with data, and which of the cloud's services it belongs to."""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from dpa_guard.gazetteer.table import table
from dpa_guard.model import Class

__all__ = ["Kind", "kind_of"]


class Kind(Struct, frozen=True, gc=False):
    """One row of ``data/kinds.csv``."""

    kind: str
    """The provider's type name, e.g. ``aws_s3_bucket``."""
    service: str
    """The cloud's own API name, e.g. ``s3``, ``storage``; "" where no cloud is involved."""
    class_: Class
    reason: str
    """Why the kind is judged by nothing of its own; "" unless ``class_`` is ``configures`` or ``nothing``.

    ``kind-<reason>`` is a reason code with prose.
    """


@cache
def services() -> frozenset[str]:
    """Return every service that a kind belongs to."""
    return frozenset(row["service"] for row in table("kinds").all_rows() if row["service"])


@cache
def kind_of(name: str) -> Kind | None:
    """Return the row of a resource type by its exact name; None: the type has no row and nothing is known of it."""
    rows = table("kinds").rows(name)
    if not rows:
        return None
    row = rows[0]
    return Kind(row["kind"], row["service"], row["class"], row["reason"])  # type: ignore[arg-type]  # a test holds the column to the five classes
