"""Where a third party works on data: what the wiring tells first, what the register declares next."""

from __future__ import annotations

from msgspec import Struct

from dpa_guard.model import DECIDING_ROLES, Location, Note
from dpa_guard.parties import WiredIn
from dpa_guard_transfers.verdict import Judge, places

WRITTEN_AND_NOT_KNOWN = "site-not-in-table"
"""Why a site is not known that the wiring names: then the register does not speak for it."""

NOWHERE = Location("processing", None, (), "unknown", "declared", "", "party-site-not-known")
"""The place of a party that neither the wiring nor the register places."""


class Sites(Struct, frozen=True):
    """The places a party is judged by, and the contradiction between the two sources, if there is one."""

    locations: tuple[Location, ...]
    contradiction: Note | None = None


def sites_of(wired: WiredIn, judge: Judge) -> Sites:
    """Return the places of a party.

    Each resource that wires it in counts by the site read there; by the register's ``processing`` where none could be
    read; by nowhere where that is silent too. Where both speak, whatever either says is outside counts.
    """
    declared = _declared(wired)
    read = _read(wired)
    found: list[Location] = []
    for locations in read.values():
        known = [location for location in locations if location.extent != "unknown"]
        written = [location for location in locations if location.why == WRITTEN_AND_NOT_KNOWN]
        found += known or written or declared or locations or [NOWHERE]
    seen = tuple(location for locations in read.values() for location in locations if location.extent != "unknown")
    if not seen or not declared:
        return Sites(tuple(dict.fromkeys(found)))
    found += [location for location in declared if judge.read(location).outside]
    read_outside = any(judge.read(location).outside for location in seen)
    declared_outside = any(judge.read(location).outside for location in declared)
    if read_outside == declared_outside:
        return Sites(tuple(dict.fromkeys(found)))
    note = Note("site-contradiction", wired.party.identifier, {"read": places(seen), "declared": places(declared)})
    return Sites(tuple(dict.fromkeys([*found, *declared])), note)


def _read(wired: WiredIn) -> dict[tuple[str, str], list[Location]]:
    """Return the deciding places read from the wiring, by the resource (source, id) that wires."""
    read: dict[tuple[str, str], list[Location]] = {}
    for engagement in wired.engagements:
        of_resource = read.setdefault((engagement.source, engagement.resource), [])
        of_resource += [location for location in engagement.locations if location.role in DECIDING_ROLES]
    return read


def _declared(wired: WiredIn) -> list[Location]:
    return [
        Location("processing", None, (processing.country,), "exact", "declared", f"register {entry.id}")
        for entry in wired.entries
        for processing in entry.processing
    ]
