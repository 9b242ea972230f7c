"""The verdict on one resource. Resources that are alike in all that matters share one decision."""

from __future__ import annotations

from collections.abc import Mapping

from dpa_guard.agreement import Agreement
from dpa_guard.gazetteer.kinds import kind_of
from dpa_guard.model import DECIDING_ROLES, Location, Resource
from dpa_guard.parties import Register, WiredIn, identifier_of
from dpa_guard.vendors import provider_class
from dpa_guard_transfers.authorisations import Subject
from dpa_guard_transfers.verdict import Decision, Judge

_WITHOUT_DATA_AT_REST = ("carries", "configures", "nothing")
"""Classes of which a control plane may be all there is; what stores or processes does so somewhere."""

_Likeness = tuple[int, str, str, str, str, str, str]


class ResourceJudge:
    """Judges resources by the judge's agreement, each likeness once."""

    def __init__(self, agreement: Agreement, judge: Judge, parties: Mapping[str, tuple[WiredIn, Decision]]) -> None:
        """``parties`` maps the identifiers of the parties wired in to what was decided about them."""
        self._judge = judge
        self._register = Register(agreement.register)
        self._parties = parties
        self._decided: dict[_Likeness, Decision] = {}
        self._canonical: dict[int, tuple[tuple[Location, ...], int]] = {}
        self._numbers: dict[tuple[Location, ...], int] = {}

    def decide(self, resource: Resource) -> Decision:
        """Return the verdict on a resource."""
        locations = resource.locations
        # Hashing locations costs more than judging; a tuple seen before is known by its identity. It is kept here,
        # so that its identity cannot be given to another.
        known = self._canonical.get(id(locations))
        if known is None:
            number = self._numbers.setdefault(locations, len(self._numbers))
            known = self._canonical[id(locations)] = (locations, number)
        likeness = (
            known[1],
            resource.kind,
            resource.class_,
            resource.service,
            resource.provider,
            resource.partition,
            resource.account,
        )
        decision = self._decided.get(likeness)
        if decision is None:
            decision = self._decided[likeness] = self._judge_alike(resource)
        return decision

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Every different decision taken so far."""
        return tuple(self._decided.values())

    def _judge_alike(self, resource: Resource) -> Decision:
        deciding = [location for location in resource.locations if location.role in DECIDING_ROLES]
        if deciding:
            return self._judge.decide(deciding, self._subject(resource))
        kind = kind_of(resource.kind)
        of_what = {"kind": resource.kind, "provider": resource.provider}
        reason = kind.reason if kind else ""
        if resource.class_ in ("configures", "nothing") and reason:
            return Decision("not-applicable", f"kind-{reason}", of_what)
        if provider_class(resource.provider) == "utility":
            return Decision("not-applicable", "utility-provider", of_what)
        if resource.locations and resource.class_ in _WITHOUT_DATA_AT_REST:
            return Decision("not-applicable", "control-only", of_what)
        return self._without_place(resource)

    def _without_place(self, resource: Resource) -> Decision:
        of_what = {"kind": resource.kind, "provider": resource.provider}
        identifier = identifier_of(resource)
        if identifier is None and resource.provider not in ("aws", "azure", "gcp"):
            return Decision("unknown", "no-place-self-hosted", of_what, "declare-place")
        if identifier is not None and identifier in self._parties:
            wired, decision = self._parties[identifier]
            cure = "see-party" if decision.cure else ""
            params = {"party": wired.label, **of_what}
            return Decision(decision.verdict, "judged-by-party", params, cure, decision.authorisations)
        if resource.class_:
            return Decision("unknown", "no-place", of_what, "make-place-known")
        return Decision("unknown", "no-place-unknown-kind", of_what, "make-place-known")

    def _subject(self, resource: Resource) -> Subject:
        identifier = identifier_of(resource)
        parties = None if identifier is None else frozenset(e.id for e in self._register.matching(identifier))
        return Subject(parties, resource.service, resource.account)
