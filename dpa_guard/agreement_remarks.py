"""What is missing in an agreement file that an auditor would miss: notes, never mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dpa_guard.agreement import Agreement, Authorisation, Document, Subprocessor
from dpa_guard.clauses import DEFAULT_RULES, RULES
from dpa_guard.documents import named_documents

Remark = tuple[str, str, tuple[tuple[str, str], ...]]
"""(note kind, subject, params)"""


def remarks(agreement: Agreement, today: date | None) -> tuple[Remark, ...]:
    """Return the remarks on an agreement; those on dates to come only where ``today`` is known."""
    made = [*_on_the_agreement(agreement), *_on_rules(agreement)]
    for authorisation in agreement.authorisations:
        made += _on_an_authorisation(authorisation, agreement)
    for entry in agreement.register:
        made += _on_an_entry(entry)
    made += _on_changes_and_requests(agreement)
    made += _on_documents(agreement)
    if today is not None:
        made += _on_dates_to_come(agreement, today)
    return tuple(dict.fromkeys(made))


def _remark(kind: str, subject: str, **params: object) -> Remark:
    return kind, subject, tuple((key, str(value)) for key, value in params.items())


def _on_the_agreement(agreement: Agreement) -> Iterator[Remark]:
    if not any(document.role == "signed" for document in agreement.documents):
        yield _remark("signed-document-missing", "agreement.documents")
    if agreement.in_force_from is None:
        yield _remark("term-missing", "agreement.in_force_from")
    if not agreement.register:
        yield _remark("register-empty", "subprocessor")
    if not agreement.evidence.log_keys:
        yield _remark("log-keys-missing", "evidence.log_keys")


def _on_rules(agreement: Agreement) -> Iterator[Remark]:
    for rule in agreement.rules:
        if rule not in RULES:
            yield _remark("rule-not-ours", rule)
    for rule in DEFAULT_RULES:
        if rule not in agreement.rules:
            yield _remark("rule-left-out", rule, article=RULES[rule])


def _on_an_authorisation(authorisation: Authorisation, agreement: Agreement) -> Iterator[Remark]:
    effective, granted = authorisation.effective_from, authorisation.granted_on
    if effective is not None and effective < granted:
        yield _remark("authorisation-backdated", authorisation.id, effective_from=effective, granted_on=granted)
    if authorisation.document is None:
        yield _remark("authorisation-without-document", authorisation.id)
    if not authorisation.signed_by:
        yield _remark("signatory-missing", authorisation.id)
        return
    for signatory in agreement.controller.may_sign:
        if signatory.name.casefold() == authorisation.signed_by.casefold() and not (
            (signatory.from_ is not None and granted < signatory.from_)
            or (signatory.until is not None and granted > signatory.until)
        ):
            return
    yield _remark("signatory-not-listed", authorisation.id, name=authorisation.signed_by, day=granted)


def _on_an_entry(entry: Subprocessor) -> Iterator[Remark]:
    if not entry.identifiers:
        yield _remark("identifiers-missing", entry.id)
    if entry.engaged_from is None:
        yield _remark("engaged-from-missing", entry.id)
    if entry.role == "supplier":
        if not entry.purpose:
            yield _remark("supplier-without-purpose", entry.id)
    elif entry.contract is None:
        yield _remark("contract-missing", entry.id)
    if entry.contract is not None and entry.contract.document is None:
        yield _remark("contract-without-document", entry.id, reference=entry.contract.reference)
    for objection in entry.objections:
        if objection.document is None:
            yield _remark("objection-without-document", entry.id, day=objection.received_on)
        if objection.lifted_on is not None and objection.lifted_by is None:
            yield _remark("lifting-without-document", entry.id, day=objection.lifted_on)


def _on_changes_and_requests(agreement: Agreement) -> Iterator[Remark]:
    for amendment in agreement.amendments:
        if amendment.document is None:
            yield _remark("amendment-without-document", amendment.id)
    for request in agreement.requests:
        if request.document is None:
            yield _remark("request-without-document", request.id)


def _on_documents(agreement: Agreement) -> Iterator[Remark]:
    documents: dict[str, Document] = {}
    for document in named_documents(agreement):
        documents.setdefault(document.file, document)
        if document.sha256 is None:
            yield _remark("document-without-hash", document.file, where=document.where)
    for file, state in agreement.documents_at_hand:
        if state in ("missing", "differs"):
            kind = "document-not-at-hand" if state == "missing" else "document-differs"
            yield _remark(kind, file, where=documents[file].where)


def _on_dates_to_come(agreement: Agreement, today: date) -> Iterator[Remark]:
    for what, identity, day in _facts(agreement):
        if day is not None and day > today:
            yield _remark("date-to-come", identity, what=what, day=day)


def _facts(agreement: Agreement) -> Iterator[tuple[str, str, date | None]]:
    """Yield (key, id, date) of what can only be known once it has happened."""
    for authorisation in agreement.authorisations:
        yield "granted_on", authorisation.id, authorisation.granted_on
    for entry in agreement.register:
        yield "contract.dated", entry.id, entry.contract.dated if entry.contract else None
        for processing in entry.processing:
            yield "processing.read_on", entry.id, processing.read_on
        for notice in entry.notices:
            yield "notices.date", entry.id, notice.date
        for objection in entry.objections:
            yield "objection.received_on", entry.id, objection.received_on
    for amendment in agreement.amendments:
        yield "amendment.date", amendment.id, amendment.date
    for request in agreement.requests:
        yield "request.received_on", request.id, request.received_on
