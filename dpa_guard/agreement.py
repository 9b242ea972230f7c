"""What was agreed: the signed data processing agreement as types. ``dpa_guard.agreement_file`` reads it."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class Document(Struct, frozen=True):
    """A paper that something rests on, bound by its hash."""

    file: str
    """As written in the agreement file; relative to it."""
    sha256: str | None = None
    role: str = ""
    """``signed``, ``annex``, ...; only for ``agreement.documents``."""
    where: str = ""
    """Key path in the agreement file, e.g. ``authorisation[0].document``."""


class Signatory(Struct, frozen=True):
    name: str
    role: str = ""
    from_: date | None = None
    until: date | None = None


class PartyName(Struct, frozen=True):
    """A party to the agreement."""

    name: str
    country: str | None = None
    acts_as: str = "controller"
    may_sign: tuple[Signatory, ...] = ()


class Territory(Struct, frozen=True):
    """Where article 3.1 lets data be without further consent."""

    rule: str
    """``eu-member-states``, ``eea`` or ``countries``."""
    countries: tuple[str, ...] = ()
    """ISO alpha-2; only for ``countries``."""


class AuthorisationScope(Struct, frozen=True):
    """What an authorisation is limited to; an empty tuple limits nothing."""

    subprocessors: tuple[str, ...] = ()
    """Register ids."""
    services: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class Authorisation(Struct, frozen=True):
    """The controller's written consent to places outside the territory (article 3.1, second sentence)."""

    id: str
    countries: tuple[str, ...]
    """ISO alpha-2, or ``("*",)`` together with ``scope.services``."""
    granted_on: date
    effective_from: date | None = None
    expires_on: date | None = None
    withdrawn_on: date | None = None
    signed_by: str = ""
    document: Document | None = None
    scope: AuthorisationScope = AuthorisationScope()

    def in_force(self, day: date) -> bool:
        """Is it in force on this day (agreement's time zone; first and last day inclusive)?"""
        begins = max(self.granted_on, self.effective_from or self.granted_on)
        ends = [last for last in (self.expires_on, self.withdrawn_on) if last is not None]
        return begins <= day and (not ends or day <= min(ends))


class Contract(Struct, frozen=True):
    """A third party's written undertaking (article 5.2)."""

    reference: str
    dated: date
    covers: tuple[str, ...] = ()
    document: Document | None = None


class Processing(Struct, frozen=True):
    """A country a third party says it works in."""

    country: str
    basis: str = "declared"
    source: str = ""
    read_on: date | None = None


class Objection(Struct, frozen=True):
    """The controller's objection to a third party (article 5.1); only a ``prohibition`` forbids."""

    kind: str
    received_on: date
    effective_on: date | None = None
    lifted_on: date | None = None
    grounds: str = ""
    document: Document | None = None
    lifted_by: Document | None = None

    def in_force(self, day: date) -> bool:
        """From ``effective_on`` (else ``received_on``) until, not including, ``lifted_on``."""
        return (self.effective_on or self.received_on) <= day and (self.lifted_on is None or day < self.lifted_on)


class Notice(Struct, frozen=True):
    date: date
    medium: str = ""


class Subprocessor(Struct, frozen=True):
    """An entry of the register (article 5)."""

    id: str
    legal_name: str
    country: str | None = None
    role: str = "subprocessor"
    """``subprocessor``, or ``supplier``: handles no personal data, ``purpose`` says why."""
    purpose: str = ""
    identifiers: tuple[str, ...] = ()
    """``kind:value``, lower case; a ``host:`` covers its subdomains at a label boundary."""
    processing: tuple[Processing, ...] = ()
    engaged_from: date | None = None
    engaged_until: date | None = None
    engaged_by: str = "processor"
    contract: Contract | None = None
    notices: tuple[Notice, ...] = ()
    objections: tuple[Objection, ...] = ()


class Amendment(Struct, frozen=True):
    id: str
    date: date
    changes: str = ""
    document: Document | None = None


class Request(Struct, frozen=True):
    """An explicit request under 3.2 or 5.3."""

    id: str
    clause: str
    received_on: date
    as_of: date | None = None
    document: Document | None = None


class EvidenceTerms(Struct, frozen=True):
    """What was agreed on logs (article 11.3). Durations are ISO 8601 as written, checked by the reader."""

    run_every: str = ""
    max_gap: str = ""
    keep_years: int | None = None
    log_keys: tuple[str, ...] = ()
    witness_keys: tuple[str, ...] = ()


class Agreement(Struct, frozen=True):
    """The agreement, its register, consents and prohibitions, as read from one file."""

    id: str
    sha256: str
    """Of the file's bytes, hex."""
    path: str
    territory: Territory
    controller: PartyName
    processor: PartyName
    title: str = ""
    language: str = ""
    time_zone: str = "UTC"
    in_force_from: date | None = None
    in_force_until: date | None = None
    documents: tuple[Document, ...] = ()
    rules: tuple[str, ...] = ()
    """The rules that must run; the reader fills in the first four of DESIGN where the file names none."""
    authorisations: tuple[Authorisation, ...] = ()
    register: tuple[Subprocessor, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    requests: tuple[Request, ...] = ()
    evidence: EvidenceTerms = EvidenceTerms()
    remarks: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = ()
    """(note kind, subject, params) the reader found worth saying: what is missing that an auditor would miss."""
    documents_at_hand: tuple[tuple[str, str], ...] = ()
    """(file, ``yes`` | ``missing`` | ``differs`` | ``unread``) for each document named anywhere; set by the reader."""
