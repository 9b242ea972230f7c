"""The rule of article 3.1 over resources and third parties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from msgspec.structs import replace

from dpa_guard.agreement import Agreement
from dpa_guard.day import day_of
from dpa_guard.gazetteer.adequacy import adequacy_of
from dpa_guard.gazetteer.territory import inside
from dpa_guard.model import Finding, Inventory, Location, Note
from dpa_guard.parties import WiredIn, parties_in
from dpa_guard_transfers.authorisations import Subject, last_day
from dpa_guard_transfers.resources import ResourceJudge
from dpa_guard_transfers.sites import Sites, sites_of
from dpa_guard_transfers.verdict import Decision, Judge

SOON = timedelta(days=90)
NAMED = 5
"""How many of the resources that wire a party in are named; the rest is counted."""


class TransferOutsideEu:
    """Data are outside the European Union without the controller's written consent.

    What it looks for. Every place where data of a resource are kept, copied, backed up, worked on, cached or logged is
    brought back to its countries, and each country is held against the territory agreed. A region code is not a
    country, and "eu" in a name is not the Union. The worst place decides:

    fail            some place is outside, and no authorisation in force covers it
    unknown         no place is known, or one of several is not, or it is not known whether an authorisation covers it
    authorised      every place is known, some are outside, and authorisations cover all of those
    pass            every place is known and inside
    not-applicable  the object keeps no data: it only configures, or only its control plane has a place

    An authorisation covers a country from the later of granted_on and effective_from to the earlier of expires_on and
    withdrawn_on, both days included, in the agreement's time zone, for what its scope names (subprocessors, services,
    accounts, roles). Several may together cover. A place whose countries the vendor does not publish is covered only by
    an authorisation for all countries ("*") that names its services. Consent given later does not mend the time before.

    Third parties are judged once each, by the site that the wiring tells, else by the register's processing; where
    these disagree, the one outside counts. The clouds themselves are judged by their resources. A vendor's object
    follows the places it carries; without any it takes the verdict on its vendor (judged-by-party). Servers of your
    own are where a [[place]] of the configuration, or the cluster they are in, says.

    Why the article asks it. Article 3.1: the processor processes personal data in countries of the European Union;
    outside them only with the controller's written consent. Norway, Iceland, Liechtenstein, the United Kingdom and
    Switzerland are outside; the outermost regions (Guadeloupe, the Canary Islands, ...) are inside, overseas countries
    and territories are not.

    What to do. Move the data to a region inside; or ask the controller for consent in writing and enter it as an
    [[authorisation]] with its document. Where the verdict is unknown, say what is not known: set the region in the
    code, pass --assume-region, declare a [[place]], or give the register entry its processing countries.
    """

    rule = "transfer-outside-eu"
    article = "3.1"

    def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:
        """Yield a finding for each third party other than a cloud, one for each resource, and notes on consents."""
        day = day_of(inventory.taken_at, agreement.time_zone)
        judge = Judge(agreement, day)
        decided: dict[str, tuple[WiredIn, Decision]] = {}
        for wired in parties_in(inventory, agreement, clouds=False):
            sites = sites_of(wired, judge)
            decision = judge.decide(sites.locations, Subject(frozenset(e.id for e in wired.entries), "", ""))
            if decision.verdict == "unknown" and decision.cure != "make-scope-known":
                decision = replace(decision, cure="declare-processing")
            decided.update((engagement.identifier.lower(), (wired, decision)) for engagement in wired.engagements)
            yield self._on_party(wired, sites, decision)
            if sites.contradiction:
                yield sites.contradiction
        resources = ResourceJudge(agreement, judge, decided)
        rule, article = self.rule, self.article
        failing: set[tuple[Location, ...]] = set()
        for resource in inventory.resources:
            d = resources.decide(resource)
            if d.verdict == "fail":
                failing.add(resource.locations)
            yield Finding(rule, article, d.verdict, resource, None, resource.locations, d.reason, d.params, d.cure)
        yield from _adequate(failing, agreement, day)
        yield from _expiring([*(decision for _, decision in decided.values()), *resources.decisions], day)

    def _on_party(self, wired: WiredIn, sites: Sites, decision: Decision) -> Finding:
        wiring = list(dict.fromkeys(engagement.resource for engagement in wired.engagements if engagement.resource))
        params = {
            **decision.params,
            "party": wired.label,
            "resources": ", ".join(wiring[:NAMED]) + (", …" if len(wiring) > NAMED else ""),
            "resource_count": str(len(wiring)),
        }
        return Finding(
            self.rule,
            self.article,
            decision.verdict,
            None,
            wired.party,
            sites.locations,
            decision.reason,
            params,
            decision.cure,
        )


def _adequate(failing: Iterable[tuple[Location, ...]], agreement: Agreement, day: date) -> Iterator[Note]:
    """Yield a note for each country outside that the Commission finds adequate: it is asked, and it changes nothing."""
    countries = {country for locations in failing for one in locations for country in one.countries}
    for country in sorted(countries):
        decision = adequacy_of(country, day)
        if decision is not None and inside(country, agreement.territory, day) is False:
            told = {"country": country, "day": decision.first_day.isoformat(), "decision": decision.decision}
            yield Note("adequacy", country, told)


def _expiring(decisions: Iterable[Decision], day: date) -> Iterator[Note]:
    """Yield a note for each authorisation that a verdict rests on and that ends within 90 days."""
    for authorisation in dict.fromkeys(a for decision in decisions for a in decision.authorisations):
        end = last_day(authorisation)
        if end is not None and end - day <= SOON:
            yield Note("expiring", authorisation.id, {"day": end.isoformat(), "days": str((end - day).days)})
