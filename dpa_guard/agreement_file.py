"""Reads ``agreement.toml``: every mistake at once with its line, and what an auditor would miss as remarks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from dpa_guard.agreement import Agreement, EvidenceTerms, Territory
from dpa_guard.agreement_fields import FILE, OTHER_NAMES, SCHEMA
from dpa_guard.agreement_meaning import check_meaning
from dpa_guard.agreement_remarks import Remark, remarks
from dpa_guard.clauses import DEFAULT_RULES
from dpa_guard.documents import at_hand, named_documents
from dpa_guard.toml_file import Report, TomlFile, load
from dpa_guard.toml_file.build import build
from dpa_guard.toml_file.walk import read_table

__all__ = ["read"]


def read(path: Path, today: date | None = None, *, read_documents: bool = False) -> Agreement:
    """Read an agreement file, and ask of each document it names whether it is at hand.

    ``today`` adds remarks on facts dated in the future. With ``read_documents`` each document is read and hashed;
    without, it is only looked for, so that a run stays fast (see ``dpa_guard.documents``). Raises ``Mistakes`` with
    every mistake in the keys, or a single ``Mistake`` where the file as a whole cannot be read.
    """
    file = load(path, "agreement", SCHEMA)
    report = Report(file.name, "agreement", file.text)
    kept = read_table(FILE, file.data, report, OTHER_NAMES)
    check_meaning(kept, report)
    report.raise_if_any()
    agreement = _agreement(build(FILE, kept), file)
    agreement = msgspec.structs.replace(
        agreement, documents_at_hand=at_hand(path, named_documents(agreement), read=read_documents)
    )
    found: tuple[Remark, ...] = remarks(agreement, today)
    if "time_zone" not in kept["agreement"]:
        found = (("time-zone-missing", "agreement.time_zone", ()), *found)
    return msgspec.structs.replace(agreement, remarks=found)


def _agreement(built: Mapping[str, Any], file: TomlFile) -> Agreement:
    own: dict[str, Any] = {"rules": DEFAULT_RULES, **built["agreement"]}
    own["rules"] = tuple(dict.fromkeys(own["rules"]))
    return Agreement(
        sha256=file.sha256,
        path=file.name,
        territory=_territory(built["territory"]),
        controller=built["parties"]["controller"],
        processor=built["parties"]["processor"],
        authorisations=built.get("authorisation", ()),
        register=built.get("subprocessor", ()),
        amendments=built.get("amendment", ()),
        requests=built.get("request", ()),
        evidence=built.get("evidence", EvidenceTerms()),
        **own,
    )


def _territory(built: Mapping[str, Any]) -> Territory:
    if "countries" in built:
        return Territory("countries", built["countries"])
    return Territory(built["rule"])
