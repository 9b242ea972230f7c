"""``dpa-guard gazetteer diff``: what another version of the tables changes about verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

import click
import msgspec

from dpa_guard.cli.help import Command
from dpa_guard.gazetteer.changes import Change, Tables, changes, read_tables
from dpa_guard.report.page import paragraph
from dpa_guard.report.plain import plain

__all__ = ["diff"]

_INSTALLED = "installed"


@click.command(
    cls=Command,
    notes=(("0", "no verdict can flip"), ("1", "some can"), ("2", "there are no tables in one of the two")),
    examples=(
        "pip download --no-deps dpa-guard==0.1.0",
        "dpa-guard gazetteer diff dpa_guard-0.1.0-py3-none-any.whl installed",
    ),
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW", default=_INSTALLED)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def diff(old: str, new: str, form: str) -> int:
    """Say which verdicts can flip between two versions of the tables.

    OLD and NEW are each a wheel, another zip, a folder, or the word `installed` (NEW's default). Every record of
    evidence names a digest of the tables it rests on; this tells what a new digest means.
    """
    found = list(changes(_tables(old), _tables(new), date.today()))
    code = 1 if found else 0
    if form == "json":
        click.echo(msgspec.json.encode({"exit_code": code, "changes": found}))
    else:
        for line in _page(found):
            click.echo(line)
    return code


def _tables(named: str) -> Tables:
    if named != _INSTALLED:
        return read_tables(Path(named))
    with as_file(files("dpa_guard").joinpath("gazetteer", "data")) as folder:
        return read_tables(folder)


def _page(found: list[Change]) -> Iterator[str]:
    if not found:
        yield "No row decides anything else: no verdict can flip."
        return
    flips = [one for one in found if one.flips]
    yield f"{len(flips)} rows flip a verdict by themselves, {len(found) - len(flips)} more can."
    for one in sorted(
        found, key=lambda change: (not change.flips, not change.table.startswith("places"), change.table, change.key)
    ):
        what = f"{one.before or 'no row'} => {one.after or 'no row'}"
        told = f" ({one.flips})" if one.flips else ""
        yield from paragraph(plain(f"{one.table}: {one.key}: {what}{told}"), " " * 4, "  ")
    yield ""
    yield "  ".join(f"{table} {count}" for table, count in sorted(Counter(one.table for one in found).items()))
