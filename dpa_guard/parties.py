"""Who is wired in, and which entry of the register that is.

An identifier is ``kind:value``. It meets an entry that names exactly it; a ``host:`` also meets an entry that names a
domain above it, at a label boundary, the most specific one first. Case does not count.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from dpa_guard.agreement import Agreement, Subprocessor
from dpa_guard.model import Engagement, FirstParty, Inventory, Party, Resource
from dpa_guard.vendors import provider_class, provider_name, vendor_of
from dpa_guard.vendors.catalogue import widening


class WiredIn(Struct, frozen=True):
    """One third party, all the ways it is wired in, and its entry in the register."""

    party: Party
    entries: tuple[Subprocessor, ...]
    """Empty: not in the register. More than one: the register contradicts itself about the identifier."""
    engagements: tuple[Engagement, ...]

    @property
    def entry(self) -> Subprocessor | None:
        """The one entry it has; None where it has none, or several."""
        return self.entries[0] if len(self.entries) == 1 else None

    @property
    def label(self) -> str:
        """What to call it: the register's legal name, else the catalogue's name, else the identifier."""
        entry = self.entry
        return entry.legal_name if entry else self.party.vendor or self.party.identifier


class Register:
    """The register's entries by identifier."""

    def __init__(self, entries: Iterable[Subprocessor]) -> None:
        self._entries: dict[str, list[Subprocessor]] = {}
        for entry in entries:
            for identifier in {name.lower() for name in entry.identifiers}:
                self._entries.setdefault(identifier, []).append(entry)

    def matching(self, identifier: str) -> tuple[Subprocessor, ...]:
        """Return the entries that name this identifier; more than one is a contradiction."""
        for candidate in widening(identifier.lower()):
            if candidate in self._entries:
                return tuple(self._entries[candidate])
        return ()


def parties_in(inventory: Inventory, agreement: Agreement, *, clouds: bool = True) -> tuple[WiredIn, ...]:
    """Return the third parties wired in, grouped by register entry where they have one, else by identifier.

    What is ours is left out; ``clouds=False`` also leaves out ``cloud:*``. Sorted by identifier.
    """
    by_identifier: dict[str, list[Engagement]] = {}
    for engagement in inventory.engagements:
        by_identifier.setdefault(engagement.identifier, []).append(engagement)
    register = Register(agreement.register)
    groups: dict[str, tuple[tuple[Subprocessor, ...], list[str]]] = {}
    for identifier in sorted(by_identifier):
        if is_ours(identifier, inventory.first_party) or (not clouds and identifier.startswith("cloud:")):
            continue
        entries = register.matching(identifier)
        group = f"entry {entries[0].id}" if len(entries) == 1 else identifier.lower()
        groups.setdefault(group, (entries, []))[1].append(identifier)
    return tuple(
        WiredIn(
            _party(names[0], entries),
            entries,
            tuple(engagement for name in names for engagement in by_identifier[name]),
        )
        for entries, names in groups.values()
    )


def identifier_of(resource: Resource) -> str | None:
    """Return the identifier of the party a resource is at: its cloud or its vendor; None where it is neither."""
    if resource.partition:
        return f"cloud:{resource.partition}"
    if resource.provider not in ("aws", "azure", "gcp") and provider_class(resource.provider) == "vendor":
        return f"terraform-provider:{provider_name(resource.provider)}"
    return None


def is_ours(identifier: str, ours: FirstParty) -> bool:
    """Does the identifier name ourselves: one of our accounts, projects, tenants, or a host under our domains?"""
    kind, _, value = identifier.lower().partition(":")
    if kind == "host":
        domains = {domain.lower() for domain in ours.domains}
        return any(candidate.partition(":")[2] in domains for candidate in widening(f"host:{value}"))
    own = {
        "aws-account": ours.aws_accounts,
        "gcp-project": ours.gcp_projects,
        "azure-tenant": ours.azure_tenants,
    }
    return value in {name.lower() for name in own.get(kind, frozenset())}


def _party(identifier: str, entries: tuple[Subprocessor, ...]) -> Party:
    vendor = vendor_of(identifier)
    return Party(identifier, vendor.name if vendor else None, entries[0].id if len(entries) == 1 else None)
