"""``dpa-guard plan``: judge Terraform plans or states by the agreements, and say so with an exit code."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable

import click

from dpa_guard.cli.estate import assumptions, scopes_for
from dpa_guard.cli.help import Command
from dpa_guard.cli.judge import Request, judge
from dpa_guard.cli.options import agreement_options, estate_options, evidence_options, output_options
from dpa_guard.cli.output import Files, on_terminal, to_stdout
from dpa_guard.report.prose import Lang, Prose
from dpa_guard.report.run import Run

__all__ = ["EXIT_CODES", "plan", "renderer"]

_FORMS = ("text", "json")
EXIT_CODES = (
    ("0", "all in scope was looked at, and nothing failed"),
    ("1", "something failed"),
    ("2", "no assessment was made: wrong usage, a mistake in a file, an input that cannot be judged"),
    ("3", "nothing failed, but something is unknown or was not looked at"),
    ("4", "the run is not recorded although it should be"),
)


@click.command(
    cls=Command,
    notes=(*EXIT_CODES, ("", "Several at once: 4, 2, 1, 3 in this order; the report has them all.")),
    examples=(
        "terraform show -json plan.out | dpa-guard plan -",
        "dpa-guard plan stacks/ --output json=report.json",
        "dpa-guard plan tfplan.json --assume-region aws=eu-central-1 --lang nl",
    ),
)
@click.argument("inputs", nargs=-1, metavar="[FILE|DIR|-]...")
@estate_options
@agreement_options
@evidence_options
@output_options
def plan(
    inputs: tuple[str, ...],
    config: str | None,
    scope: str | None,
    assumed: tuple[str, ...],
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
    """Judge Terraform plans or states before they are applied.

    FILE is what `terraform show -json` prints of a plan or a state, or a state file; DIR stands for all of them below
    it; - is standard input. Without any, the paths of the configuration's scopes are looked at.
    """
    gc.disable()  # one run, then the end: nothing it would find is worth the time it takes on 50,000 objects
    if allow_incomplete is not None and not allow_incomplete.strip():
        raise click.UsageError("--allow-incomplete expects a reason: it is printed with the result")
    request = Request(
        kind="plan",
        scopes=lambda settings: scopes_for(inputs, settings, scope),
        config=config,
        agreements=agreements,
        assume=assumptions(assumed),
        allow_incomplete=(allow_incomplete or "").encode("utf-8", "backslashreplace").decode(),
        evidence=evidence,
        state=state,
        no_evidence=no_evidence,
        require_evidence=require_evidence,
        verbose=verbose,
    )
    request.check()
    files = Files(outputs, _FORMS)
    try:
        run = judge(request)
        files.write(renderer(run, lang, verbose, colour=False))
    finally:
        files.discard()
    if form == "json" or run.assessments:
        to_stdout(renderer(run, lang, verbose, colour=on_terminal())(form))
    return run.exit_code


def renderer(run: Run, lang: Lang, verbose: bool, *, colour: bool) -> Callable[[str], Iterable[bytes]]:
    """Return what renders a run in a format, as pieces to write."""
    prose = Prose(lang)

    def render(form: str) -> Iterable[bytes]:
        if form == "json":
            from dpa_guard.report.json_report import document

            return document(run, prose)
        from dpa_guard.report.page import Look
        from dpa_guard.report.text import page

        look = Look(colour, verbose)
        return (f"{line}\n".encode(errors="backslashreplace") for line in page(run, prose, look))

    return render
