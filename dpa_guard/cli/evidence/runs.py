"""``dpa-guard evidence runs``: one line per run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from dpa_guard.cli.help import Command
from dpa_guard.evidence.read import Summary, summaries
from dpa_guard.report.plain import plain

__all__ = ["runs"]


@click.command(
    cls=Command,
    notes=(("0", "listed"), ("2", "there is no log, or it cannot be read")),
    examples=("dpa-guard evidence runs evidence/acme", "dpa-guard evidence runs evidence/acme --format json | jq .run"),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def runs(folder: Path, form: str) -> int:
    """List the runs of the log in DIR: when they began, of what, how they ended.

    Times are those the writer's clock gave. The log is not verified here: dpa-guard evidence verify does that.
    """
    if form == "json":
        for one in summaries(folder):
            click.echo(msgspec.json.encode(one))
        return 0
    for line in _table(list(summaries(folder))):
        click.echo(line)
    return 0


def _table(found: list[Summary]) -> Iterator[str]:
    if not found:
        yield "The log is empty: no run has been recorded yet."
        return
    columns = f"{'kind':<5} {'exit':>4} {'fail':>5} {'unkn':>5} {'pass':>6} {'gaps':>5}"
    yield f"{'began (UTC)':<17} {columns} {'record':>7} run"
    for one in found:
        count = one.verdicts.get
        numbers = (
            f"{count('fail', 0):>5} {count('unknown', 0):>5} {count('pass', 0):>6} {one.gaps:>5}"
            if one.whole
            else f"{'aborted: ' + plain(one.reason):<24.24}"
        )
        code = "-" if one.exit_code is None else str(one.exit_code)
        began = one.began[:16].replace("T", " ")
        yield f"{began:<17} {plain(one.kind):<5.5} {code:>4} {numbers} {one.first:>7} {one.run[:13]}"
