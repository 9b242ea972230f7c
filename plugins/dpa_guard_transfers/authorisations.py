"""Which authorisation covers a country: in force on the day, and its scope keys match.

Several authorisations may together cover one subject; each country is asked for by itself. A place whose countries
are not published (``worldwide``, ``outside-eu``) is asked for as country ``*``, which only an authorisation for all
countries, with its services named, covers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from msgspec import Struct, field

from dpa_guard.agreement import Authorisation
from dpa_guard.model import Params

ALL = "*"
KEYS = ("subprocessors", "services", "accounts", "roles")
"""The scope keys of an authorisation, in the order in which a mismatch is told."""


class Subject(Struct, frozen=True):
    """What an authorisation's scope is compared with."""

    parties: frozenset[str] | None
    """Register ids of the party it is at; empty: a party without an entry; None: not known."""
    service: str
    """The cloud's own API name; "" where it is not known."""
    account: str
    """"" where it is not known."""


class Cover(Struct, frozen=True):
    """Whether a country is covered, and if not, what comes nearest and why it does not."""

    state: Literal["covered", "not-known", "uncovered"]
    authorisation: Authorisation | None = None
    reason: str = ""
    params: Params = field(default_factory=dict)
    cure: str = ""


class Authorisations:
    """All authorisations of an agreement, on one day."""

    def __init__(self, authorisations: Iterable[Authorisation], day: date) -> None:
        self._all = tuple(authorisations)
        self._day = day

    def cover(self, country: str, role: str, subject: Subject) -> Cover:
        """Return what covers a country (ISO alpha-2, or ``*``) for a subject in a role."""
        doubtful: Cover | None = None
        lapsed: Cover | None = None
        narrow: Cover | None = None
        for authorisation in self._all:
            if not _names(authorisation, country):
                continue
            missing, unknown = _mismatches(authorisation, subject, role)
            if not authorisation.in_force(self._day):
                if not missing:
                    lapsed = lapsed or _lapsed(authorisation, self._day)
            elif missing:
                narrow = narrow or _narrow(authorisation, missing)
            elif unknown:
                doubtful = doubtful or _doubtful(authorisation, unknown)
            else:
                return Cover("covered", authorisation)
        return doubtful or lapsed or narrow or Cover("uncovered", None, "outside", {}, "move-or-ask")


def last_day(authorisation: Authorisation) -> date | None:
    """Return the last day an authorisation is in force; None where it has no end."""
    ends = [end for end in (authorisation.expires_on, authorisation.withdrawn_on) if end is not None]
    return min(ends) if ends else None


def _names(authorisation: Authorisation, country: str) -> bool:
    if ALL in authorisation.countries:
        return bool(authorisation.scope.services)
    return country in authorisation.countries


def _mismatches(authorisation: Authorisation, subject: Subject, role: str) -> tuple[list[str], list[str]]:
    """Return the scope keys that do not match, and those that cannot be compared."""
    held: dict[str, frozenset[str] | None] = {
        "subprocessors": subject.parties,
        "services": frozenset((subject.service,)) if subject.service else None,
        "accounts": frozenset((subject.account,)) if subject.account else None,
        "roles": frozenset((role,)),
    }
    missing: list[str] = []
    unknown: list[str] = []
    for key in KEYS:
        wanted = {name.lower() for name in getattr(authorisation.scope, key)}
        if not wanted:
            continue
        known = held[key]
        if known is None:
            unknown.append(key)
            continue
        met = [name.lower() in wanted for name in known]
        if not any(met):
            missing.append(key)
        elif not all(met):
            unknown.append(key)
    return missing, unknown


def _lapsed(authorisation: Authorisation, day: date) -> Cover:
    begins = max(authorisation.granted_on, authorisation.effective_from or authorisation.granted_on)
    if begins > day:
        return _uncovered(authorisation, "outside-not-yet", begins.isoformat(), "wait-or-move")
    withdrawn = authorisation.withdrawn_on
    ended = last_day(authorisation)
    if withdrawn is not None and withdrawn == ended:
        return _uncovered(authorisation, "outside-withdrawn", withdrawn.isoformat(), "move-or-ask")
    return _uncovered(authorisation, "outside-expired", ended.isoformat() if ended else "", "renew-authorisation")


def _uncovered(authorisation: Authorisation, reason: str, day: str, cure: str) -> Cover:
    return Cover("uncovered", authorisation, reason, {"authorisation": authorisation.id, "day": day}, cure)


def _narrow(authorisation: Authorisation, missing: list[str]) -> Cover:
    params = {"authorisation": authorisation.id, "key": ", ".join(missing)}
    return Cover("uncovered", authorisation, "outside-scope", params, "extend-authorisation")


def _doubtful(authorisation: Authorisation, unknown: list[str]) -> Cover:
    params = {"authorisation": authorisation.id, "key": ", ".join(unknown)}
    return Cover("not-known", authorisation, "scope-not-known", params, "make-scope-known")
