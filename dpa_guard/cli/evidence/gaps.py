"""``dpa-guard evidence gaps``: the rule ``evidence-gap`` of article 11.3, held against the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from dpa_guard.cli.evidence.gaps_page import Found, page, shape
from dpa_guard.cli.evidence.pinned import agreements_of, pinned, pinning
from dpa_guard.cli.evidence.reading import DAMAGED, LogCommand, say_json, say_lines, verified_or_said
from dpa_guard.evidence.read import summaries
from dpa_guard.evidence.read.schedule import Terms, intervals
from dpa_guard.missed import terms_of

__all__ = ["gaps"]

_KINDS = ("scan", "plan", "state")


@pinning
@click.command(
    cls=LogCommand,
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
@click.option(
    "--from",
    "since",
    metavar="DAY",
    type=click.DateTime(("%Y-%m-%d",)),
    help="First day, as 2026-07-01, UTC (default: the first run).",
)
@click.option(
    "--to", "until", metavar="DAY", type=click.DateTime(("%Y-%m-%d",)), help="Day after the last, UTC (default: now)."
)
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
    agreements: tuple[Path, ...],
    since: datetime | None,
    until: datetime | None,
    most: str | None,
    kind: tuple[str, ...],
    form: str,
) -> int:
    """Say when no whole run was made although that was agreed (article 11.3).

    What was agreed is evidence.run_every and evidence.max_gap of the agreement. A run that was aborted counts as none.
    Times are those of the writer's clock; a time without a run is measured from run to run, also across --from and
    --to.
    """
    terms = _agreed(agreements, most)
    now = datetime.now(UTC)
    begin, end = _utc(since), min(_utc(until) or now, now)
    if begin is not None and begin >= end:
        raise click.UsageError(f"--from {begin:%Y-%m-%d}: expected a day before --to, and before today")
    pins = pinned(keys, agreements)
    if verified_or_said(folder, pins) is None:
        return DAMAGED
    runs = list(summaries(folder))
    counted = kind or (("scan",) if any(run.kind == "scan" for run in runs) else ())
    ours = [run for run in runs if not counted or run.kind in counted]
    start = begin or min((run.began_at for run in ours), default=None)
    found = Found(
        terms=terms,
        kinds=counted,
        since=start,
        until=end,
        intervals=[] if start is None else list(intervals(ours, start, end, terms)),
        runs=[run for run in ours if start is None or start <= run.began_at <= end],
        reaches_now=until is None,
        pinned=bool(pins.keys),
    )
    if form == "json":
        say_json(shape(found))
    else:
        say_lines(page(found))
    return found.exit_code


def _agreed(agreements: Sequence[Path], most: str | None) -> Terms:
    from dpa_guard.toml_file.kinds import hours, read_duration

    if most is not None:
        try:
            return Terms(None, timedelta(hours=hours(read_duration(most))))
        except ValueError:
            raise click.UsageError(f"--max-gap expects days and hours as in P2D or PT36H; found {most!a}") from None
    files = agreements_of(agreements)
    if len(files) != 1:
        found = "found none" if not files else f"found {len(files)}"
        raise click.UsageError(
            f"how often was agreed? Name one agreement with --agreement FILE, or give --max-gap PT36H; {found}"
        )
    from dpa_guard import agreement_file

    terms = terms_of(agreement_file.read(files[0]).evidence)
    if terms is None:
        raise click.UsageError(
            f"{str(files[0])!a} says nothing of how often: "
            "enter evidence.run_every and evidence.max_gap, or give --max-gap"
        )
    return terms


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
