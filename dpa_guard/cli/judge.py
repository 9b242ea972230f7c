"""What every command that judges does, whatever it looks at: read the files, look once, judge, record, and say so."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType

import click
from msgspec import Struct
from msgspec.structs import replace

from dpa_guard.assess import Asked, Assessed, assess, covers
from dpa_guard.assessment import NO_EVIDENCE, NOT_ASSESSED, exit_code_of
from dpa_guard.cli.estate import contexts, expect_provider, progress, settings_from
from dpa_guard.cli.notices import tell_what_is_new
from dpa_guard.cli.say import say_error, trace
from dpa_guard.cli.signing_key import signing_key
from dpa_guard.config import AgreementEntry, Settings
from dpa_guard.errors import DpaGuardError, Mistakes
from dpa_guard.hookspecs import Scope
from dpa_guard.model import Gap, Inventory, Note, RunKind
from dpa_guard.recording import Recording
from dpa_guard.report.run import Run, one_by_one

__all__ = ["Request", "judge"]

_DEFAULT = "agreement.toml"


class Request(Struct, frozen=True):
    """What was asked on the command line."""

    kind: RunKind
    scopes: Callable[[Settings], list[Scope]]
    config: str | None = None
    agreements: tuple[str, ...] = ()
    assume: Mapping[str, str] = {}
    allow_incomplete: str = ""
    evidence: str | None = None
    state: str | None = None
    no_evidence: bool = False
    require_evidence: bool = False
    verbose: bool = False
    executor: Executor | None = None
    """Runs the requests of live providers."""
    progress: Callable[[str], None] | None = None
    """Says what is being looked at; None: only where ``verbose`` asks for it."""

    def check(self) -> None:
        """Raise UsageError where options exclude each other."""
        if self.no_evidence and (self.require_evidence or self.evidence):
            raise click.UsageError(
                f"--no-evidence and {'--require-evidence' if self.require_evidence else '--evidence'} "
                "exclude each other"
            )
        if self.evidence and len(self.agreements) > 1:
            raise click.UsageError(
                "--evidence names the log of one agreement; with several, name the logs in dpa-guard.toml"
            )


def judge(request: Request) -> Run:
    """Do the work; mistakes outside the inputs come back as the run's errors, said on standard error as well."""
    try:
        settings = settings_from(request.config)
        asked = _recorded_where_wanted(_agreements(request.agreements, settings), request)
        scopes = request.scopes(settings)
        from dpa_guard import extensions

        loaded = extensions.load()
        expect_provider(scopes, loaded.providers, settings)
        key = signing_key(os.environ) if any(one.entry.evidence for one in asked) else None
        with _terminable(), Recording(request.kind, loaded.versions, key) as recording:
            for one in asked:
                mine = [scope for scope in scopes if covers(one.entry, scope.name)]
                if mine:
                    recording.begin(one, mine, request.assume, request.allow_incomplete, partial(datetime.now, UTC))
            say = request.progress or progress(request.verbose)
            context_for = contexts(settings, dict(request.assume), say, request.executor)
            assessed = assess(asked, scopes, settings, loaded, context_for, datetime.now(UTC), request.kind, _earlier)
            if not assessed.assessments:
                raise _nothing_covered(scopes)
            if request.verbose:
                _say_what_broke(assessed)
            run = _outcome(assessed, asked, request, recording)
        tell_what_is_new(run, settings, asked)
        return run
    except DpaGuardError as error:
        code = NO_EVIDENCE if _is_evidence(error) else NOT_ASSESSED
        say_error(error, code)
        return Run(code, errors=one_by_one(error), kind=request.kind)


def _outcome(assessed: Assessed, asked: Sequence[Asked], request: Request, recording: Recording) -> Run:
    """Commit what was found; a verdict that should be recorded and could not be is not given."""
    allowed = request.allow_incomplete
    noted = (Note("incomplete-allowed", "", {"reason": allowed}),) if allowed else ()
    assessments = tuple(
        replace(one, notes=(*one.notes, *_before(one.agreement.id, recording), *noted)) for one in assessed.assessments
    )
    recorded = recording.commit((one, exit_code_of([one], allow_incomplete=bool(allowed))) for one in assessments)
    for error in recording.failed.values():
        say_error(error, NO_EVIDENCE)
    missing = _must_be_recorded(assessed, asked, request) - set(recorded)
    without = bool(missing or recording.failed)
    code = exit_code_of(assessments, allow_incomplete=bool(allowed), evidence_failed=without)
    strict = exit_code_of(assessments, allow_incomplete=False, evidence_failed=without)
    return Run(
        code,
        tuple(one for one in assessments if one.agreement.id not in recording.failed),
        errors=tuple(recording.failed.values()),
        kind=request.kind,
        not_recorded="off" if request.no_evidence else "none",
        evidence_missing=bool(missing),
        recorded=recorded,
        allow_incomplete=allowed if allowed and strict != code else "",
        unseen=assessed.unseen,
    )


def _earlier(asked: Asked, inventory: Inventory) -> list[Gap]:
    """Return what is missing in the light of the runs that the agreement's log holds."""
    if asked.entry.evidence is None or inventory.kind != "scan":
        return []
    from dpa_guard.switched_off import switched_off

    return switched_off(Path(asked.entry.evidence), inventory.coverage)


def _before(agreement: str, recording: Recording) -> tuple[Note, ...]:
    """Return what is to be noted of the time before this run."""
    note = recording.missed.get(agreement)
    return () if note is None else (note,)


def _must_be_recorded(assessed: Assessed, asked: Sequence[Asked], request: Request) -> set[str]:
    return {
        one.agreement.id
        for one in asked
        if one.agreement.id not in assessed.unseen
        and (request.require_evidence or (one.entry.require_evidence and not request.no_evidence))
    }


def _recorded_where_wanted(asked: Sequence[Asked], request: Request) -> list[Asked]:
    """Return the agreements with the log each is to be recorded in, after what the command line says of it."""
    if request.no_evidence:
        return [Asked(replace(one.entry, evidence=None), one.agreement) for one in asked]
    if request.evidence is None and request.state is None:
        return list(asked)
    if len(asked) > 1:
        raise click.UsageError(
            f"--{'evidence' if request.evidence else 'state'} belongs to one agreement; this run has {len(asked)}: "
            "name their logs in dpa-guard.toml"
        )
    (one,) = asked
    evidence = request.evidence or one.entry.evidence
    if evidence is None:
        raise click.UsageError("--state belongs to a log; name it with --evidence DIR")
    state = request.state or (one.entry.state if request.evidence is None else None)
    return [Asked(replace(one.entry, evidence=evidence, state=state), one.agreement)]


def _agreements(given: Sequence[str], settings: Settings) -> list[Asked]:
    """Read the agreements: those named, else the configuration's, else agreement.toml; every mistake of all files."""
    from dpa_guard import agreement_file

    entries = [_entry(file, settings) for file in given] or list(settings.agreements) or [_default()]
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


def _entry(file: str, settings: Settings) -> AgreementEntry:
    """Return the configuration's entry of the same file, so that its log and its duty to record hold; else a new one.

    Naming an agreement on the command line chooses which are judged. It covers every scope of the run.
    """
    wanted = os.path.abspath(file)
    for entry in settings.agreements:
        if os.path.abspath(entry.file) == wanted:
            return replace(entry, file=file, scopes=None)
    return AgreementEntry(file)


def _default() -> AgreementEntry:
    if not os.path.exists(_DEFAULT):
        raise DpaGuardError(
            "agreement-missing",
            f"no agreement to judge by: there is no {_DEFAULT} here, and no configuration that lists one",
            "name it with --agreement FILE, or begin one with: dpa-guard init",
        )
    return AgreementEntry(_DEFAULT)


def _nothing_covered(scopes: Sequence[Scope]) -> DpaGuardError:
    return DpaGuardError(
        "no-agreement-covers",
        f"no agreement covers the scopes of this run: {', '.join(one.name for one in scopes)}",
        "name the scope in the agreement's scopes in dpa-guard.toml, or name the agreement with --agreement",
    )


def _is_evidence(error: DpaGuardError) -> bool:
    from dpa_guard.evidence import EvidenceUnavailable

    return isinstance(error, EvidenceUnavailable)


def _say_what_broke(assessed: Assessed) -> None:
    broken: list[BaseException] = [part.broke for part in assessed.collected if part.broke is not None]
    for assessment in assessed.assessments:
        broken += [one.error for one in assessment.broken]
    for error in broken:
        click.echo(trace(error), err=True, nl=False)


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does, so that what was begun is recorded as aborted."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
