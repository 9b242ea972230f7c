"""What ``agreement check`` prints for a person: the agreement as it will be used, at 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date

from dpa_guard.agreement import Agreement, Authorisation, PartyName, Signatory, Subprocessor
from dpa_guard.agreement_summary import consent, forbidden_since, rule_uses
from dpa_guard.clauses import CLAUSES
from dpa_guard.report.plain import plain
from dpa_guard.report.prose import Lang, Prose

__all__ = ["agreement_text"]

_WIDTH = 80
_LABEL = 20


def agreement_text(agreement: Agreement, day: date, lang: Lang, *, documents: bool = False) -> str:
    """Return the page on one agreement as it stands on a day of its own, in English or Dutch; no newline at the end.

    ``documents``: they were read, so the state of each is shown.
    """
    page = _Page(agreement, day, Prose(lang), documents)
    sections = (page.head(), page.terms(), page.rules(), page.consents(), page.register(), page.missed(), page.silent())
    return "\n\n".join("\n".join(plain(line) for line in section) for section in sections)


class _Page:
    def __init__(self, agreement: Agreement, day: date, prose: Prose, documents: bool) -> None:
        self.agreement = agreement
        self.day = day
        self.word = prose.word
        self.prose = prose
        self.documents_read = documents

    def head(self) -> Iterator[str]:
        title = "  ".join(part for part in (self.agreement.id, self.agreement.title) if part)
        yield from _wrapped(title, "", "  ")
        yield from _wrapped(f"{self.agreement.path}  sha256 {self.agreement.sha256[:16]}…", "", "  ")

    def terms(self) -> Iterator[str]:
        agreement = self.agreement
        yield from self._labelled("controller", self._party(agreement.controller))
        yield from self._labelled("may-sign", *map(self._signatory, agreement.controller.may_sign))
        yield from self._labelled("processor", self._party(agreement.processor))
        yield from self._labelled("term", self._term())
        yield from self._labelled("days", self.word("agreement-days-in", time_zone=agreement.time_zone))
        territory = agreement.territory
        rule = self.word(f"agreement-territory-{territory.rule}", countries="/".join(territory.countries))
        yield from self._labelled("territory", rule)
        yield from self._labelled("logs", self._logs())
        yield from self._documents()

    def _party(self, party: PartyName) -> str:
        seat = self._countries((party.country,)) if party.country else ""
        own = self.word(f"agreement-acts-as-{party.acts_as}") if party.acts_as != "controller" else ""
        return ", ".join(part for part in (party.name, seat, own) if part)

    def _signatory(self, signatory: Signatory) -> str:
        since = self.word("agreement-since", day=str(signatory.from_)) if signatory.from_ else ""
        till = self.word("agreement-till", day=str(signatory.until)) if signatory.until else ""
        return ", ".join(part for part in (signatory.name, signatory.role, since, till) if part)

    def _term(self) -> str:
        first, last = self.agreement.in_force_from, self.agreement.in_force_until
        if first and last:
            return self.word("agreement-term-closed", first=str(first), last=str(last))
        if first:
            return self.word("agreement-open-term", first=str(first))
        return self.word("agreement-term-until", last=str(last)) if last else self.word("agreement-term-unknown")

    def _logs(self) -> str:
        evidence = self.agreement.evidence
        parts = [
            self.word("agreement-logs-every", run_every=evidence.run_every) if evidence.run_every else "",
            self.word("agreement-logs-gap", max_gap=evidence.max_gap) if evidence.max_gap else "",
            self.word("agreement-logs-keep", years=str(evidence.keep_years)) if evidence.keep_years else "",
            self.word("agreement-logs-keys", count=str(len(evidence.log_keys))) if evidence.log_keys else "",
        ]
        return ", ".join(part for part in parts if part) or self.word("agreement-logs-none")

    def _documents(self) -> Iterator[str]:
        states = self.agreement.documents_at_hand
        if not states:
            yield from self._labelled("documents", self.word("agreement-none"))
        elif not self.documents_read:
            at_hand = sum(state == "unread" for _, state in states)
            counts = {"count": str(len(states)), "at_hand": str(at_hand)}
            yield from self._labelled("documents", self.word("agreement-documents-unread", **counts))
        else:
            lines = [f"{file}: {self.word(f'agreement-at-hand-{state}')}" for file, state in states]
            yield from self._labelled("documents", *lines)

    def rules(self) -> Iterator[str]:
        yield self.word("agreement-rules")
        for use in rule_uses(self.agreement, self.day):
            code = f"agreement-uses-{use.rule}" if use.uses else "agreement-uses-other"
            start = f"  {use.article:<6}{use.rule:<25}"
            yield from _wrapped(self.word(code, **use.uses), start, " " * 33)

    def consents(self) -> Iterator[str]:
        yield self.word("agreement-authorisations")
        if not self.agreement.authorisations:
            yield "  " + self.word("agreement-none")
        for authorisation in self.agreement.authorisations:
            yield from self._consent(authorisation)

    def _consent(self, authorisation: Authorisation) -> Iterator[str]:
        standing = consent(authorisation, self.day)
        days = {"first": str(standing.first), "last": str(standing.last), "days": str(standing.days_left)}
        opened = "-open" if standing.state == "in-force" and standing.last is None else ""
        state = self.word(f"agreement-consent-{standing.state}{opened}", **days)
        yield from _wrapped(
            f"{self._countries(authorisation.countries)}: {state}", f"  {authorisation.id:<17} ", " " * 20
        )
        scope = [
            self.word(f"agreement-scope-{key}", names=", ".join(names))
            for key in ("subprocessors", "services", "accounts", "roles")
            if (names := getattr(authorisation.scope, key))
        ]
        scope = scope or [self.word("agreement-all")]
        if authorisation.signed_by:
            scope.append(self.word("agreement-signed-by", name=authorisation.signed_by))
        yield from _wrapped("; ".join(scope), " " * 20, " " * 20)

    def _countries(self, countries: tuple[str, ...]) -> str:
        if countries == ("*",):
            return self.word("agreement-every-country")
        return self.word("agreement-territory-countries", countries="/".join(countries))

    def register(self) -> Iterator[str]:
        yield self.word("agreement-register")
        if not self.agreement.register:
            yield "  " + self.word("agreement-none")
        for entry in self.agreement.register:
            yield from self._entry(entry)

    def _entry(self, entry: Subprocessor) -> Iterator[str]:
        seat = self._countries((entry.country,)) if entry.country else ""
        name = ", ".join(part for part in (entry.legal_name, seat) if part)
        yield from _wrapped(name, f"  {entry.id:<17} ", " " * 20)
        yield from _wrapped("; ".join(self._standing(entry)), " " * 20, " " * 20)
        if entry.identifiers:
            yield from _wrapped(", ".join(entry.identifiers), " " * 20, " " * 20)

    def _standing(self, entry: Subprocessor) -> Iterator[str]:
        since = forbidden_since(entry, self.day)
        if since is not None:
            yield self.word("agreement-forbidden" if since <= self.day else "agreement-forbidden-from", day=str(since))
        if entry.role == "supplier":
            yield self.word("agreement-supplier")
        elif entry.contract is None:
            yield self.word("agreement-no-contract")
        if entry.contract is not None:
            paper = {"reference": entry.contract.reference, "dated": str(entry.contract.dated)}
            yield self.word("agreement-undertaking", **paper)
            if entry.contract.covers:
                yield self.word("agreement-covers", clauses=", ".join(entry.contract.covers))
        if entry.processing:
            named = "/".join(dict.fromkeys(processing.country for processing in entry.processing))
            yield self.word("agreement-works-in", countries=named)
        if entry.engaged_by != "processor":
            yield self.word("agreement-engaged-by", by=entry.engaged_by)
        if entry.engaged_until is not None and entry.engaged_until < self.day:
            yield self.word("agreement-ended", day=str(entry.engaged_until))

    def missed(self) -> Iterator[str]:
        yield self.word("agreement-missed")
        if not self.agreement.remarks:
            yield "  " + self.word("agreement-missed-nothing")
        said: dict[str, list[str]] = {}
        for kind, subject, params in self.agreement.remarks:
            said.setdefault(self.prose("note", kind, dict(params)), []).append(subject)
        for sentence, subjects in said.items():
            yield from _wrapped(f"{', '.join(subjects)}: {sentence}", "  - ", "    ")

    def silent(self) -> Iterator[str]:
        yield self.word("agreement-not-measured")
        for clause in CLAUSES:
            if not clause.measured:
                yield from _wrapped(self.word(f"clause-{clause.number}"), f"  {clause.number:<6}", " " * 8)

    def _labelled(self, label: str, *texts: str) -> Iterator[str]:
        """The label before the first of the texts, the others below it."""
        start = self.word(f"agreement-{label}").ljust(_LABEL)
        for text in texts:
            yield from _wrapped(text, start, " " * _LABEL)
            start = " " * _LABEL


def _wrapped(text: str, first: str, following: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]
