"""The inventory as a page of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dpa_guard.gazetteer.territory import country_name
from dpa_guard.model import Inventory, Location
from dpa_guard.report.inventory import PartyRow, PlaceRow, parties, places
from dpa_guard.report.page import Look, paragraph, tagged
from dpa_guard.report.plain import plain
from dpa_guard.report.prose import Prose
from dpa_guard.report.seen import gaps, looked_at, notes, objects, refusals

__all__ = ["page"]

_COLUMN = 38
"""Where the services of a place begin."""
_EXIT_COLOUR = {0: "green", 2: "red", 3: "yellow"}


def page(inventory: Inventory, exit_code: int, prose: Prose, look: Look) -> Iterator[str]:
    """Yield the lines of the page, without line ends."""
    yield from looked_at(inventory, prose)
    yield from refusals(inventory, "inventory-refused", prose, look)
    if inventory.inputs or inventory.resources:  # else "nothing found" would say more than is known
        yield ""
        yield from _places(places(inventory), prose)
        yield ""
        yield from _parties(parties(inventory), prose)
    yield from gaps(inventory.gaps, prose, look)
    yield from notes(inventory.notes, prose, look)
    yield ""
    meaning = f"{prose.word(f'inventory-exit-{exit_code}')}."
    yield from tagged(prose.word("exit", code=str(exit_code)), _EXIT_COLOUR[exit_code], meaning, look)


def _places(rows: Sequence[PlaceRow], prose: Prose) -> Iterator[str]:
    yield prose.word("inventory-places")
    if not rows:
        yield f"  {prose.word('inventory-no-places')}"
    area = None
    for row in rows:
        if (named := _area(row.countries, row.extent, row.code, prose)) != area:
            area = named
            yield from paragraph(area, " " * 4, "  ")
        role = f"({prose.word(f'role-{row.role}')})" if row.role else ""
        spelled = plain(" ".join(part for part in (row.cloud, row.code or "", role) if part))
        told = _services(row.services, prose)
        if len(spelled) + 6 <= _COLUMN:
            yield from paragraph(told, " " * _COLUMN, f"    {spelled}".ljust(_COLUMN))
        else:
            yield f"    {spelled}"
            yield from paragraph(told, " " * _COLUMN)


def _services(services: Mapping[str, int], prose: Prose) -> str:
    if set(services) == {""}:
        return objects(services[""], prose)
    return plain(", ".join(f"{name or prose.word('inventory-no-service')} {n}" for name, n in services.items()))


def _parties(rows: Sequence[PartyRow], prose: Prose) -> Iterator[str]:
    yield prose.word("inventory-parties")
    if not rows:
        yield f"  {prose.word('inventory-no-parties')}"
    for row in rows:
        through = ", ".join(prose.word(f"mechanism-{mechanism}") for mechanism in row.mechanisms)
        sites = ", ".join(_site(site, prose) for site in row.sites)
        if not sites and not row.identifier.startswith("cloud:"):  # where a cloud is, its places tell
            sites = prose.word("inventory-no-site")
        told = "; ".join(part for part in (through, objects(row.objects, prose), sites) if part)
        yield from paragraph(plain(f"{row.vendor} ({row.identifier})" if row.vendor else row.identifier), " " * 6, "  ")
        yield from paragraph(plain(told), " " * 6)


def _site(site: Location, prose: Prose) -> str:
    if site.code is None and site.extent == "unknown":
        return prose.word("inventory-no-site")
    named = ", ".join(country_name(country, prose.lang) for country in site.countries)
    area = named or _area(site.countries, site.extent, site.code, prose)
    return f"{site.code} ({area})" if site.code else area


def _area(countries: Sequence[str], extent: str, code: str | None, prose: Prose) -> str:
    if extent == "exact" and countries:
        return ", ".join(f"{country_name(country, prose.lang)} ({country})" for country in countries)
    if code is None and extent == "unknown":
        return prose.word("inventory-no-place")
    return prose.word(f"extent-{extent}")
