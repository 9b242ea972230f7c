"""``dpa-guard where``: which country a location code stands for, and who says so."""

from __future__ import annotations

import csv
import difflib
import json
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from importlib.resources import files

import click

from dpa_guard.gazetteer.answer import answer, inside_eu, outside_eu, same_countries
from dpa_guard.gazetteer.places import CLOUDS, Place, all_places, find, find_all
from dpa_guard.gazetteer.territory import country_name

__all__ = ["where"]

_UNKNOWN = 3
_WIDTH = 80
_MARGIN = 18


@click.command()
@click.argument("words", nargs=-1, metavar="[CLOUD CODE]")
@click.option("--service", default="", help="The cloud's own API name, e.g. storage, spanner, s3.")
@click.option("--list", "listing", is_flag=True, help="List every known place instead.")
@click.option("--eu", "only_eu", is_flag=True, help="With --list: only places inside the European Union today.")
@click.option("--cloud", type=click.Choice(CLOUDS), help="The cloud to ask or to list.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--lang", type=click.Choice(("en", "nl")), default="en", show_default=True)
@click.pass_context
def where(
    context: click.Context,
    words: tuple[str, ...],
    service: str,
    listing: bool,
    only_eu: bool,
    cloud: str | None,
    form: str,
    lang: str,
) -> None:
    """Say which country a location code stands for.

    CLOUD is aws, azure or gcp; CODE is a region, zone or multi-region as the cloud spells it. A code may mean
    different places for different services: EUR7 of Cloud Storage is not the eur7 of Spanner.

    Exit code: 0 answered, 3 not known (or different places and no --service), 2 wrong usage.
    """
    today = date.today()
    if listing:
        _refuse_words(words)
        click.echo(_listed(_all(cloud, service, only_eu, today), form, today))
        return
    if only_eu:
        raise click.UsageError("--eu goes with --list: dpa-guard where --list --eu")
    asked, code = _asked(words, cloud)
    places = _places(asked, code, service)
    if form == "json":
        click.echo(_json(answer(asked, code, service, places, today)))
    else:
        click.echo("\n".join(_text(asked, code, service, places, today, lang)))
    if inside_eu(places, today) is None:
        context.exit(_UNKNOWN)


def _refuse_words(words: Sequence[str]) -> None:
    if words:
        raise click.UsageError(f"--list takes no CODE, found {' '.join(words)!a}; name a cloud with --cloud")


def _asked(words: Sequence[str], cloud: str | None) -> tuple[str, str]:
    """The cloud and the code asked for; a usage error says what was expected and found."""
    if cloud is not None and len(words) == 1:
        words = (cloud, *words)
    if len(words) != 2:
        found = f"{' '.join(words)!a}" if words else "neither"
        raise click.UsageError(f"expected CLOUD and CODE, e.g. `dpa-guard where aws eu-west-2`; found {found}")
    if words[0] not in CLOUDS:
        raise click.UsageError(f"expected aws, azure or gcp as the cloud; found {words[0]!a}")
    if cloud is not None and cloud != words[0]:
        raise click.UsageError(f"two clouds named: {words[0]} and --cloud {cloud}")
    return words[0], words[1]


def _places(cloud: str, code: str, service: str) -> list[Place]:
    if not service:
        return find_all(cloud, code)
    place = find(cloud, code, service)
    return [place] if place else []


def _all(cloud: str | None, service: str, only_eu: bool, day: date) -> list[Place]:
    places = [place for name in ([cloud] if cloud else CLOUDS) for place in all_places(name)]
    return [
        place
        for place in places
        if (not service or place.service == service) and (not only_eu or inside_eu([place], day))
    ]


def _listed(places: Sequence[Place], form: str, day: date) -> str:
    if form == "json":
        return _json([answer(place.cloud, place.code, place.service, [place], day) for place in places])
    return "\n".join(
        f"{place.cloud:<6}{place.code:<27}{','.join(place.countries) or place.extent:<13}{place.service or place.name}"
        for place in places
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _text(cloud: str, code: str, service: str, places: Sequence[Place], day: date, lang: str) -> Iterator[str]:
    if not places:
        yield from _not_known(cloud, code, service, lang)
        return
    if len(places) > 1:
        alike = same_countries(places) and places[0].extent != "unknown"
        several = "where-several-alike" if alike else "where-several"
        yield from textwrap.wrap(_say(several, lang, code=code, cloud=cloud), _WIDTH)
        yield ""
    for count, place in enumerate(places):
        if count:
            yield ""
        yield from _block(place, code, day, lang)


def _block(place: Place, code: str, day: date, lang: str) -> Iterator[str]:
    """One place: what it is, its country, the European Union today, and who says so."""
    partition = place.partition if place.partition != place.cloud else ""
    named = ", ".join(f"{country_name(country, lang)} ({country})" for country in place.countries)
    country = "where-country" if len(place.countries) == 1 else "where-countries"
    yield " · ".join(part for part in (code, place.cloud, partition, place.service, place.kind, place.name) if part)
    yield _line(_say(country, lang), _say(f"where-extent-{place.extent}", lang, countries=named))
    yield _line(_say("where-union", lang), _union(place, day, lang))
    if place.note:
        yield _line(_say("where-note", lang), place.note)
    yield _line(_say("where-source", lang), _say("where-read", lang, source=place.source, read_on=place.read_on))


def _union(place: Place, day: date, lang: str) -> str:
    outside = outside_eu(place, day)
    if 0 < len(outside) < len(place.countries):
        named = ", ".join(country_name(country, lang) for country in outside)
        return _say("where-outside-partly", lang, outside=named, day=day.isoformat())
    says = {True: "where-inside", False: "where-outside", None: "where-union-unknown"}[inside_eu([place], day)]
    return _say(says, lang, day=day.isoformat())


def _not_known(cloud: str, code: str, service: str, lang: str) -> Iterator[str]:
    """That there is no answer, and what may have been meant; codes spelled alike are no answer."""
    shown = code if code.isprintable() and len(code) <= _WIDTH else f"{code[:20]!a}..."
    unknown = "where-unknown-service" if service else "where-unknown"
    yield from textwrap.wrap(_say(unknown, lang, code=shown, cloud=cloud, service=service), _WIDTH)
    others = sorted({place.service for place in find_all(cloud, code)}) if service else []
    if others:
        yield from textwrap.wrap(_say("where-other-services", lang, services=", ".join(others)), _WIDTH)
        return
    known = sorted({place.code for place in all_places(cloud) if "#" not in place.code})
    if similar := difflib.get_close_matches(code[:_WIDTH].lower(), known, n=4, cutoff=0.75):
        yield from textwrap.wrap(_say("where-similar", lang, codes=", ".join(similar)), _WIDTH, break_on_hyphens=False)


def _line(label: str, text: str) -> str:
    margin = " " * _MARGIN
    start = f"  {label}".ljust(_MARGIN)
    return textwrap.fill(
        text, _WIDTH, initial_indent=start, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False
    )


def _say(entry: str, lang: str, /, **params: str) -> str:
    return _words(lang)[entry].format(**params)


@cache
def _words(lang: str) -> dict[str, str]:
    text = files("dpa_guard").joinpath("report", "prose", "gazetteer.csv").read_text(encoding="utf-8")
    return {row["code"]: row[lang] for row in csv.DictReader(text.splitlines()) if row["group"] == "word"}
