"""What no single key of ``agreement.toml`` can show: order of dates, references between entries, doubles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dpa_guard.toml_file import kinds
from dpa_guard.toml_file.mistakes import KeyPath, Report, choice, dotted, shown

Entry = Mapping[str, Any]


def check_meaning(kept: Entry, report: Report) -> None:
    """Report what does not fit together in the keys ``walk.read_table`` kept (absent where they were wrong)."""
    _territory(kept, report)
    for name in ("authorisation", "subprocessor", "amendment", "request"):
        _no_double_ids(name, kept, report)
    for path, first, second in _ordered_pairs(kept):
        if first[1] is not None and second[1] is not None and second[1] < first[1]:
            report.add((*path, second[0]), "wrong-order", f"{second[1]} lies before {first[0]}, {first[1]}")
    _authorisations(kept, report)
    _identifiers(kept, report)
    _chains(kept, report)
    _one_hash_per_file(kept, report)
    _evidence(kept, report)


def _entries(kept: Entry, *names: str) -> Iterator[tuple[KeyPath, Entry]]:
    """Yield (key path, table) of the tables of an array, or of arrays within arrays."""
    found: list[tuple[KeyPath, Entry]] = [((), kept)]
    for name in names:
        found = [
            ((*path, name, i), entry)
            for path, owner in found
            for i, entry in enumerate(owner.get(name) or ())
            if isinstance(entry, dict)
        ]
    yield from found


def _territory(kept: Entry, report: Report) -> None:
    territory = kept.get("territory")
    if territory is None or any(path[:1] == ("territory",) for path in report.paths()):
        return
    if "rule" in territory and "countries" in territory:
        report.add(("territory", "countries"), "bad-value", "a rule and a list of countries; keep one of the two")
    if not territory:
        text = 'nothing in it; expected rule = "eu-member-states", rule = "eea", or countries = ["NL", …]'
        report.add(("territory",), "missing-key", text)


def _no_double_ids(name: str, kept: Entry, report: Report) -> None:
    first: dict[str, KeyPath] = {}
    for path, entry in _entries(kept, name):
        identity = entry.get("id")
        if identity in first:
            text = f"{shown(identity)} is already the id of {dotted(first[identity])}; give each its own"
            report.add((*path, "id"), "duplicate", text)
        elif identity is not None:
            first[identity] = path


_ORDER: tuple[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], ...] = (
    (
        ("authorisation",),
        (("granted_on", "expires_on"), ("effective_from", "expires_on"), ("granted_on", "withdrawn_on")),
    ),
    (("subprocessor",), (("engaged_from", "engaged_until"),)),
    (
        ("subprocessor", "objection"),
        (("received_on", "effective_on"), ("received_on", "lifted_on"), ("effective_on", "lifted_on")),
    ),
)
"""(array, (earlier, later)…); the same day twice is in order."""


def _ordered_pairs(kept: Entry) -> Iterator[tuple[KeyPath, tuple[str, Any], tuple[str, Any]]]:
    agreement = kept.get("agreement") or {}
    yield ("agreement",), *_pair(agreement, "in_force_from", "in_force_until")
    for party, entry in (kept.get("parties") or {}).items():
        for path, signatory in _entries(entry, "may_sign"):
            yield ("parties", party, *path), *_pair(signatory, "from", "until")
    for names, pairs in _ORDER:
        for path, entry in _entries(kept, *names):
            for earlier, later in pairs:
                yield path, *_pair(entry, earlier, later)


def _pair(entry: Entry, earlier: str, later: str) -> tuple[tuple[str, Any], tuple[str, Any]]:
    return (earlier, entry.get(earlier)), (later, entry.get(later))


def _authorisations(kept: Entry, report: Report) -> None:
    ids = _register_ids(kept)
    for path, entry in _entries(kept, "authorisation"):
        scope = entry.get("scope") or {}
        countries = entry.get("countries") or []
        if "*" in countries and len(countries) > 1:
            report.add((*path, "countries"), "bad-value", '"*" is every country; name nothing beside it')
        elif "*" in countries and not scope.get("services"):
            text = 'every country ("*") can only be consented to for named services; add scope.services'
            report.add((*path, "countries"), "bad-value", text)
        for i, wanted in enumerate(scope.get("subprocessors") or ()):
            if wanted is not None and wanted not in ids:
                text = f"{shown(wanted)} is not the id of a [[subprocessor]]{choice(wanted, ids)}"
                report.add((*path, "scope", "subprocessors", i), "unknown-reference", text)


def _register_ids(kept: Entry) -> list[str]:
    return [entry["id"] for _, entry in _entries(kept, "subprocessor") if "id" in entry]


def _identifiers(kept: Entry, report: Report) -> None:
    owner: dict[str, KeyPath] = {}
    for path, entry in _entries(kept, "subprocessor"):
        for i, identifier in enumerate(entry.get("identifiers") or ()):
            if identifier is None:
                continue
            if identifier in owner:
                where = "twice here" if owner[identifier] == path else f"also in {dotted(owner[identifier])}"
                text = f"{shown(identifier)} is {where}; an identifier leads to one entry"
                report.add((*path, "identifiers", i), "duplicate", text)
            owner.setdefault(identifier, path)


def _chains(kept: Entry, report: Report) -> None:
    """``engaged_by`` leads, entry by entry, to the processor."""
    brought_in: dict[str, str] = {}
    for path, entry in _entries(kept, "subprocessor"):
        if entry.get("id") == "processor":
            report.add((*path, "id"), "bad-value", '"processor" is the processor itself; choose another id')
        elif "id" in entry:
            brought_in.setdefault(entry["id"], entry.get("engaged_by", "processor"))
    for path, entry in _entries(kept, "subprocessor"):
        by = entry.get("engaged_by", "processor")
        if by != "processor" and by not in brought_in:
            text = f'{shown(by)} is neither "processor" nor the id of a [[subprocessor]]{choice(by, brought_in)}'
            report.add((*path, "engaged_by"), "unknown-reference", text)
        elif ring := _ring(entry.get("id"), brought_in):
            text = f"{' is engaged by '.join(ring)}: the chain must end at the processor"
            report.add((*path, "engaged_by"), "cycle", text)


def _ring(start: str | None, brought_in: Mapping[str, str]) -> Sequence[str]:
    """Return the ring that begins and ends at ``start``; empty where the chain leads elsewhere."""
    if start is None:
        return ()
    chain = [start]
    while (following := brought_in.get(chain[-1])) is not None:
        if following == start:
            return [*chain, start]
        if following in chain:
            return ()
        chain.append(following)
    return ()


def _one_hash_per_file(kept: Entry, report: Report) -> None:
    first: dict[str, tuple[str, KeyPath]] = {}
    for path, document in documents(kept, ()):
        digest = document.get("sha256")
        if digest is None:
            continue
        known, where = first.setdefault(document["file"], (digest, path))
        if known != digest:
            text = f"another hash than at {dotted(where)} for the same file; one of the two is wrong"
            report.add((*path, "sha256"), "duplicate", text)


def documents(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Entry]]:
    """Yield every table with a ``file``, wherever it is, with its key path."""
    if isinstance(value, dict):
        if "file" in value:
            yield path, value
        for key, inside in value.items():
            yield from documents(inside, (*path, key))
    elif isinstance(value, list):
        for i, inside in enumerate(value):
            yield from documents(inside, (*path, i))


def _evidence(kept: Entry, report: Report) -> None:
    evidence = kept.get("evidence") or {}
    every, gap = evidence.get("run_every"), evidence.get("max_gap")
    if every and gap and kinds.hours(gap) < kinds.hours(every):
        text = f"{gap} is shorter than run_every, {every}: every wait would be a gap"
        report.add(("evidence", "max_gap"), "wrong-order", text)
