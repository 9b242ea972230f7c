"""``dpa-guard scan``: look at the live estate, judge it by the agreements, record it, and say so with an exit code."""

from __future__ import annotations

from collections.abc import Sequence

import click

from dpa_guard.cli.help import Command, SectionOption
from dpa_guard.cli.judge import Request, judge
from dpa_guard.cli.options import agreement_options, evidence_options, output_options
from dpa_guard.cli.output import Files, on_terminal, to_stdout
from dpa_guard.cli.plan import EXIT_CODES, renderer
from dpa_guard.cli.progress import Progress
from dpa_guard.cli.workers import workers
from dpa_guard.config import ScopeEntry, Settings
from dpa_guard.config_file import COMMAND_LINE_SCOPE
from dpa_guard.hookspecs import Scope
from dpa_guard.report.prose import Lang

__all__ = ["scan"]

_FILES_ONLY = "terraform"
_SECTION = "What to look at"


@click.command(
    cls=Command,
    notes=(*EXIT_CODES, ("", "Several at once: 4, 2, 1, 3 in this order; the report has them all.")),
    examples=(
        "dpa-guard scan --cloud aws --agreement agreement.toml",
        "dpa-guard scan --scope production-aws --output json=report.json",
        "dpa-guard permissions aws",
        "dpa-guard doctor",
    ),
)
@click.option(
    "--config",
    cls=SectionOption,
    section=_SECTION,
    metavar="FILE",
    help="How to run (default: dpa-guard.toml, where there is one).",
)
@click.option(
    "--scope",
    "names",
    cls=SectionOption,
    section=_SECTION,
    metavar="NAME",
    multiple=True,
    help="Only this [[scope]] of the configuration (default: all that are live).",
)
@click.option(
    "--cloud",
    cls=SectionOption,
    section=_SECTION,
    metavar="CLOUD",
    help="The account at hand, whatever the configuration says: aws.",
)
@click.option(
    "--threads",
    cls=SectionOption,
    section=_SECTION,
    type=click.IntRange(1, 256),
    default=32,
    show_default=True,
    help="Requests that are under way at once.",
)
@agreement_options
@evidence_options
@output_options
def scan(
    config: str | None,
    names: tuple[str, ...],
    cloud: str | None,
    threads: int,
    agreements: tuple[str, ...],
    allow_incomplete: str | None,
    evidence: str | None,
    state: str | None,
    no_evidence: bool,
    require_evidence: bool,
    form: str,
    outputs: tuple[str, ...],
    lang: Lang,
    verbose: bool,
) -> int:
    """Judge the live estate: every account, every region, read-only.

    The [[scope]] tables of the configuration say which accounts, and how to enter them. Nothing is changed, and no data
    is read: only where things are, and who is wired in. What could not be looked at is said, and is never a pass.
    """
    if allow_incomplete is not None and not allow_incomplete.strip():
        raise click.UsageError("--allow-incomplete expects a reason: it is printed with the result")
    if cloud and names:
        raise click.UsageError("--cloud and --scope exclude each other: the account at hand belongs to no [[scope]]")
    files = Files(outputs, ("text", "json"))
    try:
        with workers(threads) as executor, Progress(verbose=verbose) as say:
            request = Request(
                kind="scan",
                scopes=lambda settings: live_scopes(settings, names, cloud),
                config=config,
                agreements=agreements,
                allow_incomplete=(allow_incomplete or "").encode("utf-8", "backslashreplace").decode(),
                evidence=evidence,
                state=state,
                no_evidence=no_evidence,
                require_evidence=require_evidence,
                verbose=verbose,
                executor=executor,
                progress=say,
            )
            request.check()
            run = judge(request)
        files.write(renderer(run, lang, verbose, colour=False))
    finally:
        files.discard()
    if form == "json" or run.assessments:
        to_stdout(renderer(run, lang, verbose, colour=on_terminal())(form))
    return run.exit_code


def live_scopes(settings: Settings, names: Sequence[str] = (), cloud: str | None = None) -> list[Scope]:
    """Return the live scopes to look at: those named, else all of the configuration; or the account at hand."""
    if cloud:
        return [Scope(COMMAND_LINE_SCOPE, cloud)]
    live = [entry for entry in settings.scopes if entry.provider != _FILES_ONLY]
    if not live:
        raise click.UsageError(
            "nothing to look at: the configuration has no live [[scope]]; add one (see: dpa-guard init), or look at "
            "the account at hand with --cloud aws"
        )
    wanted = [_named(name, live, settings) for name in dict.fromkeys(names)] or live
    return [Scope(entry.name, entry.provider, entry.settings) for entry in wanted]


def _named(name: str, live: Sequence[ScopeEntry], settings: Settings) -> ScopeEntry:
    for entry in live:
        if entry.name == name:
            return entry
    if any(entry.name == name for entry in settings.scopes):
        raise click.UsageError(f"--scope: {name!a} reads files, which `dpa-guard plan` looks at; a scan is live")
    from dpa_guard.cli.suggest import meant

    among = meant(name, [entry.name for entry in live])
    raise click.UsageError(f"--scope: {name!a} is no live [[scope]] of the configuration{among}")
