"""The inventory as a page of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dpa_guard.gazetteer.territory import country_name
from dpa_guard.model import Inventory, Location
from dpa_guard.report.inventory import PlaceRow, parties, places
from dpa_guard.report.page import Look, paragraph, tagged
from dpa_guard.report.plain import plain
from dpa_guard.report.prose import Prose

__all__ = ["page"]


def page(inventory: Inventory, exit_code: int, prose: Prose, look: Look) -> Iterator[str]:
    """Yield the lines of the page, without line ends."""
    for refusal in inventory.refusals:
        label = prose.word("standard-input") if refusal.input == "-" else refusal.input
        yield from tagged(prose.word("error-tag"), "red", plain(label), look)
        yield from paragraph(plain(prose("refusal", refusal.code, refusal.params)), " " * 6)
        yield ""
    yield from _places(places(inventory), prose)
    yield ""
    yield from _parties(inventory, prose)
    if inventory.gaps:
        yield ""
        yield look.paint(prose.word("gaps"), "yellow")
    for gap in inventory.gaps:
        yield from paragraph(plain(f"{gap.scope}: {prose('gap', gap.reason_code, gap.detail)}"), " " * 4, "  - ")
    yield ""
    yield f"{prose.word('exit', code=str(exit_code))}  {prose.word(f'inventory-exit-{exit_code}')}."


def _places(rows: Sequence[PlaceRow], prose: Prose) -> Iterator[str]:
    yield prose.word("inventory-places")
    if not rows:
        yield f"  {prose.word('inventory-no-places')}"
    area = None
    for row in rows:
        if (named := _area(row.countries, row.extent, row.code, prose)) != area:
            area = named
            yield f"  {area}"
        role = prose.word(f"role-{row.role}") if row.role else ""
        spelled = " ".join(part for part in (row.cloud, row.code or "", f"({role})" if role else "") if part)
        services = ", ".join(f"{name or prose.word('inventory-no-service')} {n}" for name, n in row.services.items())
        head = f"    {plain(spelled)}  "
        yield from paragraph(plain(services), " " * 38, head.ljust(38) if len(head) <= 38 else head)


def _parties(inventory: Inventory, prose: Prose) -> Iterator[str]:
    yield prose.word("inventory-parties")
    rows = parties(inventory)
    if not rows:
        yield f"  {prose.word('inventory-no-parties')}"
    for row in rows:
        named = f"{row.vendor} ({row.identifier})" if row.vendor else row.identifier
        objects = prose.word("objects-one" if row.objects == 1 else "objects-many", count=str(row.objects))
        through = ", ".join(prose.word(f"mechanism-{mechanism}") for mechanism in row.mechanisms)
        sites = ", ".join(_site(site, prose) for site in row.sites)
        told = "; ".join(part for part in (through, objects, sites) if part)
        yield from paragraph(plain(named), " " * 6, "  ")
        yield from paragraph(plain(told), " " * 6)


def _site(site: Location, prose: Prose) -> str:
    named = ", ".join(country_name(country, prose.lang) for country in site.countries)
    area = named or _area(site.countries, site.extent, site.code, prose)
    return f"{site.code} ({area})" if site.code else area


def _area(countries: Sequence[str], extent: str, code: str | None, prose: Prose) -> str:
    if extent == "exact" and countries:
        return ", ".join(f"{country_name(country, prose.lang)} ({country})" for country in countries)
    if code is None and extent == "unknown":
        return prose.word("inventory-no-place")
    return prose.word(f"extent-{extent}")
