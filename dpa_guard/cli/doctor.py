"""``dpa-guard doctor``: what a scan would miss, said before it runs for long."""

from __future__ import annotations

from collections.abc import Iterator

import click

from dpa_guard.cli.estate import contexts, expect_provider, settings_from
from dpa_guard.cli.help import Command
from dpa_guard.cli.output import on_terminal
from dpa_guard.cli.progress import Progress
from dpa_guard.cli.say import trace
from dpa_guard.cli.scan import live_scopes
from dpa_guard.cli.workers import workers
from dpa_guard.hookspecs import Context, Provider, Rehearses, Scope
from dpa_guard.model import Gap, Note, Observation
from dpa_guard.report.prose import Lang, Prose

__all__ = ["doctor"]

_READY, _MISSING = 0, 3


@click.command(
    cls=Command,
    notes=(
        ("0", "nothing would be missing, as far as can be tried"),
        ("2", "wrong usage, or a mistake in the configuration"),
        ("3", "something would be missing: an account, a permission, a region"),
    ),
    examples=("dpa-guard doctor", "dpa-guard doctor --scope production-aws", "dpa-guard doctor --cloud aws"),
)
@click.option("--config", metavar="FILE", help="How to run (default: dpa-guard.toml, where there is one).")
@click.option("--scope", "names", metavar="NAME", multiple=True, help="Only this [[scope]] (default: all live ones).")
@click.option("--cloud", metavar="CLOUD", help="The account at hand, whatever the configuration says: aws.")
@click.option("--threads", type=click.IntRange(1, 256), default=32, show_default=True, help="Requests at once.")
@click.option("--lang", type=click.Choice(("en", "nl")), default="en", show_default=True, help="The language.")
@click.option("--verbose", "-v", is_flag=True, help="Say on standard error what is done.")
def doctor(
    config: str | None, names: tuple[str, ...], cloud: str | None, threads: int, lang: Lang, verbose: bool
) -> int:
    """Say before a scan which permission or account will be missing.

    Enters every account and tries each list once, in one region. Nothing is judged, recorded or changed.
    """
    from dpa_guard import extensions
    from dpa_guard.report.page import Look
    from dpa_guard.report.seen import gaps, notes

    if cloud and names:
        raise click.UsageError("--cloud and --scope exclude each other: the account at hand belongs to no [[scope]]")
    settings = settings_from(config)
    scopes = live_scopes(settings, names, cloud)
    providers = extensions.load().providers
    expect_provider(scopes, providers, settings)
    seen: list[Observation] = []
    with workers(threads) as executor, Progress(verbose=verbose) as say:
        context_for = contexts(settings, {}, say, executor)
        for scope in scopes:
            seen += _rehearsed(providers[scope.provider], scope, context_for(scope), verbose)
    prose, look = Prose(lang), Look(on_terminal(), verbose)
    missing = [one for one in seen if isinstance(one, Gap)]
    for line in gaps(missing, prose, look):
        click.echo(line)
    for line in notes([one for one in seen if isinstance(one, Note)], prose, look):
        click.echo(line)
    number = "none" if not missing else "one" if len(missing) == 1 else "many"
    click.echo()
    click.echo(prose.word(f"doctor-{number}", count=str(len(missing))))
    return _MISSING if missing else _READY


def _rehearsed(provider: Provider, scope: Scope, context: Context, verbose: bool) -> Iterator[Observation]:
    """Yield what a provider's rehearsal says; one that breaks, or has none, is a gap."""
    package = type(provider).__module__.partition(".")[0]
    if not isinstance(provider, Rehearses):
        yield Gap(scope.name, "provider-not-rehearsed", {"provider": scope.provider, "package": package})
        return
    try:
        yield from provider.rehearse(scope, context)
    except (Exception, SystemExit) as error:
        if verbose:
            click.echo(trace(error), err=True, nl=False)
        detail = {"provider": scope.provider, "package": package, "error": type(error).__name__}
        yield Gap(scope.name, "provider-broke", detail)
