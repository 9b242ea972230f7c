"""``dpa-guard evidence verify``: does a log hold together, who signed it, and what can nobody tell from it alone?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from dpa_guard.cli.evidence.pinned import Pinned, pinned, pinning
from dpa_guard.cli.evidence.reading import say_json, say_lines
from dpa_guard.cli.help import Command
from dpa_guard.cli.output import on_terminal
from dpa_guard.cli.progress import Progress
from dpa_guard.errors import DpaGuardError
from dpa_guard.evidence import checkpoint
from dpa_guard.evidence.checkpoint import Checkpoint
from dpa_guard.evidence.note import LONGEST_NOTE
from dpa_guard.evidence.spelling import base64_of
from dpa_guard.evidence.verify import Verification
from dpa_guard.evidence.verify import verify as verify_log
from dpa_guard.report.page import Look, paragraph, tagged
from dpa_guard.report.plain import plain

__all__ = ["verify"]

_CODES = {"verified": 0, "unpinned": 3, "bad": 4}
_WORDS = {
    "verified": ("verified", "green"),
    "unpinned": ("key not pinned", "yellow"),
    "bad": ("does not verify", "red"),
}
_SHOWN = 10
_WHY = {
    "truncation": "whether records were cut off at the end; keep the checkpoint elsewhere, and pass it with --known",
    "signatures: key not pinned": "who signed: pass --key, or an agreement with log_keys",
    "cosignatures and time-stamps": "they are there, and this version does not read them",
}


@pinning
@click.command(
    cls=Command,
    notes=(
        ("0", "verified, with a pinned key"),
        ("2", "no log is there, or a key or a known checkpoint is malformed or of another log"),
        ("3", "the files fit together, and no key is pinned: anybody could have made them"),
        ("4", "does not verify"),
    ),
    examples=(
        "dpa-guard evidence verify evidence/acme --key 'evidence.example.nl/acme/ci-1+711e25a7+AW0p…'",
        "dpa-guard evidence verify copy/ --agreement agreement.toml --known 2026-Q2.checkpoint",
        "dpa-guard evidence verify copy/ --since yesterday.checkpoint",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--known",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A checkpoint of this log that you kept: tells whether records were removed or replaced since.",
)
@click.option(
    "--since",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The checkpoint of your last verification: only what came after it is read.",
)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def verify(
    folder: Path,
    keys: tuple[str, ...],
    agreements: tuple[Path, ...],
    known: tuple[Path, ...],
    since: Path | None,
    form: str,
) -> int:
    """Read every byte of the log in DIR and say whether it holds together.

    It works on a copy, offline, without the private state. Nothing in the log is believed: the key comes from you or
    from the agreement, and an older checkpoint that you kept shows that nothing was cut off.
    """
    _expect_log(folder)
    pins = pinned(keys, agreements)
    kept = [_known(path, pins) for path in known]
    earlier = None if since is None else _known(since, pins, "--since")
    with Progress() as say:
        found = verify_log(folder, pins.keys, kept, earlier, lambda read, size: say(f"{read:,} of {size:,} records"))
    for option, one in [*(("--known", one) for one in kept), *([("--since", earlier)] if earlier else [])]:
        if found.origin and one.origin != found.origin:
            raise click.UsageError(f"{option}: it is a checkpoint of {one.origin!a}, and this log is {found.origin!a}")
    if form == "json":
        say_json(_shape(found))
    else:
        say_lines(_page(folder, found, pins, Look(on_terminal())))
    return _CODES[found.status]


def _expect_log(folder: Path) -> None:
    """Raise UsageError for what is no log at all; a log without its checkpoint is one, and does not verify."""
    expected = f"{str(folder)!a}: expected the folder of a log"
    if folder.is_file():
        raise click.UsageError(f"{expected}, found a file; unpack an export, and name the folder log/ in it")
    if not folder.is_dir():
        raise click.UsageError(f"{expected}, found nothing")
    if (folder / "log" / "checkpoint").is_file() and not (folder / "checkpoint").exists():
        raise click.UsageError(f"{expected}, found an export that holds one; name {str(folder / 'log')!a}")


def _known(path: Path, pins: Pinned, option: str = "--known") -> Checkpoint:
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_NOTE + 1)
    except OSError as error:
        raise click.UsageError(f"{option}: {str(path)!a} cannot be read: {error.strerror}") from None
    try:
        return checkpoint.open_signed(data, pins.keys) if pins.keys else checkpoint.read(data)[0]
    except DpaGuardError as error:
        raise click.UsageError(f"{option}: {str(path)!a} is no checkpoint of this log: {error.message}") from None


def _shape(found: Verification) -> dict[str, Any]:
    return {
        "status": found.status,
        "level": found.level or None,
        "size": found.size,
        "root": base64_of(found.root),
        "not_checked": found.not_checked,
        "notes": [{"code": note.code, "text": note.text} for note in found.notes],
        "faults": [
            {"file": fault.file, "record": fault.record, "code": fault.code, "text": fault.text}
            for fault in found.faults
        ],
    }


def _page(folder: Path, found: Verification, pins: Pinned, look: Look) -> Iterator[str]:
    word, colour = _WORDS[found.status]
    records = (
        f"{found.size:,} records in {found.runs:,} run{'s' * (found.runs != 1)}" if found.size else "empty, no run yet"
    )
    if found.faults:
        records = f"{len(found.faults)} fault{'s' if len(found.faults) > 1 else ''}, the first is where to look"
    yield from tagged(word, colour, f"{plain(str(folder))}: {records}", look)
    for fault in found.faults[:_SHOWN]:
        at = "" if fault.record is None else f", record {fault.record}"
        yield from paragraph(plain(f"{fault.file}{at}: {fault.text}"), " " * 4, "  - ")
    if len(found.faults) > _SHOWN:
        yield f"    and {len(found.faults) - _SHOWN} more (--format json has them)"
    yield from _head(found, pins)
    for note in found.notes:
        yield from paragraph(plain(note.text), " " * 4, "  - ")
    yield from _not_checked(found.not_checked)


def _head(found: Verification, pins: Pinned) -> Iterator[str]:
    if found.origin:
        yield f"  log    {plain(found.origin)}"
        yield f"  size   {found.size}"
        yield f"  root   {base64_of(found.root)}"
    if pins.keys:
        yield f"  key    pinned by {plain(pins.said_by)}"
    if found.level:
        meaning = {"L0": "the files fit together", "L1": "signed with the pinned key"}[found.level]
        yield f"  level  {found.level}: {meaning}"


def _not_checked(codes: Sequence[str]) -> Iterator[str]:
    for code in codes:
        why = f" ({_WHY[code]})" if code in _WHY else ""
        yield from paragraph(f"not checked: {code}{why}", " " * 4, "  ")
    yield from paragraph(
        "not checked: whether what was recorded is true, or all there was to record; no log can show that",
        " " * 4,
        "  ",
    )
