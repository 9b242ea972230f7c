"""``dpa-guard agreement check``: what the agreement file says, what it lacks, and every mistake in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import click
from msgspec import Struct

from dpa_guard.agreement import Agreement
from dpa_guard.cli.group import Group
from dpa_guard.cli.help import Command
from dpa_guard.config import Settings
from dpa_guard.errors import DpaGuardError, Mistakes
from dpa_guard.report.prose import Lang

__all__ = ["agreement"]

_AGREEMENT, _CONFIGURATION = Path("agreement.toml"), Path("dpa-guard.toml")
_FINE, _DOCUMENT_FAILED, _MISTAKEN = 0, 1, 2
_IS_CONFIGURATION = re.compile(rb"^\s*schema\s*=\s*[\"']dpa-guard/config/", re.MULTILINE)


class _Checked(Struct, frozen=True):
    """One file and what became of it."""

    file: Path
    kind: Literal["agreement", "config"]
    read: Agreement | Settings | None = None
    mistakes: tuple[DpaGuardError, ...] = ()


_COMMANDS = {
    "check": ("dpa_guard.cli.agreement", "Show what an agreement amounts to, or every mistake in its file."),
}


@click.group(
    cls=Group,
    rows=_COMMANDS,
    examples=("dpa-guard agreement check", "dpa-guard agreement check --documents --lang nl"),
)
def agreement() -> None:
    """Look at the agreement file itself."""


@click.command(
    cls=Command,
    notes=(
        ("0", "no mistakes"),
        ("1", "with --documents: one is missing, cannot be read, or has another sha256"),
        ("2", "mistakes in a file"),
    ),
    examples=("dpa-guard agreement check", "dpa-guard agreement check contracts/*.toml --documents"),
)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--documents", is_flag=True, help="Read the documents named and compare their sha256.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--lang", type=click.Choice(("en", "nl")), default="en", show_default=True)
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...], documents: bool, form: str, lang: Lang) -> None:
    """Show what an agreement amounts to, or every mistake in its file.

    FILE is an agreement or a configuration. Without FILE: dpa-guard.toml of this folder and the agreements it
    lists, or else agreement.toml.
    """
    now = datetime.now(UTC)
    checked = list(_given(files, documents, now) if files else _found(documents, now))
    code = _exit_code(checked, documents)
    if form == "json":
        click.echo(_json(checked, now, lang, code))
    else:
        click.echo("\n\n".join(_text(one, now, lang, documents) for one in checked))
    context.exit(code)


def _given(files: tuple[Path, ...], documents: bool, now: datetime) -> Iterator[_Checked]:
    for file in files:
        yield _configuration(file) if _is_configuration(file) else _agreement(file, documents, now)


def _found(documents: bool, now: datetime) -> Iterator[_Checked]:
    if not _CONFIGURATION.exists():
        yield _agreement(_AGREEMENT, documents, now)
        return
    configuration = _configuration(_CONFIGURATION)
    yield configuration
    listed = configuration.read.agreements if isinstance(configuration.read, Settings) else ()
    files = [_from_here(entry.file) for entry in listed]
    for file in files or ([_AGREEMENT] if configuration.mistakes or _AGREEMENT.exists() else []):
        yield _agreement(file, documents, now)


def _from_here(file: str) -> Path:
    """The path as short as it can be said in this folder."""
    path, here = Path(file), Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _is_configuration(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return _IS_CONFIGURATION.search(opened.read(65536)) is not None
    except (OSError, ValueError):
        return False  # said by whoever reads it next


def _configuration(file: Path) -> _Checked:
    from dpa_guard import config_file

    try:
        return _Checked(file, "config", config_file.read(file))
    except DpaGuardError as error:
        return _Checked(file, "config", mistakes=_each(error))


def _agreement(file: Path, documents: bool, now: datetime) -> _Checked:
    from dpa_guard import agreement_file

    latest_day_on_earth = (now + timedelta(hours=14)).date()
    try:
        return _Checked(file, "agreement", agreement_file.read(file, latest_day_on_earth, read_documents=documents))
    except DpaGuardError as error:
        return _Checked(file, "agreement", mistakes=_each(error))


def _each(error: DpaGuardError) -> tuple[DpaGuardError, ...]:
    return tuple(error.mistakes) if isinstance(error, Mistakes) else (error,)


def _exit_code(checked: list[_Checked], documents: bool) -> int:
    if any(one.mistakes for one in checked):
        return _MISTAKEN
    states = [state for one in checked if isinstance(one.read, Agreement) for _, state in one.read.documents_at_hand]
    return _DOCUMENT_FAILED if documents and any(state != "yes" for state in states) else _FINE


def _text(one: _Checked, now: datetime, lang: Lang, documents: bool) -> str:
    from dpa_guard.day import day_of
    from dpa_guard.report.agreement_text import agreement_text
    from dpa_guard.report.page import paragraph
    from dpa_guard.report.plain import plain
    from dpa_guard.report.prose import Prose
    from dpa_guard.report.run import in_one_line

    word = Prose(lang).word
    if isinstance(one.read, Agreement):
        return agreement_text(one.read, day_of(now, one.read.time_zone), lang, documents=documents)
    if isinstance(one.read, Settings):
        settings = one.read
        scopes = ", ".join(scope.name for scope in settings.scopes) or word("agreement-none")
        counts = {"agreements": settings.agreements, "exclusions": settings.exclusions, "known": settings.known}
        said = word("agreement-configuration", scopes=scopes, **{key: str(len(rows)) for key, rows in counts.items()})
        return "\n".join(paragraph(plain(f"{one.file}: {said}"), "  ", ""))
    lines = [plain(in_one_line(mistake)) for mistake in one.mistakes]
    count = word("agreement-mistakes", count=str(len(lines)), file=plain(str(one.file)))
    return "\n".join([*lines, "", *paragraph(count)])


def _json(checked: list[_Checked], now: datetime, lang: Lang, code: int) -> str:
    from dpa_guard.day import day_of
    from dpa_guard.report.agreement_json import agreement_json, check_json, configuration_json, mistakes_json

    files: list[dict[str, Any]] = []
    for one in checked:
        if isinstance(one.read, Agreement):
            files.append(agreement_json(one.read, day_of(now, one.read.time_zone), lang))
        elif isinstance(one.read, Settings):
            files.append(configuration_json(one.read))
        else:
            files.append(mistakes_json(str(one.file), one.kind, one.mistakes))
    return check_json(files, code)
