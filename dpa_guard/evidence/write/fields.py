"""The only fields a record may have: one type per event. What is not named here refuses the record.

An allow-list, never a filter: a new field of the report reaches the evidence when somebody enters it here, so a value
of a plan cannot get in by accident. ``docs/evidence-format.md`` lists the same fields for readers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from dpa_guard.evidence.errors import EvidenceError

__all__ = ["allowed"]

Params = dict[str, str]


class _Fields(Struct, forbid_unknown_fields=True, kw_only=True, gc=False):
    """What every record has."""

    event: str
    run: str
    seq: int
    time: str
    v: int


class _Reason(Struct, forbid_unknown_fields=True, gc=False):
    code: str
    params: Params


class _Location(Struct, forbid_unknown_fields=True, gc=False):
    role: str
    code: str | None
    countries: list[str]
    extent: str
    basis: str


class _Resource(Struct, forbid_unknown_fields=True, gc=False, omit_defaults=True, rename={"class_": "class"}):
    id: str
    instance: str | None
    kind: str
    service: str
    class_: str
    provider: str
    partition: str
    account: str
    source: str
    told_by: list[str] = []


class _Party(Struct, forbid_unknown_fields=True, gc=False):
    identifier: str
    vendor: str | None
    register_id: str | None


class _Agreement(Struct, forbid_unknown_fields=True):
    id: str
    sha256: str


class _Document(Struct, forbid_unknown_fields=True):
    file: str
    sha256: str | None
    at_hand: str


class _Versions(Struct, forbid_unknown_fields=True):
    dpa_guard: str
    gazetteer: str
    extensions: dict[str, str]


class _Tree(Struct, forbid_unknown_fields=True):
    size: int
    root: str


class _Start(_Fields):
    kind: str
    tree: _Tree
    agreement: _Agreement
    documents: list[_Document]
    versions: _Versions
    scope: list[str]
    assume: dict[str, str]
    allow_incomplete: str


class _Input(_Fields):
    label: str
    kind: str
    commitment: str


class _Finding(_Fields):
    rule: str
    article: str
    verdict: str
    resource: _Resource | None
    party: _Party | None
    locations: list[_Location]
    reason: _Reason
    cure: str


class _Engagement(_Fields):
    resource: str
    mechanism: str
    direction: str
    identifier: str
    strength: str
    locations: list[_Location]
    source: str


class _Coverage(_Fields):
    scope: str
    account: str
    region: str
    services: dict[str, str]
    source: str


class _Gap(_Fields):
    scope: str
    reason: _Reason


class _Note(_Fields):
    kind: str
    subject: str
    params: Params


class _End(_Fields):
    records: int
    counts: dict[str, int]
    verdicts: dict[str, dict[str, int]]
    exit_code: int


class _Aborted(_Fields):
    records: int
    torn_bytes: int
    reason: str


_TYPES: dict[str, type[_Fields]] = {
    "run.start": _Start,
    "input": _Input,
    "finding": _Finding,
    "engagement": _Engagement,
    "coverage": _Coverage,
    "gap": _Gap,
    "note": _Note,
    "run.end": _End,
    "run.aborted": _Aborted,
}
"""The events a run writes; the other events of the closed list belong to keys, anchors and erasure."""


def allowed(record: Mapping[str, Any]) -> Struct:
    """Return a record as the type of its event.

    Raises EvidenceError ``record-event`` and ``record-field``, naming the field and never a value: a field that is not
    known, one that is missing, and one of another type than it must have.
    """
    event = record.get("event")
    try:
        return msgspec.convert(record, _TYPES[event])  # type: ignore[index]  # None is no event either
    except (KeyError, TypeError):
        raise EvidenceError("record-event", f"expected one of {', '.join(_TYPES)}, found another event") from None
    except msgspec.ValidationError as error:
        raise EvidenceError(
            "record-field", f"a record of the event {event} is refused: {_without_value(str(error))}"
        ) from None


def _without_value(message: str) -> str:
    """Return what the validator says of types and fields; its message may quote a value only for enumerations."""
    if message.startswith("Invalid"):
        return "a value that is not of the closed list" + message[message.rfind(" - at ") :]
    return message[0].lower() + message[1:]
