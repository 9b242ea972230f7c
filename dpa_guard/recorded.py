"""What an assessment leaves in the evidence log: one record per fact, as codes with parameters, never prose.

The objects are those of the JSON report (``dpa_guard.report.json_shape``) without what is rendered per language, so
that a record can be held against the report of its run. ``docs/evidence-format.md`` lists the fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dpa_guard.assessment import Assessment
from dpa_guard.model import Coverage, Engagement, Finding, Gap, Input, Location, Note, Party, Resource

__all__ = ["Record", "records_of", "verdicts_of"]

Record = tuple[str, Mapping[str, Any]]
"""The event, and its fields."""


def records_of(assessment: Assessment) -> Iterator[Record]:
    """Yield everything an assessment says, in the order it is recorded: what was seen, then what follows from it."""
    inventory = assessment.inventory
    for given in inventory.inputs:
        yield "input", _input(given)
    for refusal in inventory.refusals:
        yield "gap", {"scope": refusal.input, "reason": {"code": refusal.code, "params": dict(refusal.params)}}
    for row in inventory.coverage:
        yield "coverage", _coverage(row)
    places = _Places()
    for engagement in inventory.engagements:
        yield "engagement", _engagement(engagement, places)
    for finding in assessment.findings:
        yield "finding", _finding(finding, places)
    for gap in assessment.gaps:
        yield "gap", _gap(gap)
    for note in assessment.notes:
        yield "note", _note(note)


def verdicts_of(assessment: Assessment) -> dict[str, dict[str, int]]:
    """Return rule → verdict → findings, as ``run.end`` carries them."""
    return {rule: {str(verdict): n for verdict, n in of_rule.items()} for rule, of_rule in assessment.counts.items()}


class _Places:
    """Lists of places, each distinct one written out once; findings share them."""

    def __init__(self) -> None:
        self._written: dict[int, tuple[tuple[Location, ...], list[dict[str, Any]]]] = {}

    def __call__(self, locations: tuple[Location, ...]) -> list[dict[str, Any]]:
        known = self._written.get(id(locations))  # by identity, as the tuple is kept: comparing costs more
        if known is None:
            known = self._written[id(locations)] = (locations, [_location(one) for one in locations])
        return known[1]


def _input(given: Input) -> dict[str, Any]:
    return {"label": given.label, "kind": given.kind, "commitment": given.commitment}


def _coverage(row: Coverage) -> dict[str, Any]:
    return {
        "scope": row.scope,
        "account": row.account,
        "region": row.region,
        "services": dict(row.services),
        "source": row.source,
    }


def _engagement(engagement: Engagement, places: _Places) -> dict[str, Any]:
    return {
        "resource": engagement.resource,
        "mechanism": engagement.mechanism,
        "direction": engagement.direction,
        "identifier": engagement.identifier,
        "strength": engagement.strength,
        "locations": places(engagement.locations),
        "source": engagement.source,
    }


def _finding(finding: Finding, places: _Places) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "article": finding.article,
        "verdict": finding.verdict,
        "resource": None if finding.resource is None else _resource(finding.resource),
        "party": None if finding.party is None else _party(finding.party),
        "locations": places(finding.locations),
        "reason": {"code": finding.reason_code, "params": finding.params},
        "cure": finding.cure,
    }


def _resource(resource: Resource) -> dict[str, Any]:
    told = {"told_by": list(resource.told_by)} if resource.told_by else {}
    return {
        **told,
        "id": resource.id,
        "instance": resource.instance,
        "kind": resource.kind,
        "service": resource.service,
        "class": resource.class_,
        "provider": resource.provider,
        "partition": resource.partition,
        "account": resource.account,
        "source": resource.source,
    }


def _party(party: Party) -> dict[str, Any]:
    return {"identifier": party.identifier, "vendor": party.vendor, "register_id": party.register_id}


def _location(place: Location) -> dict[str, Any]:
    return {
        "role": place.role,
        "code": place.code,
        "countries": list(place.countries),
        "extent": place.extent,
        "basis": place.basis,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {"scope": gap.scope, "reason": {"code": gap.reason_code, "params": dict(gap.detail)}}


def _note(note: Note) -> dict[str, Any]:
    return {"kind": note.kind, "subject": note.subject, "params": dict(note.params)}
