"""The fields of the JSON report, ``dpa-guard/assessment/1``: one struct per object, in the order they are written.

A field, once published, keeps its meaning; ``schemas/assessment-1.schema.json`` says the same to other programs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Raw, Struct

from dpa_guard.model import Status, Verdict

__all__ = [
    "AgreementNamed",
    "AssumptionShape",
    "CoverageShape",
    "ErrorShape",
    "FindingShape",
    "GapShape",
    "Head",
    "InputShape",
    "LocationShape",
    "NoteShape",
    "PartyShape",
    "ReasonShape",
    "ResourceShape",
    "Tail",
]


class AgreementNamed(Struct):
    id: str
    sha256: str


class InputShape(Struct):
    label: str
    kind: str
    commitment: str
    salt: str


class AssumptionShape(Struct):
    source: str
    cloud: str
    region: str
    origin: str


class ErrorShape(Struct):
    code: str
    input: str
    """The label; "" where the mistake is not in an input."""
    text: str


class ResourceShape(Struct, gc=False, rename={"class_": "class"}):
    id: str
    instance: str | None
    kind: str
    service: str
    class_: str
    provider: str
    partition: str
    account: str
    source: str


class PartyShape(Struct, gc=False):
    identifier: str
    vendor: str | None
    register_id: str | None


class LocationShape(Struct, gc=False):
    role: str
    code: str | None
    countries: tuple[str, ...]
    extent: str
    basis: str


class ReasonShape(Struct):
    code: str
    params: Mapping[str, str]
    text: str


class FindingShape(Struct, gc=False):
    rule: str
    article: str
    verdict: Verdict
    resource: ResourceShape | None
    party: PartyShape | None
    locations: Raw
    """A list of LocationShape."""
    reason: Raw
    """A ReasonShape."""
    cure: str | None


class NoteShape(Struct):
    kind: str
    subject: str
    params: Mapping[str, str]
    text: str


class GapShape(Struct):
    scope: str
    reason: ReasonShape


class CoverageShape(Struct):
    scope: str
    account: str
    region: str
    services: Mapping[str, Status]
    source: str


class Head(Struct):
    """What comes before the findings."""

    schema: str
    exit_code: int
    kind: str
    agreement: AgreementNamed | None
    taken_at: str | None
    inputs: list[InputShape]
    assumptions: list[AssumptionShape]
    errors: list[ErrorShape]


class Tail(Struct):
    """What comes after them."""

    notes: list[NoteShape]
    gaps: list[GapShape]
    coverage: list[CoverageShape]
    counts: Mapping[str, Mapping[Verdict, int]]
    evidence: Mapping[str, Any] | None
