"""The rule of article 5.3: the processor must be able to say which third parties it uses."""

from __future__ import annotations

from collections.abc import Iterator

from dpa_guard.agreement import Agreement
from dpa_guard.day import day_of
from dpa_guard.model import Finding, Inventory, Note
from dpa_guard.parties import WiredIn, parties_in
from dpa_guard_subprocessors.outcome import Outcome, ambiguous, finding


class SubprocessorIdentified:
    """A third party is in use, and nobody can say who it is.

    What it looks for. The identifier of every third party wired into the estate (a provider's source, an account, a
    tenant, a host), in the register of the agreement and then in the vendor catalogue.

    pass            the register or the catalogue names the party
    unknown         neither does, or several entries of the register claim the same identifier

    An entry of the register that was not seen is a note: the party may be used in a way that leaves no trace here.

    Why the article asks it. Article 5.3: on request the processor states which third parties it uses. A party that
    cannot be named makes that answer incomplete.

    What to do. Find out who is behind the identifier, and enter it as an identifier of a register entry; if it is
    your own, declare it under [first_party] in the configuration.
    """

    rule = "subprocessor-identified"
    article = "5.3"

    def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:
        """Yield one finding for each third party wired in, and a note for each entry that was not seen."""
        seen: set[str] = set()
        for wired in parties_in(inventory, agreement):
            seen.update(entry.id for entry in wired.entries)
            yield finding(self.rule, self.article, wired, _judge(wired))
        if not (inventory.resources or inventory.engagements):
            return  # nothing was seen at all
        day = day_of(inventory.taken_at, agreement.time_zone)
        for entry in agreement.register:
            ended = entry.engaged_until is not None and entry.engaged_until < day
            if entry.id not in seen and not ended:
                yield Note("not-seen", entry.id, {"name": entry.legal_name})


def _judge(wired: WiredIn) -> Outcome:
    if len(wired.entries) > 1:
        return ambiguous(wired)
    if wired.entry is not None:
        return Outcome("pass", "in-register", {"entry": wired.entry.id})
    if wired.party.vendor is not None:
        return Outcome("pass", "in-catalogue", {"vendor": wired.party.vendor})
    return Outcome("unknown", "party-unidentified", {}, "identify-party")
