"""What an estate consists of, before anybody judges it: places, services, third parties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct

from dpa_guard.model import Engagement, Inventory, Location
from dpa_guard.parties import is_ours
from dpa_guard.vendors import vendor_of

__all__ = ["PartyRow", "PlaceRow", "parties", "places"]


class PlaceRow(Struct, frozen=True):
    """One place in one role, and how many objects of each service have it."""

    cloud: str
    """The partition, or the vendor's provider."""
    code: str | None
    countries: tuple[str, ...]
    extent: str
    role: str
    services: Mapping[str, int]
    """Service ("" where it is not known) → objects."""


class PartyRow(Struct, frozen=True):
    """One third party by one identifier."""

    identifier: str
    vendor: str | None
    mechanisms: tuple[str, ...]
    objects: int
    sites: tuple[Location, ...]


def places(inventory: Inventory) -> list[PlaceRow]:
    """Return the places, sorted by country, cloud, code and role; objects without a place come last, as code None."""
    found: dict[tuple[str, str | None, tuple[str, ...], str, str], Counter[str]] = {}
    for resource in inventory.resources:
        if resource.fate == "leaves":
            continue
        cloud = resource.partition or resource.provider
        for key in set(_keys(cloud, resource.locations)):
            found.setdefault(key, Counter())[resource.service] += 1
    rows = [PlaceRow(*key, services=dict(sorted(services.items()))) for key, services in found.items()]
    return sorted(rows, key=lambda row: (not row.countries, row.countries, row.cloud, row.code or "~", row.role))


def parties(inventory: Inventory) -> list[PartyRow]:
    """Return the third parties wired in by their identifiers, without what is ours."""
    wired = _staying(inventory)
    on_cloud = Counter(f"cloud:{resource.partition}" for resource in inventory.resources if resource.fate != "leaves")
    rows: list[PartyRow] = []
    for identifier in sorted({wiring.identifier for wiring in wired}):
        if is_ours(identifier, inventory.first_party):
            continue
        wirings = [wiring for wiring in wired if wiring.identifier == identifier]
        vendor = vendor_of(identifier)
        rows.append(
            PartyRow(
                identifier,
                vendor.name if vendor else None,
                tuple(sorted({wiring.mechanism for wiring in wirings})),
                on_cloud[identifier] or len({(one.source, one.resource) for one in wirings if one.resource}),
                tuple(dict.fromkeys(site for wiring in wirings for site in wiring.locations)),
            )
        )
    return rows


def _staying(inventory: Inventory) -> list[Engagement]:
    """Return the engagements without those of objects that are deleted."""
    leaving = {(one.source, one.id) for one in inventory.resources if one.fate == "leaves"}
    leaving -= {(one.source, one.id) for one in inventory.resources if one.fate != "leaves"}
    return [wiring for wiring in inventory.engagements if (wiring.source, wiring.resource) not in leaving]


def _keys(cloud: str, locations: tuple[Location, ...]) -> Iterator[tuple[str, str | None, tuple[str, ...], str, str]]:
    if not locations:
        yield cloud, None, (), "unknown", ""
    for place in locations:
        yield cloud, place.code, place.countries, place.extent, place.role
