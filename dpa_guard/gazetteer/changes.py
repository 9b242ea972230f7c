"""What differs between two versions of the tables, and which verdicts can turn because of it.

A row that says the same of a place, a kind or an attribute turns nothing, whatever its source or note. What a place's
change means is told for article 3.1 as it stands (the member states, on a day); under a list of countries other
changes of a country count too, and those are told as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from msgspec import Struct

from dpa_guard.gazetteer.release import Release
from dpa_guard.model import DECIDING_ROLES

__all__ = ["Change", "changes", "not_compared"]

_Row = dict[str, str]
_NOTHING: _Row = {}


class Change(Struct, frozen=True):
    """One thing of which the two versions do not say the same."""

    table: str
    subject: str
    before: str
    """"" where the old version has no such row."""
    after: str
    turns: str
    """The verdicts it can turn, e.g. ``unknown -> pass``; "" for none: the words differ and nothing else."""


def changes(old: Release, new: Release, day: date) -> list[Change]:
    """Return every change, table by table, those that can turn a verdict first."""
    found = [
        change
        for name in sorted({*old, *new} - set(not_compared(old, new)))
        for change in _of_table(name, old, new, day)
        if change.before != change.after
    ]
    return sorted(found, key=lambda change: (change.table, not change.turns, change.subject))


_Inside = Callable[[str], bool | None]
"""Is a country inside the European Union? By the new version's own table of territory."""


def not_compared(old: Release, new: Release) -> list[str]:
    """Return the tables that cannot be compared: vendors', where a data folder alone has none."""
    whole = [any(name.startswith(_VENDORS) for name in release) for release in (old, new)]
    return [] if all(whole) else sorted(name for name in {*old, *new} if name.startswith(_VENDORS))


_VENDORS = "vendors/"


class _Rule(Struct, frozen=True):
    """How the rows of a table are told apart, what they say, and what another saying turns."""

    key: tuple[str, ...]
    says: Callable[[_Row], str]
    turns: Callable[[_Row, _Row, _Inside], str]


def _of_table(name: str, old: Release, new: Release, day: date) -> Iterator[Change]:
    rule = _RULES.get("places" if name.startswith("places-") else name)
    if rule is None:
        return
    before, after = _by_key(rule, _rows(name, old)), _by_key(rule, _rows(name, new))
    inside = _inside(new.get("territory", []), day)
    for key in sorted({*before, *after}):
        was, is_ = before.get(key, _NOTHING), after.get(key, _NOTHING)
        said, says = (rule.says(row) if row else "" for row in (was, is_))
        if said != says:
            yield Change(name, " ".join(filter(None, key)), said, says, rule.turns(was, is_, inside))


def _rows(name: str, release: Release) -> Iterable[_Row]:
    """Return the rows of a table; of paths in schemas only those that no attribute's row explains."""
    rows = release.get(name, [])
    if name != "schema-paths":
        return rows
    explained = {(row["kind"], row["path"].replace("[]", "")) for row in release.get("attributes", [])}
    return [row for row in rows if (row["kind"], row["path"]) not in explained and row["path"] not in _GENERIC]


_GENERIC = {"region", "location", "zone"}
"""Read of every type without a row."""


def _by_key(rule: _Rule, rows: Iterable[_Row]) -> dict[tuple[str, ...], _Row]:
    return {tuple(row.get(column, "") for column in rule.key): row for row in rows}


def _inside(territory: list[_Row], day: date) -> _Inside:
    rows = {row.get("alpha2", ""): row for row in territory}

    def answer(country: str) -> bool | None:
        row = rows.get(country)
        if row is None:
            return None
        first, last = row.get("eu_from", ""), row.get("eu_until", "")
        whole = row.get("eu_territory_of", "")
        member = bool(first) and first <= day.isoformat() and (not last or day.isoformat() <= last)
        return member and (not whole or answer(whole) is True)

    return answer


# -- what a row says ------------------------------------------------------------------------------------------------


def _place(row: _Row) -> str:
    return f"{row.get('countries') or row.get('extent', '')} ({row.get('partition', '')})"


def _columns(*names: str) -> Callable[[_Row], str]:
    return lambda row: " ".join(row.get(name, "") or "-" for name in names)


# -- what another saying turns --------------------------------------------------------------------------------------


def _verdict_of_place(row: _Row, inside: _Inside) -> str:
    extent = row.get("extent", "unknown")
    if extent == "exact":
        told = {inside(country) for country in row.get("countries", "").split(";")}
        return "fail" if False in told else "unknown" if None in told else "pass"
    return {"within-eu": "pass", "outside-eu": "fail", "worldwide": "fail"}.get(extent, "unknown")


def _places_turn(was: _Row, is_: _Row, inside: _Inside) -> str:
    old, new = _verdict_of_place(was, inside), _verdict_of_place(is_, inside)
    if old != new:
        return f"{old} -> {new}"
    if (was.get("countries"), was.get("extent")) != (is_.get("countries"), is_.get("extent")):
        return "any, under a list of countries or an authorisation for one"
    return "subprocessor-contract: another cloud is meant"


def _kinds_turn(was: _Row, is_: _Row, _: _Inside) -> str:
    old, new = was.get("class", ""), is_.get("class", "")
    alone = [("not-applicable" if class_ in {"configures", "nothing"} else "unknown") for class_ in (old, new)]
    if alone[0] != alone[1]:
        return f"{alone[0]} -> {alone[1]}, where no place is told"
    if (old == "carries") != (new == "carries"):
        return "unknown <-> not-applicable, where only a control plane is told"
    if was.get("service", "") != is_.get("service", ""):
        return "authorised <-> fail, under an authorisation for services"
    return ""


def _always(what: str) -> Callable[[_Row, _Row, _Inside], str]:
    return lambda _was, _is, _inside: what


def _attributes_turn(was: _Row, is_: _Row, _: _Inside) -> str:
    if {was.get("role"), is_.get("role")} & DECIDING_ROLES:
        return "any, where the attribute is set or left out"
    return "" if was and is_ else "any <-> unknown, where the attribute is set"


def _territory_turns(was: _Row, is_: _Row, _: _Inside) -> str:
    places = ("eu_from", "eu_until", "eea_from", "eea_until", "eu_territory_of")
    return "pass <-> fail" if any(was.get(name, "") != is_.get(name, "") for name in places) else ""


_RULES: dict[str, _Rule] = {
    "places": _Rule(("code", "service"), _place, _places_turn),
    "aliases": _Rule(("cloud", "alias", "service"), _columns("code"), _always("any, for this spelling")),
    "azure-pairs": _Rule(("region",), _columns("pair"), _always("any, of what is kept in the pair too")),
    "territory": _Rule(
        ("alpha2",),
        _columns("eu_from", "eu_until", "eea_from", "eea_until", "eu_territory_of"),
        _territory_turns,
    ),
    "adequacy": _Rule(("alpha2", "first_day"), _columns("last_day", "decision"), _always("")),
    "kinds": _Rule(("kind",), _columns("service", "class", "reason"), _kinds_turn),
    "types": _Rule(("kind",), _columns("placing"), _always("any, where the provider's default would place it")),
    "attributes": _Rule(("kind", "path"), _columns("role", "form", "absent"), _attributes_turn),
    "schema-paths": _Rule(("kind", "path"), _columns("path"), _always("any <-> unknown, where it is set")),
    "aws-endpoints": _Rule(("name",), _columns("services"), _always("any, behind such an endpoint")),
    "vendors/provider-classes": _Rule(
        ("namespace_type",), _columns("class", "cloud"), _always("any, of the provider's objects")
    ),
    "vendors/vendors": _Rule(("identifier",), _columns("vendor"), _always("")),
}
