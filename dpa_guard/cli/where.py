"""``dpa-guard where``: which country a location code stands for, and who says so."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

import click

from dpa_guard.cli.help import Command
from dpa_guard.gazetteer.answer import answer, inside_eu
from dpa_guard.gazetteer.places import CLOUDS, Place, all_places, find, find_all
from dpa_guard.report.prose import Lang, Prose

__all__ = ["where"]

_ANSWERED, _UNKNOWN = 0, 3
_LONGEST = 80
"""No code is longer; what is given beyond it is not compared."""


@click.command(
    cls=Command,
    notes=(
        ("0", "answered"),
        ("2", "wrong usage"),
        ("3", "not known, or different places for different services and no --service"),
    ),
    examples=(
        "dpa-guard where aws eu-central-2",
        "dpa-guard where gcp EUR7 --service storage",
        "dpa-guard where --list --eu --cloud azure",
    ),
)
@click.argument("words", nargs=-1, metavar="[CLOUD CODE]")
@click.option("--service", default="", metavar="NAME", help="The cloud's own API name, e.g. storage, spanner, s3.")
@click.option("--list", "listing", is_flag=True, help="List every known place instead.")
@click.option("--eu", "only_eu", is_flag=True, help="With --list: only places inside the European Union today.")
@click.option("--cloud", type=click.Choice(CLOUDS), help="The cloud to ask or to list.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--lang", type=click.Choice(("en", "nl")), default="en", show_default=True, help="The language.")
@click.pass_context
def where(
    context: click.Context,
    words: tuple[str, ...],
    service: str,
    listing: bool,
    only_eu: bool,
    cloud: str | None,
    form: str,
    lang: Lang,
) -> None:
    """Say which country a location code stands for.

    CLOUD is aws, azure or gcp; CODE is a region, zone or multi-region as the cloud spells it. A code may mean
    different places for different services: EUR7 of Cloud Storage is not the eur7 of Spanner.
    """
    today = datetime.now(UTC).date()
    prose = Prose(lang)
    if listing:
        if words:
            raise click.UsageError(f"--list takes no CODE, found {' '.join(words)!a}; name a cloud with --cloud")
        context.exit(_list(_all(cloud, service, only_eu, today), form, today, prose))
    if only_eu:
        raise click.UsageError("--eu goes with --list: dpa-guard where --list --eu")
    asked, code = _asked(words, cloud)
    places = _places(asked, code, service)
    if form == "json":
        click.echo(_json(answer(asked, code, service, places, today)))
    else:
        from dpa_guard.report import where_text

        shown = (
            where_text.page(asked, code, places, today, prose) if places else _not_known(asked, code, service, prose)
        )
        click.echo("\n".join(shown))
    context.exit(_UNKNOWN if inside_eu(places, today) is None else _ANSWERED)


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


def _list(places: Sequence[Place], form: str, day: date, prose: Prose) -> int:
    if form == "json":
        click.echo(_json([answer(place.cloud, place.code, place.service, [place], day) for place in places]))
    elif places:
        from dpa_guard.report.where_text import listed

        click.echo("\n".join(listed(places, prose)))
    else:
        click.echo(prose.word("where-list-none"))
    return _ANSWERED if places else _UNKNOWN


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _not_known(cloud: str, code: str, service: str, prose: Prose) -> list[str]:
    """That there is no answer, and what may have been meant; codes spelled alike are no answer."""
    from dpa_guard.report.where_text import not_known

    others = sorted({place.service for place in find_all(cloud, code)}) if service else []
    known = sorted({place.code for place in all_places(cloud) if "#" not in place.code})
    similar = difflib.get_close_matches(code[:_LONGEST].lower(), known, n=4, cutoff=0.75)
    return list(not_known(cloud, code, service, others, similar, prose))
