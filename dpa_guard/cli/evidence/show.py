"""``dpa-guard evidence show``: records, as they lie in the log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from dpa_guard.cli.help import Command
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.read import Line, line_at, lines_of_run, runs_of
from dpa_guard.report.plain import plain

__all__ = ["show"]


@click.command(
    cls=Command,
    notes=(("0", "something was found"), ("1", "nothing was found"), ("2", "no log, no such run or record")),
    examples=(
        "dpa-guard evidence show evidence/acme --run 01a2117e | jq 'select(.verdict == \"fail\")'",
        "dpa-guard evidence show evidence/acme --find jan@example.nl",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--run", "run_id", metavar="RUN", help="The records of one run; the beginning of its id is enough.")
@click.option("--record", type=click.IntRange(min=0), metavar="N", help="One record, by its index in the log.")
@click.option("--find", "wanted", metavar="VALUE", help="Every record that names this, in clear or as a commitment.")
@click.option(
    "--state",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The private state, whose salts --find needs (default: DIR.state).",
)
@click.option("--format", "form", type=click.Choice(("jsonl", "text")), default="jsonl", show_default=True)
def show(
    folder: Path, run_id: str | None, record: int | None, wanted: str | None, state: Path | None, form: str
) -> int:
    """Print records of the log in DIR: of one run, one by its index, or all that name something.

    As JSON lines they are byte for byte what was signed. The log is not verified here.
    """
    if sum(given is not None for given in (run_id, record, wanted)) != 1:
        raise click.UsageError("say what to show: one of --run RUN, --record N, --find VALUE")
    if record is not None:
        found: Iterator[Line] = iter((line_at(folder, record),))
    elif run_id is not None:
        found = _of_run(folder, run_id)
    else:
        found = _naming(folder, str(wanted), state)
    printed = False
    for line in found:
        printed = True
        click.echo(line.data if form == "jsonl" else _text(line))
    if not printed:
        click.echo("no record names that", err=True)
    return 0 if printed else 1


def _of_run(folder: Path, run_id: str) -> Iterator[Line]:
    matching = [run for run in runs_of(folder) if run.run.startswith(run_id.lower())]
    if len(matching) != 1:
        found = "none" if not matching else f"{len(matching)} of them"
        raise EvidenceError(
            "no-run",
            f"expected the id of one run, or its beginning; found {found} that begin with {run_id!a}",
            f"list them: dpa-guard evidence runs {folder}",
        )
    yield from lines_of_run(folder, matching[0])


def _naming(folder: Path, wanted: str, state: Path | None) -> Iterator[Line]:
    from dpa_guard.evidence import canonical
    from dpa_guard.evidence.write import LogPlace, committed

    spelled = [wanted, *committed(LogPlace.at(folder, state), wanted)]
    needles = [canonical.write(text)[1:-1] for text in spelled]
    for run in runs_of(folder):
        for line in lines_of_run(folder, run):
            if any(needle in line.data for needle in needles):
                yield line


def _text(line: Line) -> str:
    record = line.record()
    head = f"{line.index}  {record.get('time', '')}  {record.get('event', '')}"
    rows = [plain(f"    {key}: {_flat(value)}") for key, value in record.items() if key not in _IN_HEAD]
    return "\n".join([plain(head), *rows])


_IN_HEAD = frozenset({"event", "time", "v", "run", "seq"})


def _flat(value: object) -> str:
    from dpa_guard.evidence import canonical

    return value if isinstance(value, str) else canonical.write(value).decode()
