"""One small decoder per resource type: only the attributes that tell a place are read, all else is skipped."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import itemgetter
from typing import Any

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import astuple

from dpa_guard.gazetteer.attributes import Attribute, attributes_of, location_like_paths
from dpa_guard.gazetteer.kinds import Kind, kind_of
from dpa_guard.gazetteer.types import placing

_ABSENT = Raw(b"")
_ALWAYS = ("arn", "id", "project", "region", "zone", "location", "availability_zone", "availability_zone_id", "bucket")
"""Read of every type; the first three name the object's own account and region."""
_NAMES_ANOTHER = frozenset(
    {"aws_cloudwatch_event_target", "aws_lakeformation_resource", "aws_acm_certificate_validation"}
)
"""Types whose ``arn`` is an argument."""
_OWN = frozenset({"arn", "id", "project", "bucket"})


class TypeReader(Struct, frozen=True):
    """What is known about one resource type, and the decoder of its place-telling attributes."""

    kind: str
    row: Kind | None
    placing: frozenset[str] | None
    attributes: tuple[Attribute, ...]
    not_understood: tuple[tuple[str, ...], ...]
    """Location-like paths of the type's schema that the catalogue has no row for."""
    names: tuple[str, ...]
    """Top-level attributes that are read; the fields of ``decoder``'s struct, in order."""
    decoder: Any
    shared: Callable[[tuple[bytes, ...]], tuple[bytes, ...]]
    """Picks the values that place a thing; those that only tell one object from another are left out."""
    arn_is_own: bool
    """Is ``arn`` what the provider names the object itself by, and not an argument that names another?"""
    marks: tuple[bytes, ...]
    """``names`` as JSON spells them, to look for in raw text."""

    @property
    def service(self) -> str:
        return self.row.service if self.row else ""

    def raw_values(self, raw: Raw) -> tuple[bytes, ...]:
        """Return the raw JSON of each of ``names``; b"" where it is absent.

        Raises ``msgspec.DecodeError`` where the values are no object.
        """
        return tuple(map(bytes, astuple(self.decoder.decode(raw))))


@cache
def reader_of(kind: str) -> TypeReader:
    """Return the reader of a resource type; types nobody has heard of have one too."""
    attributes = attributes_of(kind)
    catalogued = {plain(attribute.path) for attribute in attributes}
    like = sorted(location_like_paths(kind))
    rest = tuple(
        steps for path in like if (steps := plain(path.split("."))) not in catalogued and not _generic(kind, steps)
    )
    names = dict.fromkeys(_ALWAYS)
    names.update(dict.fromkeys(plain(attribute.path)[0] for attribute in attributes if attribute.role != "none"))
    names.update(dict.fromkeys(steps[0] for steps in rest))
    usable = tuple(name for name in names if name.isidentifier())
    own = _OWN - {plain(attribute.path)[0] for attribute in attributes} - {steps[0] for steps in rest}
    shape = msgspec.defstruct("Values", [(name, Raw, _ABSENT) for name in usable], gc=False)
    return TypeReader(
        kind,
        kind_of(kind),
        placing(kind),
        attributes,
        rest,
        usable,
        msgspec.json.Decoder(shape),
        itemgetter(*(position for position, name in enumerate(usable) if name not in own)),
        kind not in _NAMES_ANOTHER and ("arn",) not in catalogued,
        tuple(f'"{name}"'.encode() for name in usable),
    )


def plain(path: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Return the steps of a path without the marks of lists."""
    return tuple(step.removesuffix("[]") for step in path)


_COMMON = {"aws": ("region",), "google": ("region", "zone", "location"), "azurerm": ("location", "zone")}
"""What every reading of a cloud's types handles (an Azure zone is a number within the region)."""


def _generic(kind: str, steps: tuple[str, ...]) -> bool:
    """Is it a top-level attribute that every reading of this cloud's types handles?"""
    return len(steps) == 1 and steps[0] in _COMMON.get(kind.split("_", 1)[0], ())
