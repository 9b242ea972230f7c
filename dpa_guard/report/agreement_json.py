"""What ``agreement check`` prints for a machine: schema ``dpa-guard/agreement-check/1``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from dpa_guard.agreement import Agreement
from dpa_guard.agreement_summary import consent, forbidden_since, rule_uses
from dpa_guard.clauses import CLAUSES
from dpa_guard.config import Settings
from dpa_guard.documents import named_documents
from dpa_guard.errors import DpaGuardError
from dpa_guard.report.prose import Lang, render
from dpa_guard.report.run import in_one_line
from dpa_guard.toml_file import Mistake

__all__ = ["agreement_json", "check_json", "configuration_json", "mistakes_json"]


def check_json(files: Iterable[Mapping[str, Any]], exit_code: int) -> str:
    """Return the whole answer, indented; each of ``files`` comes from one of the functions below."""
    whole = {"schema": "dpa-guard/agreement-check/1", "exit_code": exit_code, "files": list(files)}
    return json.dumps(whole, ensure_ascii=False, indent=2, default=_day)


def agreement_json(agreement: Agreement, day: date, lang: Lang) -> dict[str, Any]:
    """Return an agreement file without mistakes, as it stands on a day of its own."""
    return {
        "file": agreement.path,
        "kind": "agreement",
        "mistakes": [],
        "agreement": {"id": agreement.id, "sha256": agreement.sha256, "title": agreement.title},
        "as_of": day,
        "time_zone": agreement.time_zone,
        "term": {"first": agreement.in_force_from, "last": agreement.in_force_until},
        "parties": {"controller": agreement.controller.name, "processor": agreement.processor.name},
        "territory": {"rule": agreement.territory.rule, "countries": agreement.territory.countries},
        "rules": [{"rule": use.rule, "article": use.article, "uses": use.uses} for use in rule_uses(agreement, day)],
        "authorisations": _authorisations(agreement, day),
        "register": _register(agreement, day),
        "documents": _documents(agreement),
        "notes": [
            {"kind": kind, "subject": subject, "params": dict(params), "text": render("note", kind, dict(params), lang)}
            for kind, subject, params in agreement.remarks
        ],
        "not_measured": [clause.number for clause in CLAUSES if not clause.measured],
    }


def configuration_json(settings: Settings) -> dict[str, Any]:
    """Return a configuration file without mistakes."""
    return {
        "file": settings.path,
        "kind": "config",
        "mistakes": [],
        "agreements": [entry.file for entry in settings.agreements],
        "scopes": [scope.name for scope in settings.scopes],
        "exclusions": len(settings.exclusions),
        "known": len(settings.known),
    }


def mistakes_json(file: str, kind: str, mistakes: Iterable[DpaGuardError]) -> dict[str, Any]:
    """Return a file of ``kind`` ``agreement`` or ``config`` that has mistakes; nothing else is said of it."""
    return {"file": file, "kind": kind, "mistakes": [_mistake(mistake) for mistake in mistakes]}


def _mistake(mistake: DpaGuardError) -> dict[str, Any]:
    if isinstance(mistake, Mistake):
        return {"code": mistake.code, "line": mistake.line, "key": mistake.key, "text": mistake.text}
    return {"code": mistake.code, "line": None, "key": "", "text": in_one_line(mistake)}


def _authorisations(agreement: Agreement, day: date) -> list[dict[str, Any]]:
    made = []
    for authorisation in agreement.authorisations:
        standing = consent(authorisation, day)
        made.append(
            {
                "id": authorisation.id,
                "countries": authorisation.countries,
                "state": standing.state,
                "first": standing.first,
                "last": standing.last,
                "days_left": standing.days_left,
            }
        )
    return made


def _register(agreement: Agreement, day: date) -> list[dict[str, Any]]:
    return [
        {
            "id": entry.id,
            "legal_name": entry.legal_name,
            "role": entry.role,
            "identifiers": entry.identifiers,
            "contract": entry.contract.reference if entry.contract else None,
            "contract_dated": entry.contract.dated if entry.contract else None,
            "prohibited_from": forbidden_since(entry, day),
            "engaged_until": entry.engaged_until,
        }
        for entry in agreement.register
    ]


def _documents(agreement: Agreement) -> list[dict[str, Any]]:
    declared: dict[str, str | None] = {}
    for document in named_documents(agreement):
        declared[document.file] = declared.get(document.file) or document.sha256
    states = agreement.documents_at_hand
    return [{"file": file, "sha256": declared.get(file), "at_hand": state} for file, state in states]


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not for JSON: {type(value).__name__}")
