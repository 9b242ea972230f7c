"""``dpa-guard evidence show``: records, as they lie in the log."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click

from dpa_guard.cli.evidence.reading import LogCommand, say_lines, shown_json
from dpa_guard.evidence import canonical
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.read import Line, Log
from dpa_guard.report.page import paragraph
from dpa_guard.report.plain import plain

__all__ = ["show"]


@click.command(
    cls=LogCommand,
    notes=(
        ("0", "something was found"),
        ("1", "nothing was found"),
        ("2", "no log, no such run or record"),
        ("4", "the log is damaged"),
    ),
    examples=(
        "dpa-guard evidence show evidence/acme --run 01a2117e | jq 'select(.verdict == \"fail\")'",
        "dpa-guard evidence show evidence/acme --record 59 --format text",
        "dpa-guard evidence show evidence/acme --find jan@example.nl",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--run", "run_id", metavar="RUN", help="The records of one run; the beginning of its id is enough.")
@click.option("--record", type=click.IntRange(min=0), metavar="N", help="One record, by its index in the log.")
@click.option(
    "--find", "wanted", metavar="VALUE", help="Every record that names exactly this, in clear or as a commitment."
)
@click.option(
    "--state",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The private state, whose salts --find needs (default: DIR.state).",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("jsonl", "json", "text")),
    default="jsonl",
    show_default=True,
    help="jsonl and json are one JSON object a line.",
)
def show(
    folder: Path, run_id: str | None, record: int | None, wanted: str | None, state: Path | None, form: str
) -> int:
    """Print records of the log in DIR: of one run, one by its index, or all that name something.

    Characters that could steer a terminal are printed as escapes; for the very bytes that were signed:
    dpa-guard evidence prove N DIR --record FILE. Nothing is verified here.
    """
    if sum(given is not None for given in (run_id, record, wanted)) != 1:
        raise click.UsageError("say what to show: one of --run RUN, --record N, --find VALUE")
    if wanted is not None and not wanted.strip():
        raise click.UsageError("--find expects a name, found nothing")
    log = Log(folder)
    if record is not None:
        found: Iterator[Line] = iter((log.line(record),))
    elif run_id is not None:
        found = _of_run(log, run_id)
    else:
        found = _naming(log, str(wanted), state)
    first = next(found, None)
    if first is None:
        click.echo("no record names that", err=True)
        return 1
    say_lines(
        shown
        for line in chain((first,), found)
        for shown in (_text(line) if form == "text" else (shown_json(line.data),))
    )
    return 0


def _of_run(log: Log, run_id: str) -> Iterator[Line]:
    matching = [run for run in log.runs if run.run.startswith(run_id.lower())]
    if len(matching) != 1:
        found = "none" if not matching else f"{len(matching)} of them"
        raise EvidenceError(
            "no-run",
            f"expected the id of one run, or its beginning; found {found} that begin with {run_id!a}",
            f"list them: dpa-guard evidence runs {log.folder}",
        )
    return log.lines(matching[0])


def _naming(log: Log, wanted: str, state: Path | None) -> Iterator[Line]:
    from dpa_guard.evidence.read.find import naming
    from dpa_guard.evidence.write import LogPlace, committed

    place = LogPlace.at(log.folder, state)
    if state is not None and not place.salts.exists():
        raise click.UsageError(f"--state: {str(state)!a} holds no salts.jsonl: no commitment can be found by its name")
    return naming(log, wanted, lambda name: committed(place, name))


def _text(line: Line) -> Iterator[str]:
    record = line.record()
    yield plain(f"{line.index}  {record.pop('time', '')}  {record.pop('event', '')}")
    for key in ("run", "seq", "v"):
        record.pop(key, None)
    for path, value in _flat(record):
        yield from paragraph(plain(f"{path}: {value}"), " " * 8, " " * 4)


def _flat(value: dict[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield what a record says, a line a value: ``resource.id: …``; lists as their JSON."""
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from _flat(inner, f"{before}{key}.")
        elif inner is not None:
            yield f"{before}{key}", inner if isinstance(inner, str) else canonical.write(inner).decode()
