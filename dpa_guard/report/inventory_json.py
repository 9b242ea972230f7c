"""The inventory for machines: ``dpa-guard/inventory/1``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from dpa_guard.errors import DpaGuardError
from dpa_guard.model import Inventory
from dpa_guard.report.inventory import PartyRow, parties, places
from dpa_guard.report.json_report import in_utc
from dpa_guard.report.prose import Prose
from dpa_guard.report.run import in_one_line

__all__ = ["document"]

SCHEMA = "dpa-guard/inventory/1"


def document(inventory: Inventory | None, errors: Sequence[DpaGuardError], exit_code: int, prose: Prose) -> bytes:
    """Return the inventory as one line of JSON; None where there is none, and the errors say why."""
    head: dict[str, Any] = {"schema": SCHEMA, "exit_code": exit_code}
    told: list[dict[str, str]] = [{"code": one.code, "input": "", "text": in_one_line(one)} for one in errors]
    if inventory is None:
        rest: dict[str, Any] = {"kind": "plan", "taken_at": None, "inputs": [], "assumptions": [], "errors": told}
        return msgspec.json.encode({**head, **rest, "places": [], "third_parties": [], "notes": [], "gaps": []}) + b"\n"
    told += [
        {"code": one.code, "input": one.input, "text": prose("refusal", one.code, one.params)}
        for one in inventory.refusals
    ]
    body = {
        **head,
        "kind": inventory.kind,
        "taken_at": in_utc(inventory.taken_at),
        "inputs": [{"label": one.label, "kind": one.kind} for one in inventory.inputs],
        "assumptions": inventory.assumptions,
        "errors": told,
        "places": places(inventory),
        "third_parties": [_party(row) for row in parties(inventory)],
        "notes": [
            {
                "kind": note.kind,
                "subject": note.subject,
                "params": note.params,
                "text": prose("note", note.kind, note.params),
            }
            for note in inventory.notes
        ],
        "gaps": [
            {
                "scope": gap.scope,
                "reason": {
                    "code": gap.reason_code,
                    "params": gap.detail,
                    "text": prose("gap", gap.reason_code, gap.detail),
                },
            }
            for gap in inventory.gaps
        ],
    }
    return msgspec.json.encode(body) + b"\n"


def _party(row: PartyRow) -> dict[str, Any]:
    sites = [{"code": site.code, "countries": site.countries, "extent": site.extent} for site in row.sites]
    return {
        "identifier": row.identifier,
        "vendor": row.vendor,
        "mechanisms": row.mechanisms,
        "objects": row.objects,
        "sites": sites,
    }
