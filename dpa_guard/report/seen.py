"""What was looked at, what was not, and what is worth noting: as every page of 80 columns says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from dpa_guard.model import Gap, Inventory, Note
from dpa_guard.report.groups import gap_groups, note_groups
from dpa_guard.report.page import Look, Subject, field, listed, paragraph, tagged
from dpa_guard.report.plain import plain
from dpa_guard.report.prose import Prose

__all__ = ["gaps", "looked_at", "notes", "objects", "refusals", "scope_named"]

_SCOPES = {"*": "whole-estate", "command-line": "scope-command-line"}
"""Names of scopes that are ours, and the word for each."""


def looked_at(inventory: Inventory, prose: Prose) -> Iterator[str]:
    """Yield the inputs with the number of objects in each, and the regions that were assumed."""
    held = Counter([resource.source for resource in inventory.resources if resource.fate != "leaves"])
    partly = {row.source for row in inventory.coverage if "looked-partly" in row.services.values()}
    label = prose.word("looked-at")
    for given in inventory.inputs:
        seen = "input-partly" if given.label in partly else "input"
        kind = prose.word(f"kind-of-{given.kind}")
        named = _input(given.label, prose)
        yield from field(label, prose.word(seen, label=named, kind=kind, count=objects(held[given.label], prose)))
        label = ""
    for scope, (accounts, regions) in _scanned(inventory).items():
        named = prose.word(_SCOPES[scope]) if scope in _SCOPES else plain(scope)
        told = {
            "scope": named,
            "accounts": _number("accounts", accounts, prose),
            "regions": _number("regions", regions, prose),
        }
        yield from field(label, prose.word("scanned", **told, count=objects(held[scope], prose)))
        label = ""
    if label:
        yield from field(label, prose.word("nothing"))
    label = prose.word("assumed")
    for assumed in inventory.assumptions:
        told = {"cloud": assumed.cloud, "region": plain(assumed.region), "source": _input(assumed.source, prose)}
        yield from field(label, prose.word(f"assumed-{assumed.origin}", **told))
        label = ""


def refusals(inventory: Inventory, heading: str, prose: Prose, look: Look) -> Iterator[str]:
    """Yield the inputs that could not be judged or read, and why; ``heading`` is the word that says so of an input."""
    tag = prose.word("error-tag")
    for refusal in inventory.refusals:
        yield ""
        yield from tagged(tag, "red", prose.word(heading, input=_input(refusal.input, prose)), look)
        yield from paragraph(plain(prose("refusal", refusal.code, refusal.params)), " " * (len(tag) + 2))


def gaps(found: Iterable[Gap], prose: Prose, look: Look) -> Iterator[str]:
    """Yield what should have been looked at and was not, under its heading; nothing where there is nothing."""
    for number, gap in enumerate(gap_groups(found, prose)):
        if not number:
            yield ""
            yield look.paint(prose.word("gaps"), "yellow")
        yield from paragraph(f"{plain(scope_named(gap.scope, prose))}: {gap.text}", " " * 4, "  - ")
        yield from listed(gap.subjects, " " * 4, look, prose)


def notes(said: Iterable[Note], prose: Prose, look: Look) -> Iterator[str]:
    """Yield the notes under their heading, those in the same words together; nothing where there is none."""
    for number, group in enumerate(note_groups(said, prose)):
        if not number:
            yield ""
            yield prose.word("notes")
        if len(group.subjects) == 1 and group.subjects[0]:
            yield from paragraph(f"{group.subjects[0]}: {group.text}", " " * 4, "  - ")
            continue
        yield from paragraph(group.text, " " * 4, "  - ")
        yield from listed([Subject(subject) for subject in group.subjects if subject], " " * 4, look, prose)


def scope_named(scope: str, prose: Prose) -> str:
    """Return a scope's name; those that are ours in words."""
    ours = _SCOPES.get(scope)
    return prose.word(ours) if ours else scope


def objects(count: int, prose: Prose) -> str:
    """Return so many objects in words."""
    return prose.word("objects-one" if count == 1 else "objects-many", count=str(count))


def _number(word: str, count: int, prose: Prose) -> str:
    return prose.word(f"{word}-{'one' if count == 1 else 'many'}", count=str(count))


def _scanned(inventory: Inventory) -> dict[str, tuple[int, int]]:
    """Return scope → how many accounts and different regions were looked at live, if only in part."""
    looked: dict[str, tuple[set[str], set[str]]] = {}
    if inventory.kind == "scan":
        for row in inventory.coverage:
            if {"looked", "looked-partly"} & set(row.services.values()):
                accounts, regions = looked.setdefault(row.scope, (set(), set()))
                accounts.add(row.account)
                regions.update([row.region] if _is_somewhere(row.region) else [])
    return {scope: (len(accounts), len(regions)) for scope, (accounts, regions) in looked.items()}


def _is_somewhere(region: str) -> bool:
    """Is it a place, and not a cloud's name for all that has none, like ``aws-global``?"""
    from dpa_guard.gazetteer.places import CLOUDS, find_all

    return not any(place.kind == "global" for cloud in CLOUDS for place in find_all(cloud, region))


def _input(label: str, prose: Prose) -> str:
    return prose.word("standard-input") if label == "-" else plain(label)
