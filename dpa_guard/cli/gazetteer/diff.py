"""``dpa-guard gazetteer diff``: which verdicts can turn between two versions of the tables."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

import click

from dpa_guard.cli.help import Command
from dpa_guard.gazetteer.changes import Change, changes, not_compared
from dpa_guard.gazetteer.release import installed, read_release
from dpa_guard.report.plain import plain

__all__ = ["diff"]

_TURNS = 1
_WIDTH = 80


@click.command(
    cls=Command,
    notes=(
        ("0", "no verdict can turn"),
        ("1", "some can"),
        ("2", "one of the two cannot be read"),
    ),
    examples=(
        "dpa-guard gazetteer diff dpa_guard-0.1.0-py3-none-any.whl",
        "dpa-guard gazetteer diff old/dpa_guard/gazetteer/data new/dpa_guard/gazetteer/data",
    ),
)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", required=False, type=click.Path(path_type=Path))
@click.option("--all", "every", is_flag=True, help="Also list what turns no verdict.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def diff(old: Path, new: Path | None, every: bool, form: str) -> int:
    """Say which verdicts can turn between OLD and NEW; without NEW, what is installed here.

    Each is a wheel or zip of dpa-guard, an unpacked package, or its gazetteer/data folder. Sources and notes of rows
    turn nothing and are left out. Places are told for the member states of today.
    """
    before, after = read_release(old), installed() if new is None else read_release(new)
    found, left_out = changes(before, after, date.today()), not_compared(before, after)
    code = _TURNS if any(change.turns for change in found) else 0
    if form == "json":
        click.echo(json.dumps(_json(found, left_out, code), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_text(found, left_out, every)))
    return code


def _json(found: list[Change], left_out: list[str], code: int) -> dict[str, object]:
    return {
        "schema": "dpa-guard/gazetteer-diff/1",
        "exit_code": code,
        "changes": [
            {
                "table": change.table,
                "subject": change.subject,
                "before": change.before or None,
                "after": change.after or None,
                "turns": change.turns or None,
            }
            for change in found
        ],
        "not_compared": left_out,
    }


def _text(found: list[Change], left_out: list[str], every: bool) -> Iterator[str]:
    turning = [change for change in found if change.turns]
    yield f"{len(found)} {'change' if len(found) == 1 else 'changes'}, {len(turning)} of which can turn a verdict."
    if left_out:
        yield from _wrapped(f"Not compared, in one of the two only: {', '.join(left_out)}.", "")
    for table, group in groupby(found if every else turning, key=lambda change: change.table):
        listed = list(group)
        yield ""
        yield f"{table}.csv ({len(listed)})"
        for change in listed:
            before, after = change.before or "(no row)", change.after or "(no row)"
            line = plain(f"{change.subject}: {before} -> {after}")
            yield from _wrapped(line, "  ")
            if change.turns:
                yield from _wrapped(change.turns, "      ")


def _wrapped(text: str, start: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=start,
        subsequent_indent="      ",
        break_long_words=False,
        break_on_hyphens=False,
    )
