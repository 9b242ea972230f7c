"""``dpa-guard evidence export``: a copy of a log that can be checked without dpa-guard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from dpa_guard.cli.evidence.new_file import NewFile
from dpa_guard.cli.evidence.pinned import agreements_of, pinned, pinning
from dpa_guard.cli.evidence.reading import DAMAGED, LogCommand, say_json, say_lines, verified_or_said
from dpa_guard.evidence.read.export import Exported, write_export
from dpa_guard.evidence.spelling import base64_of
from dpa_guard.report.page import paragraph
from dpa_guard.report.plain import plain

__all__ = ["export"]


@pinning
@click.command(
    cls=LogCommand,
    notes=(
        ("0", "the zip is there"),
        ("2", "no key is given, or the zip cannot be written"),
        ("4", "the log does not verify, and nothing was exported"),
    ),
    examples=("dpa-guard evidence export evidence/acme --output acme-2026-Q3.zip --agreement agreement.toml",),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--output", required=True, metavar="FILE.zip", type=click.Path(path_type=Path), help="A new file.")
@click.option("--force", is_flag=True, help="Replace the file where it is there already.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def export(
    folder: Path, keys: tuple[str, ...], agreements: tuple[Path, ...], output: Path, force: bool, form: str
) -> int:
    """Pack the log in DIR into a zip for an auditor.

    It holds the log, the same records for tools that read C2SP tlog-tiles, the agreements named, and VERIFY.md with
    recipes that need nothing of dpa-guard. The log is verified first. The private state is never in it. The same log
    gives the same zip, byte for byte.
    """
    pins = pinned(keys, agreements)
    if not pins.keys:
        raise click.UsageError("which key is the log's? Pass --key VKEY, or an agreement with log_keys")
    with NewFile(output, "--output", replace=force) as file:
        found = verified_or_said(folder, pins)
        if found is None:
            return DAMAGED
        made = write_export(folder, file.opened, output.stem, found.size, pins.keys, agreements_of(agreements))
        file.keep()
    if form == "json":
        say_json(
            {
                "file": str(output),
                "origin": found.origin,
                "size": found.size,
                "root": base64_of(found.root),
                "agreements": [{"file": str(one.file), "sha256": one.sha256, "runs": one.runs} for one in made],
            }
        )
    else:
        say_lines(_page(output, found.origin, found.size, made))
    return 0


def _page(output: Path, origin: str, size: int, made: list[Exported]) -> Iterator[str]:
    yield f"{plain(str(output))}: {size:,} records of {plain(origin)}"
    for one in made:
        if one.runs:
            yield from paragraph(f"{plain(str(one.file))}: as {one.runs:,} of its runs name it", "    ", "  ")
        else:
            yield from paragraph(
                f"{plain(str(one.file))}: no run of this log was held against this version of the agreement",
                "    ",
                "  ",
            )
    yield from paragraph(
        "Give the key by another way than the zip. VERIFY.md in it says how to check it with other people's tools."
    )
