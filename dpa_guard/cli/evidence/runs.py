"""``dpa-guard evidence runs``: one line per run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from dpa_guard.cli.evidence.reading import LogCommand, say_lines, shown_json
from dpa_guard.evidence.read import Log, Summary
from dpa_guard.evidence.read.summary import summary_of
from dpa_guard.report.plain import plain

__all__ = ["runs"]

_COUNTED = ("fail", "unknown", "authorised", "pass")
_HEAD = f"{'began (UTC)':<16} kind  exit {'fail':>5} {'unkn':>5} {'auth':>5} {'pass':>6} {'gaps':>5} {'records':>7} run"


@click.command(
    cls=LogCommand,
    notes=(("0", "listed"), ("2", "there is no log"), ("4", "the log is damaged")),
    examples=(
        "dpa-guard evidence runs evidence/acme",
        "dpa-guard evidence runs evidence/acme --format json | jq 'select(.whole | not)'",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def runs(folder: Path, form: str) -> int:
    """List the runs of the log in DIR: when they began, of what, how they ended.

    Times are those of the writer's clock. The beginning of a run's id is enough for evidence show. Nothing is verified
    here: dpa-guard evidence verify does that.
    """
    log = Log(folder)
    found = (summary_of(log, run) for run in log.runs)
    say_lines(_json(found) if form == "json" else _table(found))
    return 0


def _json(found: Iterator[Summary]) -> Iterator[bytes]:
    for one in found:
        yield shown_json(msgspec.json.encode(one))


def _table(found: Iterator[Summary]) -> Iterator[str]:
    printed = False
    for one in found:
        if not printed:
            yield _HEAD
        printed = True
        yield _row(one)
    yield (
        "Not verified here; dpa-guard evidence verify does that."
        if printed
        else "The log is empty: no run has been recorded yet."
    )


def _row(one: Summary) -> str:
    if one.whole:
        fail, unknown, authorised, passed = (one.verdicts.get(verdict, 0) for verdict in _COUNTED)
        numbers = f"{fail:>5} {unknown:>5} {authorised:>5} {passed:>6} {one.gaps:>5}"
    else:
        numbers = f"{plain('aborted: ' + one.reason)[:30]:<30}"
    code = "-" if one.exit_code is None else str(one.exit_code)
    began = plain(one.began[:16].replace("T", " "))[:16]
    return f"{began:<16} {plain(one.kind):<5.5} {code:>4} {numbers} {one.records:>7} {one.run[:13]}"
