"""``dpa-guard evidence gaps``: the rule ``evidence-gap`` of article 11.3, held against the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import msgspec

from dpa_guard.cli.evidence.pinned import pinned, pinning
from dpa_guard.cli.help import Command
from dpa_guard.evidence.read import Summary, summaries
from dpa_guard.evidence.read.schedule import Interval, intervals
from dpa_guard.evidence.verify import verify
from dpa_guard.report.page import paragraph
from dpa_guard.report.plain import plain
from dpa_guard.toml_file.kinds import hours, read_duration

__all__ = ["gaps"]

_DEFAULT = Path("agreement.toml")
_KINDS = ("scan", "plan", "state")


@pinning
@click.command(
    cls=Command,
    notes=(
        ("0", "no time without a run was longer than agreed"),
        ("1", "there was one"),
        ("2", "nothing was agreed on how often, or there is no log"),
        ("3", "there was none, and no key is pinned: anybody could have made this log"),
        ("4", "the log does not verify"),
    ),
    examples=(
        "dpa-guard evidence gaps evidence/acme --agreement agreement.toml",
        "dpa-guard evidence gaps evidence/acme --from 2026-07-01 --to 2026-10-01 --max-gap PT36H",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--from", "since", type=click.DateTime(("%Y-%m-%d",)), help="First day, UTC (default: the first run).")
@click.option("--to", "until", type=click.DateTime(("%Y-%m-%d",)), help="Day after the last, UTC (default: now).")
@click.option(
    "--max-gap",
    "most",
    metavar="DURATION",
    help="The longest time without a run, e.g. PT36H (default: the agreement's).",
)
@click.option(
    "--kind",
    type=click.Choice(_KINDS),
    multiple=True,
    help="Runs that count (default: scan, where the log has any; else all).",
)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def gaps(
    folder: Path,
    keys: tuple[str, ...],
    agreement: Path | None,
    since: datetime | None,
    until: datetime | None,
    most: str | None,
    kind: tuple[str, ...],
    form: str,
) -> int:
    """Say when no whole run was made although that was agreed (article 11.3).

    What was agreed is evidence.run_every and evidence.max_gap of the agreement. A run that was aborted counts as none.
    Times are those of the writer's clock.
    """
    every, longest = _agreed(agreement, most)
    pins = pinned(keys, agreement)
    found = verify(folder, pins.keys)
    if found.faults:
        first = found.faults[0]
        click.echo(
            f"does not verify: {plain(f'{first.file}: {first.text}')}\n"
            f"see: dpa-guard evidence verify {plain(str(folder))}"
        )
        return 4
    runs = list(summaries(folder))
    counted = kind or (("scan",) if any(run.kind == "scan" for run in runs) else _KINDS)
    ours = [run for run in runs if run.kind in counted]
    start = _utc(since) or (ours[0].began_at if ours else None)
    end = _utc(until) or datetime.now(UTC)
    intervals_found = list(intervals(ours, start, end, every, longest)) if start is not None else []
    too_long = [one for one in intervals_found if not one.late]
    code = 1 if too_long or start is None else 0 if pins.keys else 3
    if form == "json":
        click.echo(msgspec.json.encode(_shape(intervals_found, ours, code)))
    else:
        for line in _page(intervals_found, ours, start, end, every, longest, code):
            click.echo(line)
    return code


def _agreed(agreement: Path | None, most: str | None) -> tuple[timedelta | None, timedelta | None]:
    if most is not None:
        try:
            return None, timedelta(hours=hours(read_duration(most)))
        except ValueError:
            raise click.UsageError(f"--max-gap expects days and hours as in P2D or PT36H; found {most!a}") from None
    file = agreement or _DEFAULT
    if agreement is None and not file.exists():
        raise click.UsageError(
            "how often was agreed? Name the agreement with --agreement FILE, or give --max-gap PT36H"
        )
    from dpa_guard import agreement_file

    terms = agreement_file.read(file).evidence
    if not terms.run_every and not terms.max_gap:
        raise click.UsageError(
            f"{str(file)!a} says nothing of how often: enter evidence.run_every and evidence.max_gap, or give --max-gap"
        )
    every, longest = (timedelta(hours=hours(text)) if text else None for text in (terms.run_every, terms.max_gap))
    return every, longest


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def _shape(found: list[Interval], runs: list[Summary], code: int) -> dict[str, Any]:
    return {
        "exit_code": code,
        "gaps": [
            {"since": one.since, "until": one.until, "hours": one.length / timedelta(hours=1), "late": one.late}
            for one in found
        ],
        "aborted": [{"run": run.run, "began": run.began, "reason": run.reason} for run in runs if not run.whole],
        "incomplete": [{"run": run.run, "began": run.began, "gaps": run.gaps} for run in runs if run.gaps],
    }


def _page(
    found: list[Interval],
    runs: list[Summary],
    start: datetime | None,
    end: datetime,
    every: timedelta | None,
    longest: timedelta | None,
    code: int,
) -> Iterator[str]:
    agreed = " and ".join(
        f"{words} {_span(span)}" for words, span in (("a run every", every), ("at most", longest)) if span is not None
    )
    if start is None:
        yield from paragraph(f"GAP  no run has been recorded; agreed: {agreed}.", "     ")
        return
    whole = sum(run.whole for run in runs)
    yield from paragraph(f"{whole} whole runs from {_moment(start)} to {_moment(end)}; agreed: {agreed}.")
    for one in found:
        word = "late" if one.late else "GAP "
        yield f"{word}  {_moment(one.since)} to {_moment(one.until)}  {_span(one.length)}"
    for run in runs:
        if not run.whole:
            yield from paragraph(f"aborted  {_moment(run.began_at)}  run {run.run}: {plain(run.reason)}", "    ")
    incomplete = [run for run in runs if run.whole and run.gaps]
    for run in incomplete[-10:]:
        yield from paragraph(f"looked at in part  {_moment(run.began_at)}  run {run.run}: {run.gaps} gaps", "    ")
    if code == 3:
        yield "key not pinned: anybody could have made this log; pass --key or an agreement with log_keys"
    if not any(not one.late for one in found):
        yield "No time without a run was longer than agreed."


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"


def _span(span: timedelta) -> str:
    whole = int(span / timedelta(minutes=1))
    days, rest = divmod(whole, 1440)
    parts = [
        f"{days} d" if days else "",
        f"{rest // 60} h" if rest // 60 else "",
        f"{rest % 60} min" if rest % 60 else "",
    ]
    return " ".join(part for part in parts if part) or "0 min"
