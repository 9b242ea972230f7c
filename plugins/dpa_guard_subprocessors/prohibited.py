"""The rule of article 5.1: the controller may prohibit a third party."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dpa_guard.agreement import Agreement, Objection, Subprocessor
from dpa_guard.day import day_of
from dpa_guard.model import Finding, Inventory, Note
from dpa_guard.parties import WiredIn, parties_in
from dpa_guard_subprocessors.outcome import Outcome, ambiguous, finding


class SubprocessorProhibited:
    """A third party is in use although the controller prohibited it.

    What it looks for. Every third party wired into the estate, and the objections on its entry in the register. A
    prohibition holds from effective_on (else received_on) until lifted_on, in the agreement's time zone.

    fail            a prohibition is in force
    unknown         several entries of the register claim the same identifier
    pass            no prohibition, or none yet, or a lifted one; also a party without an entry: what was not
                    prohibited may be used (the other rules of article 5 judge the missing entry)

    An objection that is not a prohibition, and a prohibition with a date to come, are notes.

    Why the article asks it. Article 5.1: the processor may use third parties without asking first, unless the
    controller prohibits one on reasonable grounds.

    What to do. Stop using the party; or reach an agreement with the controller and enter lifted_on with its document.
    """

    rule = "subprocessor-prohibited"
    article = "5.1"

    def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:
        """Yield one finding for each third party wired in, and notes on objections."""
        day = day_of(inventory.taken_at, agreement.time_zone)
        for wired in parties_in(inventory, agreement):
            outcome = _judge(wired, day)
            yield finding(self.rule, self.article, wired, outcome)
            yield from outcome.notes


def _judge(wired: WiredIn, day: date) -> Outcome:
    if len(wired.entries) > 1:
        return ambiguous(wired)
    entry = wired.entry
    if entry is None:
        return Outcome("pass", "no-prohibition")
    notes = tuple(note for objection in entry.objections for note in _notes(entry, objection, day))
    prohibitions = [objection for objection in entry.objections if objection.kind == "prohibition"]
    in_force = [objection for objection in prohibitions if objection.in_force(day)]
    if in_force:
        params = {"entry": entry.id, "since": min(map(_begins, in_force)).isoformat(), "grounds": in_force[0].grounds}
        return Outcome("fail", "prohibited", params, "end-use", notes)
    lifted = [objection.lifted_on for objection in prohibitions if objection.lifted_on and objection.lifted_on <= day]
    if lifted:
        params = {"entry": entry.id, "lifted": max(lifted).isoformat()}
        return Outcome("pass", "prohibition-lifted", params, "", notes)
    return Outcome("pass", "no-prohibition", {}, "", notes)


def _notes(entry: Subprocessor, objection: Objection, day: date) -> Iterator[Note]:
    lifted = objection.lifted_on is not None and objection.lifted_on <= day
    if objection.kind == "prohibition" and _begins(objection) > day and not lifted:
        yield Note("prohibition-coming", entry.id, {"day": _begins(objection).isoformat()})
    if objection.kind != "prohibition" and not lifted:
        yield Note("objection-standing", entry.id, {"day": objection.received_on.isoformat()})


def _begins(objection: Objection) -> date:
    return objection.effective_on or objection.received_on
