"""``dpa-guard inventory``: the places, services and third parties of a plan, before anybody judges them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import click
from msgspec.structs import replace

from dpa_guard.cli.estate import assumptions, contexts, expect_provider, progress, scopes_for, settings_from
from dpa_guard.cli.help import Command
from dpa_guard.cli.options import estate_options, output_options
from dpa_guard.cli.output import Files, on_terminal, to_stdout
from dpa_guard.cli.say import say_error
from dpa_guard.collect import collect, merge
from dpa_guard.coverage import gaps_of_coverage
from dpa_guard.errors import DpaGuardError
from dpa_guard.model import Inventory
from dpa_guard.report.prose import Lang, Prose
from dpa_guard.report.run import one_by_one

__all__ = ["inventory"]

_SEEN, _UNREADABLE, _INCOMPLETE = 0, 2, 3


@click.command(
    cls=Command,
    notes=(
        ("0", "all in scope was looked at"),
        ("2", "an input could not be read, or wrong usage"),
        ("3", "something was not looked at"),
    ),
    examples=("dpa-guard inventory tfplan.json", "terraform show -json plan.out | dpa-guard inventory -"),
)
@click.argument("inputs", nargs=-1, metavar="[FILE|DIR|-]...")
@estate_options
@output_options
def inventory(
    inputs: tuple[str, ...],
    config: str | None,
    scope: str | None,
    assumed: tuple[str, ...],
    form: str,
    outputs: tuple[str, ...],
    lang: Lang,
    verbose: bool,
) -> int:
    """List the places, services and third parties of Terraform plans or states.

    Nothing is judged, and no agreement is needed.
    """
    regions = assumptions(assumed)
    files = Files(outputs, ("text", "json"))
    seen: Inventory | None = None
    errors: tuple[DpaGuardError, ...] = ()
    try:
        try:
            seen = _seen(inputs, config, scope, regions, verbose)
        except DpaGuardError as error:
            say_error(error, None)
            errors = one_by_one(error)
        code = _exit_code(seen)

        def render(asked: str, colour: bool = False) -> Iterable[bytes]:
            prose = Prose(lang)
            if asked == "json":
                from dpa_guard.report.inventory_json import document

                return [document(seen, errors, code, prose)]
            from dpa_guard.report.inventory_text import page
            from dpa_guard.report.page import Look

            lines = page(seen, code, prose, Look(colour, verbose)) if seen else ()
            return (f"{line}\n".encode(errors="backslashreplace") for line in lines)

        files.write(render)
    finally:
        files.discard()
    to_stdout(render(form, on_terminal()))
    return code


def _seen(
    inputs: tuple[str, ...], config: str | None, scope: str | None, regions: dict[str, str], verbose: bool
) -> Inventory:
    from dpa_guard import extensions

    settings = settings_from(config)
    scopes = scopes_for(inputs, settings, scope)
    providers = extensions.load().providers
    expect_provider(scopes, providers, settings)
    parts = collect(scopes, providers, contexts(settings, regions, progress(verbose)))
    seen = merge(parts, datetime.now(UTC), "plan", settings.first_party)
    return replace(seen, gaps=(*seen.gaps, *gaps_of_coverage(seen)))


def _exit_code(seen: Inventory | None) -> int:
    if seen is None or seen.refusals:
        return _UNREADABLE
    return _INCOMPLETE if seen.gaps else _SEEN
