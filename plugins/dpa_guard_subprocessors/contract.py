"""The rule of article 5.2: a written undertaking, dated before the use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dpa_guard.agreement import Agreement, Contract, Subprocessor
from dpa_guard.day import day_of
from dpa_guard.model import Finding, Inventory, Note
from dpa_guard.parties import WiredIn, parties_in
from dpa_guard_subprocessors.outcome import Outcome, ambiguous, finding


class SubprocessorContract:
    """A third party is in use without a written undertaking on file.

    What it looks for. Every third party wired into the estate, by its identifier, in the register of the agreement,
    and the contract of that entry. The clouds are third parties too.

    fail            not in the register; in it without a contract; a contract dated after the first use; still in use
                    after engaged_until
    unknown         nobody can say who the party is: neither the register nor the vendor catalogue knows the identifier;
                    or several entries of the register claim the same identifier
    pass            a contract with a reference, dated not later than the first use
    not-applicable  a supplier that handles no personal data (role = "supplier"; its purpose says why)

    The first use is engaged_from of the register entry, or the day of a scan that sees it earlier. Without engaged_from
    only a contract of a day to come is judged late; a note says that the first use is not known. A reference and a date
    suffice; a contract whose document has no sha256 passes with a note. A party that another one engaged (engaged_by)
    is judged by its own entry only.

    Why the article asks it. Article 5.2: third parties accept in writing at least the duties that the processor has
    under the agreement.

    What to do. Sign the undertaking, enter it as the entry's contract with reference, date and document; or stop using
    the party. A name from the vendor catalogue is a suggestion: the register decides.
    """

    rule = "subprocessor-contract"
    article = "5.2"

    def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:
        """Yield one finding for each third party wired in, and notes on its contract."""
        day = day_of(inventory.taken_at, agreement.time_zone)
        for wired in parties_in(inventory, agreement):
            outcome = _judge(wired, day, in_use=inventory.kind == "scan")
            yield finding(self.rule, self.article, wired, outcome)
            yield from outcome.notes


def _judge(wired: WiredIn, day: date, *, in_use: bool) -> Outcome:
    if len(wired.entries) > 1:
        return ambiguous(wired)
    entry = wired.entry
    if entry is None:
        if wired.party.vendor is None:
            return Outcome("unknown", "party-unidentified", {}, "identify-party")
        return Outcome("fail", "not-in-register", {}, "add-to-register")
    if entry.role == "supplier":
        return Outcome("not-applicable", "supplier", {"entry": entry.id, "purpose": entry.purpose})
    if entry.engaged_until is not None and entry.engaged_until < day:
        params = {"entry": entry.id, "until": entry.engaged_until.isoformat()}
        return Outcome("fail", "engagement-ended", params, "end-use-or-engage")
    if entry.contract is None:
        return Outcome("fail", "no-contract", {"entry": entry.id}, "sign-contract")
    return _by_date(entry, entry.contract, day, in_use=in_use)


def _by_date(entry: Subprocessor, contract: Contract, day: date, *, in_use: bool) -> Outcome:
    first_use = entry.engaged_from
    if contract.dated > day and (first_use is None or (in_use and day < first_use)):
        first_use = day  # seen on this day, and the contract is of a day to come
    params = {"entry": entry.id, "reference": contract.reference, "dated": contract.dated.isoformat()}
    if first_use is not None and contract.dated > first_use:
        params["first_use"] = first_use.isoformat()
        return Outcome("fail", "contract-after-first-use", params, "settle-earlier-use")
    notes: list[Note] = []
    if first_use is None:
        notes.append(Note("first-use-not-known", entry.id, {"dated": params["dated"]}))
    if contract.document is None or contract.document.sha256 is None:
        notes.append(Note("contract-without-hash", entry.id, {"reference": contract.reference}))
    return Outcome("pass", "contract-on-file", params, "", tuple(notes))
