"""``dpa-guard demo``: the whole of it at once, on an estate that is made up, without an account of anybody."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from dpa_guard.cli.help import Command
from dpa_guard.cli.output import to_stdout
from dpa_guard.report.plain import plain
from dpa_guard.report.prose import Lang, Prose

__all__ = ["demo"]

_BROKEN = (2, 4)
"""What a scan ends with that gave no verdict, or could not record it."""
_FILES = (
    ("agreement", "agreement.toml"),
    ("configuration", "dpa-guard.toml"),
    ("log", "evidence/"),
    ("state", "evidence.state/"),
)
_TRY = (
    ("runs", ("dpa-guard evidence runs {folder}/evidence",)),
    ("find", ("dpa-guard evidence show {folder}/evidence --find arn:aws:s3:::kievit-rosters",)),
    ("explain", ("dpa-guard explain transfer-outside-eu",)),
    ("again", ("dpa-guard agreement check {folder}/agreement.toml", "dpa-guard demo --into {folder}")),
    (
        "own",
        ("dpa-guard permissions aws", "dpa-guard scan --cloud aws --agreement {folder}/agreement.toml --no-evidence"),
    ),
)
"""What is worth trying next: a code of ``prose/demo.csv``, and the commands to copy."""


@click.command(
    cls=Command,
    notes=(
        ("0", "the demo worked, whatever its report says (that has a code of its own)"),
        ("2", "it could not be given: moto is not installed, the folder is taken, the server did not start"),
        ("4", "its run could not be recorded, or its log does not verify"),
    ),
    examples=("dpa-guard demo", "dpa-guard demo --into /tmp/kievit --lang nl"),
)
@click.option(
    "--into",
    default="dpa-guard-demo",
    show_default=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where its files go: a new folder, or that of an earlier demo.",
)
@click.option("--lang", type=click.Choice(("en", "nl")), default="en", show_default=True, help="The language.")
def demo(into: Path, lang: Lang) -> int:
    """Scan a made-up estate, record it, verify it: without an account.

    A server on this machine stands in for AWS; it holds the accounts of a fictional company, with one deviation of each
    kind. The scan, the verdicts, the log and its verification are the real ones. Nothing leaves this machine, and no
    credentials of yours are looked at. It needs the extras aws and demo.
    """
    from dpa_guard.cli.demo_surroundings import surrounded
    from dpa_guard.demo.folder import prepare
    from dpa_guard.demo.server import expect_moto

    prose = Prose(lang)
    version = expect_moto()
    with surrounded():
        _say(prose, "written" if prepare(into) else "again", folder=str(into))
        _show(_head(prose, version))
        scanned = _scanned(into, lang, prose, version)
        if scanned in _BROKEN:
            return scanned
        verified = _run("evidence", "verify", str(into / "evidence"), "--agreement", str(into / "agreement.toml"))
    if verified == 0:
        _show(_end(into, prose, scanned))
    return verified


def _scanned(into: Path, lang: Lang, prose: Prose, version: str) -> int:
    """Scan the estate in a stand-in that is there for as long as this takes; return the scan's exit code."""
    from dpa_guard.cli.demo_surroundings import surrounded
    from dpa_guard.demo.company import accounts
    from dpa_guard.demo.seed import seed
    from dpa_guard.demo.server import serving

    _say(prose, "starting", version=version)
    with serving(os.environ) as address, surrounded(address):
        _say(prose, "making", address=address, accounts=str(len(accounts())))
        seed(address)
        _say(prose, "scanning")
        return _run("scan", "--config", str(into / "dpa-guard.toml"), *(() if lang == "en" else ("--lang", lang)))


def _run(*words: str) -> int:
    """Show a command as it is typed, and run it; return its exit code."""
    from dpa_guard.cli import main

    _show([f"$ dpa-guard {shlex.join(words)}", ""])
    code = main.main(list(words), standalone_mode=False)
    _show([""])
    return code if isinstance(code, int) else 0


def _head(prose: Prose, version: str) -> Iterator[str]:
    from dpa_guard.report.page import paragraph

    for code in ("head-company", "head-stand-in"):
        yield from paragraph(prose("demo", code, {"version": version}))
        yield ""


def _end(into: Path, prose: Prose, scanned: int) -> Iterator[str]:
    from dpa_guard.report.page import paragraph

    yield from paragraph(prose("demo", "end", {"code": str(scanned)}))
    yield ""
    for code, name in _FILES:
        yield f"  {into / name}{'/' if name.endswith('/') else ''}"
        yield from paragraph(prose("demo", f"file-{code}", {}), "      ")
    yield ""
    yield prose("demo", "try", {})
    for code, commands in _TRY:
        yield from paragraph(prose("demo", f"try-{code}", {}), "  # ")
        yield from (f"  {command.format(folder=shlex.quote(str(into)))}" for command in commands)


def _show(lines: Iterable[str]) -> None:
    to_stdout(f"{plain(line)}\n".encode("utf-8", "backslashreplace") for line in lines)


def _say(prose: Prose, code: str, **params: str) -> None:
    """Say on standard error what is being done now."""
    click.echo(plain(prose("demo", f"step-{code}", params)), err=True)
