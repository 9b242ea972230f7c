"""A recorded run in outline: the verdict of each subject, what was not looked at, and the findings worth telling."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct, field

from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.read.records import Log
from dpa_guard.evidence.verify.files import RunFile

__all__ = ["BAD", "Finding", "Gap", "Key", "Outline", "head_of", "outline_of"]

BAD = frozenset({"fail", "unknown"})
Key = tuple[str, str, str, str]
"""Rule, and the subject: source, id and instance of a resource, or a party's identifier."""


class _Reason(Struct):
    code: str = ""
    params: dict[str, str] = field(default_factory=dict)


class _Resource(Struct):
    id: str = ""
    instance: str | None = None
    source: str = ""


class _Party(Struct):
    identifier: str = ""
    vendor: str | None = None


class _Place(Struct):
    code: str | None = None
    countries: list[str] = field(default_factory=list)
    extent: str = ""


class Finding(Struct):
    """A finding as the log holds it."""

    rule: str = ""
    article: str = ""
    verdict: str = ""
    resource: _Resource | None = None
    party: _Party | None = None
    locations: list[_Place] = field(default_factory=list)
    reason: _Reason = field(default_factory=_Reason)
    cure: str = ""

    @property
    def key(self) -> Key:
        """What makes it the same finding in another run."""
        if self.resource is not None:
            return self.rule, self.resource.source, self.resource.id, self.resource.instance or ""
        return self.rule, "", self.party.identifier if self.party else "", ""

    @property
    def subject(self) -> str:
        """The name of what it is about; "" for the estate as a whole."""
        if self.resource is not None:
            return f"{self.resource.id} ({self.resource.instance})" if self.resource.instance else self.resource.id
        if self.party is None:
            return ""
        return f"{self.party.vendor} ({self.party.identifier})" if self.party.vendor else self.party.identifier

    @property
    def places(self) -> str:
        """Its places with their countries, as prose takes them."""
        written = [
            " ".join(part for part in (place.code, f"({'/'.join(place.countries) or place.extent})") if part)
            for place in self.locations
        ]
        return ", ".join(dict.fromkeys(written))


class Gap(Struct, frozen=True):
    """Something that was not looked at."""

    scope: str
    code: str
    params: tuple[tuple[str, str], ...]


class Outline(Struct):
    """What is needed of a run to compare it with another."""

    run: str
    began: str = ""
    kind: str = ""
    agreement: str = ""
    scopes: tuple[str, ...] = ()
    whole: bool = False
    exit_code: int = 0
    verdicts: dict[Key, str] = field(default_factory=dict)
    bad: dict[Key, Finding] = field(default_factory=dict)
    gaps: dict[Gap, None] = field(default_factory=dict)
    """In the order they were recorded."""
    missed: dict[str, str] | None = None
    """The params of the note that runs were missed before this one."""

    @property
    def looked_at(self) -> tuple[str, tuple[str, ...]]:
        """What makes two runs comparable: their kind and their scopes."""
        return self.kind, self.scopes


class _Event(Struct):
    event: str = ""
    time: str = ""
    kind: str = ""


class _Gap(Struct):
    scope: str = ""
    reason: _Reason = field(default_factory=_Reason)


class _End(Struct):
    exit_code: int = 0


class _Note(Struct):
    params: dict[str, str] = field(default_factory=dict)


def outline_of(log: Log, file: RunFile) -> Outline:
    """Return a run in outline; raises EvidenceError where its file cannot be read."""
    found = Outline(file.run)
    for line in log.lines(file):
        try:
            _take(found, line.data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise EvidenceError("record-form", f"record {line.index}: it is none that this tool writes") from None
    return found


def head_of(log: Log, file: RunFile) -> Outline:
    """Return what the first record of a run says, and nothing else of it."""
    found = Outline(file.run)
    first = next(log.lines(file), None)
    if first is not None:
        _start(found, first.record())
    return found


def _take(found: Outline, line: bytes) -> None:
    event = msgspec.json.decode(line, type=_Event)
    match event.event:
        case "finding":
            finding = msgspec.json.decode(line, type=Finding)
            found.verdicts[finding.key] = finding.verdict
            if finding.verdict in BAD:
                found.bad[finding.key] = finding
        case "gap":
            gap = msgspec.json.decode(line, type=_Gap)
            found.gaps[Gap(gap.scope, gap.reason.code, tuple(sorted(gap.reason.params.items())))] = None
        case "note" if event.kind == "run-missed":
            found.missed = msgspec.json.decode(line, type=_Note).params
        case "run.start":
            _start(found, msgspec.json.decode(line))
        case "run.end":
            found.whole, found.exit_code = True, msgspec.json.decode(line, type=_End).exit_code


def _start(found: Outline, record: dict[str, Any]) -> None:
    found.began, found.kind = str(record.get("time", "")), str(record.get("kind", ""))
    found.scopes = tuple(sorted(map(str, record.get("scope") or ())))
    agreement = record.get("agreement")
    found.agreement = str(agreement.get("id", "")) if isinstance(agreement, dict) else ""
