"""``dpa-guard plan``: judge Terraform plans or states by the agreements, and say so with an exit code."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from msgspec.structs import replace

from dpa_guard.assess import Asked, Assessed, assess
from dpa_guard.assessment import NO_EVIDENCE, NOT_ASSESSED, exit_code_of
from dpa_guard.cli.estate import assumptions, contexts, expect_provider, progress, scopes_for, settings_from
from dpa_guard.cli.help import Command
from dpa_guard.cli.options import agreement_options, estate_options, evidence_options, output_options
from dpa_guard.cli.output import Files, on_terminal, to_stdout
from dpa_guard.cli.say import say_error, trace
from dpa_guard.config import AgreementEntry, Settings
from dpa_guard.errors import DpaGuardError, Mistakes
from dpa_guard.model import Note
from dpa_guard.report.prose import Lang, Prose
from dpa_guard.report.run import Run, one_by_one

__all__ = ["plan"]

_FORMS = ("text", "json")
_DEFAULT = "agreement.toml"
EXIT_CODES = (
    ("0", "all in scope was looked at, and nothing failed"),
    ("1", "something failed"),
    ("2", "no assessment was made: wrong usage, a mistake in a file, an input that cannot be judged"),
    ("3", "nothing failed, but something is unknown or was not looked at"),
    ("4", "evidence is required and could not be recorded"),
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
    _refuse_recording(evidence, state, no_evidence, require_evidence, len(agreements))
    regions = assumptions(assumed)
    files = Files(outputs, _FORMS)
    try:
        run = _run(
            inputs, config, scope, regions, agreements, allow_incomplete or "", no_evidence, require_evidence, verbose
        )
        files.write(_renderer(run, lang, verbose, colour=False))
    finally:
        files.discard()
    if form == "json" or run.assessments:
        to_stdout(_renderer(run, lang, verbose, colour=on_terminal())(form))
    return run.exit_code


def _refuse_recording(evidence: str | None, state: str | None, off: bool, required: bool, agreements: int) -> None:
    if off and (required or evidence):
        raise click.UsageError(
            f"--no-evidence and {'--require-evidence' if required else '--evidence'} exclude each other"
        )
    if evidence and agreements > 1:
        raise click.UsageError(
            "--evidence names the log of one agreement; with several, name the logs in dpa-guard.toml"
        )
    if evidence or state:
        raise click.UsageError(f"--{'evidence' if evidence else 'state'}: this version cannot record; a later one will")


def _run(
    inputs: Sequence[str],
    config: str | None,
    scope: str | None,
    regions: dict[str, str],
    agreements: Sequence[str],
    allowed: str,
    no_evidence: bool,
    required: bool,
    verbose: bool,
) -> Run:
    """Do the work; mistakes outside the inputs come back as the run's errors, said on standard error as well."""
    try:
        settings = settings_from(config)
        asked = _agreements(agreements, settings)
        scopes = scopes_for(inputs, settings, scope)
        from dpa_guard import extensions

        loaded = extensions.load()
        expect_provider(scopes, loaded.providers)
        started = datetime.now(UTC)
        context_for = contexts(settings, regions, progress(verbose))
        assessed = assess(asked, scopes, settings, loaded, context_for, started, "plan")
        if not assessed.assessments:
            raise DpaGuardError(
                "no-agreement-covers",
                f"no agreement covers the scopes of this run: {', '.join(one.name for one in scopes)}",
                "name the scope in the agreement's scopes in dpa-guard.toml, or name the agreement with --agreement",
            )
    except DpaGuardError as error:
        say_error(error)
        return Run(NOT_ASSESSED, errors=one_by_one(error))
    if verbose:
        _say_what_broke(assessed)
    return _outcome(assessed, asked, allowed, no_evidence, required)


def _outcome(assessed: Assessed, asked: Sequence[Asked], allowed: str, no_evidence: bool, required: bool) -> Run:
    entries = [one.entry for one in asked if one.agreement.id not in assessed.unseen]
    missing = required or (not no_evidence and any(entry.require_evidence for entry in entries))
    code = exit_code_of(assessed.assessments, allow_incomplete=bool(allowed), evidence_failed=missing)
    without = exit_code_of(assessed.assessments, allow_incomplete=False, evidence_failed=missing)
    assessments = assessed.assessments
    if allowed:
        note = Note("incomplete-allowed", "", {"reason": allowed})
        assessments = tuple(replace(one, notes=(*one.notes, note)) for one in assessments)
    configured = any(entry.evidence for entry in entries)
    return Run(
        code,
        assessments,
        not_recorded="off" if no_evidence else "later" if configured else "none",
        evidence_missing=code == NO_EVIDENCE,
        allow_incomplete=allowed if allowed and without != code else "",
        unseen=assessed.unseen,
    )


def _agreements(given: Sequence[str], settings: Settings) -> list[Asked]:
    """Read the agreements: those named, else the configuration's, else agreement.toml; every mistake of all files."""
    from dpa_guard import agreement_file

    entries = [AgreementEntry(file) for file in given] or list(settings.agreements) or [_default()]
    asked: list[Asked] = []
    mistakes: list[DpaGuardError] = []
    for entry in entries:
        try:
            asked.append(Asked(entry, agreement_file.read(Path(entry.file))))
        except DpaGuardError as error:
            mistakes += one_by_one(error)
    if mistakes:
        raise Mistakes(mistakes)
    seen: dict[str, str] = {}
    for one in asked:
        other = seen.setdefault(one.agreement.id, one.entry.file)
        if other is not one.entry.file:
            raise DpaGuardError(
                "agreement-doubled",
                f"{other} and {one.entry.file} are both agreement {one.agreement.id!a}; expected each once",
                "give each agreement an id of its own, or name it once",
            )
    return asked


def _default() -> AgreementEntry:
    if not os.path.exists(_DEFAULT):
        raise DpaGuardError(
            "agreement-missing",
            f"no agreement to judge by: there is no {_DEFAULT} here, and no configuration that lists one",
            "name it with --agreement FILE, or begin one with: dpa-guard init",
        )
    return AgreementEntry(_DEFAULT)


def _say_what_broke(assessed: Assessed) -> None:
    for part in assessed.collected:
        if part.broke is not None:
            click.echo(trace(part.broke), err=True, nl=False)
    for assessment in assessed.assessments:
        for broken in assessment.broken:
            click.echo(trace(broken.error), err=True, nl=False)


def _renderer(run: Run, lang: Lang, verbose: bool, *, colour: bool) -> Callable[[str], Iterable[bytes]]:
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
