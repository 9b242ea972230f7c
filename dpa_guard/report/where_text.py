"""What ``where`` prints for a person: a place, its countries, the European Union on a day, and who says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from dpa_guard.gazetteer.answer import inside_eu, outside_eu, same_countries
from dpa_guard.gazetteer.places import Place
from dpa_guard.gazetteer.territory import country_name
from dpa_guard.report.page import WIDTH, paragraph
from dpa_guard.report.plain import plain
from dpa_guard.report.prose import Prose, rows

__all__ = ["listed", "not_known", "page"]

_MARGIN = 18


def page(cloud: str, code: str, places: Sequence[Place], day: date, prose: Prose) -> Iterator[str]:
    """Yield the lines on the places a code stands for; there is at least one."""
    if len(places) > 1:
        alike = same_countries(places) and places[0].extent != "unknown"
        several = "where-several-alike" if alike else "where-several"
        yield from paragraph(prose.word(several, code=code, cloud=cloud))
        yield ""
    for number, place in enumerate(places):
        if number:
            yield ""
        yield from _block(place, code, day, prose)


def not_known(
    cloud: str, code: str, service: str, others: Sequence[str], similar: Sequence[str], prose: Prose
) -> Iterator[str]:
    """Yield that there is no answer, the ``others`` (services) that know the code, and codes spelled alike."""
    shown = plain(code) if len(code) <= WIDTH else f"{plain(code[:20])}…"
    unknown = "where-unknown-service" if service else "where-unknown"
    yield from paragraph(prose.word(unknown, code=shown, cloud=cloud, service=service))
    if others:
        yield from paragraph(prose.word("where-other-services", services=", ".join(others)))
    elif similar:
        yield from paragraph(prose.word("where-similar", codes=", ".join(similar)))


def listed(places: Sequence[Place], prose: Prose) -> Iterator[str]:
    """Yield a line per place: cloud, code, countries, and its service or name."""
    column = max((len(place.code) for place in places), default=0) + 1
    for place in places:
        where = ",".join(place.countries) or prose.word(f"where-list-{place.extent}")
        yield f"{place.cloud:<6}{place.code:<{column}}{where:<13}{place.service or place.name}"


def _block(place: Place, code: str, day: date, prose: Prose) -> Iterator[str]:
    partition = place.partition if place.partition != place.cloud else ""
    name = place.name if place.name.casefold() != code.casefold() else ""
    named = ", ".join(f"{country_name(country, prose.lang)} ({country})" for country in place.countries)
    country = "where-country" if len(place.countries) == 1 else "where-countries"
    kind = prose.word(f"where-kind-{place.kind}") if ("word", f"where-kind-{place.kind}") in rows() else place.kind
    yield from paragraph(
        " · ".join(part for part in (code, place.cloud, partition, place.service, kind, name) if part), "  ", ""
    )
    yield from _line(prose.word(country), prose.word(f"where-extent-{place.extent}", named=named))
    yield from _line(prose.word("where-union"), _union(place, day, prose))
    if place.note:
        yield from _line(prose.word("where-note"), place.note)
    yield from _line(prose.word("where-source"), prose.word("where-read", source=place.source, read_on=place.read_on))


def _union(place: Place, day: date, prose: Prose) -> str:
    outside = outside_eu(place, day)
    if 0 < len(outside) < len(place.countries):
        named = ", ".join(country_name(country, prose.lang) for country in outside)
        return prose.word("where-outside-partly", outside=named, day=day.isoformat())
    says = {True: "where-inside", False: "where-outside", None: "where-union-unknown"}[inside_eu([place], day)]
    return prose.word(says, day=day.isoformat())


def _line(label: str, text: str) -> list[str]:
    return paragraph(text, " " * _MARGIN, f"  {label}".ljust(_MARGIN))
