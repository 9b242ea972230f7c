"""The report for machines: ``dpa-guard/assessment/1``, or ``dpa-guard/assessments/1`` for several agreements.

It is made in pieces, so that 50,000 findings are never held as one text. Reasons and places are written once per
distinct value and copied; that is what makes it fast.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Raw

from dpa_guard.assessment import Assessment, exit_code_of
from dpa_guard.model import Finding, Gap, Location, Note, Party, Refusal, Resource
from dpa_guard.report import json_shape as shape
from dpa_guard.report.prose import Prose
from dpa_guard.report.run import Run, in_one_line

__all__ = ["document"]

SCHEMA = "dpa-guard/assessment/1"
SEVERAL = "dpa-guard/assessments/1"
_AT_ONCE = 1000
"""Findings encoded in one piece."""

_encode = msgspec.json.encode


def document(run: Run, prose: Prose) -> Iterator[bytes]:
    """Yield the report in pieces of UTF-8; together they are one line of JSON with its line end."""
    if len(run.assessments) > 1:
        head = {"schema": SEVERAL, "exit_code": run.exit_code}
        yield _encode(head)[:-1] + b',"assessments":['
        for number, assessment in enumerate(run.assessments):
            yield b"," if number else b""
            own = exit_code_of(
                [assessment],
                allow_incomplete=bool(run.allow_incomplete),
                evidence_failed=run.evidence_missing and assessment.agreement.id not in run.recorded,
            )
            yield from _assessment(assessment, own, run, prose)
        yield b"]}"
    elif run.assessments:
        yield from _assessment(run.assessments[0], run.exit_code, run, prose)
    else:
        head_only = shape.Head(SCHEMA, run.exit_code, run.kind, None, None, [], [], _errors(run, None, (), prose))
        yield from _joined(head_only, iter(()), shape.Tail([], [], [], {}, None))
    yield b"\n"


def _assessment(assessment: Assessment, exit_code: int, run: Run, prose: Prose) -> Iterator[bytes]:
    agreement, inventory = assessment.agreement, assessment.inventory
    head = shape.Head(
        SCHEMA,
        exit_code,
        inventory.kind,
        shape.AgreementNamed(agreement.id, agreement.sha256),
        in_utc(inventory.taken_at),
        [shape.InputShape(one.label, one.kind, one.commitment, one.salt) for one in inventory.inputs],
        [shape.AssumptionShape(one.source, one.cloud, one.region, one.origin) for one in inventory.assumptions],
        _errors(run, agreement.id, inventory.refusals, prose),
    )
    tail = shape.Tail(
        [_note(note, prose) for note in assessment.notes],
        [_gap(gap, prose) for gap in assessment.gaps],
        [
            shape.CoverageShape(row.scope, row.account, row.region, row.services, row.source)
            for row in inventory.coverage
        ],
        assessment.counts,
        _evidence(run, agreement.id),
    )
    yield from _joined(head, Findings(prose).pieces(assessment.findings), tail)


def _evidence(run: Run, agreement: str) -> dict[str, str | int] | None:
    recorded = run.recorded.get(agreement)
    return None if recorded is None else {"log": recorded.log, "size": recorded.size, "root": recorded.root}


def _joined(head: shape.Head, findings: Iterator[bytes], tail: shape.Tail) -> Iterator[bytes]:
    yield _encode(head)[:-1] + b',"findings":['
    yield from findings
    yield b"]," + _encode(tail)[1:]


class Findings:
    """Writes findings, each distinct reason and list of places once."""

    def __init__(self, prose: Prose) -> None:
        self._prose = prose
        self._reasons: dict[tuple[str, tuple[tuple[str, str], ...]], Raw] = {}
        self._places: dict[int, tuple[tuple[Location, ...], Raw]] = {}

    def pieces(self, findings: Sequence[Finding]) -> Iterator[bytes]:
        """Yield the findings as the inside of a JSON list."""
        for start in range(0, len(findings), _AT_ONCE):
            yield b"," if start else b""
            yield _encode([self._finding(one) for one in findings[start : start + _AT_ONCE]])[1:-1]

    def _finding(self, finding: Finding) -> shape.FindingShape:
        return shape.FindingShape(
            finding.rule,
            finding.article,
            finding.verdict,
            None if finding.resource is None else _resource(finding.resource),
            None if finding.party is None else _party(finding.party),
            self._locations(finding.locations),
            self._reason(finding.reason_code, finding.params),
            self._prose("cure", finding.cure, finding.params) if finding.cure else None,
        )

    def _reason(self, code: str, params: Mapping[str, str]) -> Raw:
        key = (code, tuple(params.items()))
        written = self._reasons.get(key)
        if written is None:
            reason = shape.ReasonShape(code, params, self._prose("reason", code, params))
            written = self._reasons[key] = Raw(_encode(reason))
        return written

    def _locations(self, locations: tuple[Location, ...]) -> Raw:
        # By identity: comparing places costs more than writing them. The tuple is kept, so that its identity stays.
        known = self._places.get(id(locations))
        if known is None:
            shapes = [
                shape.LocationShape(place.role, place.code, place.countries, place.extent, place.basis)
                for place in locations
            ]
            known = self._places[id(locations)] = (locations, Raw(_encode(shapes)))
        return known[1]


def in_utc(moment: datetime) -> str:
    """Return a moment as RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _resource(resource: Resource) -> shape.ResourceShape:
    return shape.ResourceShape(
        resource.id,
        resource.instance,
        resource.kind,
        resource.service,
        resource.class_,
        resource.provider,
        resource.partition,
        resource.account,
        resource.source,
    )


def _party(party: Party) -> shape.PartyShape:
    return shape.PartyShape(party.identifier, party.vendor, party.register_id)


def _note(note: Note, prose: Prose) -> shape.NoteShape:
    return shape.NoteShape(note.kind, note.subject, note.params, prose("note", note.kind, note.params))


def _gap(gap: Gap, prose: Prose) -> shape.GapShape:
    text = prose("gap", gap.reason_code, gap.detail)
    return shape.GapShape(gap.scope, shape.ReasonShape(gap.reason_code, gap.detail, text))


def _errors(run: Run, agreement: str | None, refusals: Sequence[Refusal], prose: Prose) -> list[shape.ErrorShape]:
    required = run.evidence_missing and agreement not in run.recorded
    return [
        *([shape.ErrorShape("evidence-required", "", prose.word("required-not-recorded"))] if required else []),
        *(shape.ErrorShape(error.code, "", in_one_line(error)) for error in run.errors),
        *(shape.ErrorShape(one.code, one.input, prose("refusal", one.code, one.params)) for one in refusals),
    ]
