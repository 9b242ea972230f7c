"""``dpa-guard evidence export``: a copy of a log that can be checked without dpa-guard."""

from __future__ import annotations

import os
from pathlib import Path

import click

from dpa_guard.cli.evidence.pinned import pinned, pinning
from dpa_guard.cli.help import Command
from dpa_guard.evidence.verify import verify
from dpa_guard.report.plain import plain

__all__ = ["export"]


@pinning
@click.command(
    cls=Command,
    notes=(
        ("0", "the zip is there"),
        ("2", "no key is given, or the zip cannot be written"),
        ("4", "the log does not verify, and nothing was exported"),
    ),
    examples=("dpa-guard evidence export evidence/acme --output acme-2026-Q3.zip --agreement agreement.toml",),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--output", required=True, metavar="FILE.zip", type=click.Path(path_type=Path), help="A new file.")
def export(folder: Path, keys: tuple[str, ...], agreement: Path | None, output: Path) -> int:
    """Pack the log in DIR into a zip for an auditor.

    It holds the log, the same records for tools that read C2SP tlog-tiles, the agreement, and VERIFY.md with recipes
    that need nothing of dpa-guard. The log is verified first. The private state is never in it.
    """
    from dpa_guard.evidence.read.export import write_export

    pins = pinned(keys, agreement)
    if not pins.keys:
        raise click.UsageError("which key is the log's? Pass --key VKEY, or an agreement with log_keys")
    found = verify(folder, pins.keys)
    if found.faults:
        first = found.faults[0]
        click.echo(
            f"does not verify: {plain(f'{first.file}: {first.text}')}\n"
            f"nothing was exported; see: dpa-guard evidence verify {plain(str(folder))}"
        )
        return 4
    (key,) = [one for one in pins.keys if one.name == found.origin][:1]
    temporary = output.with_name(f".{output.name}.{os.getpid()}.tmp")
    if output.exists():
        raise click.UsageError(f"--output: {str(output)!a} is there already; name a new file")
    snapshots = [file for file in (agreement or Path("agreement.toml"),) if file.exists()]
    try:
        size = write_export(folder, temporary, output.stem, key, snapshots)
        os.replace(temporary, output)
    except OSError as error:
        raise click.UsageError(f"--output: {str(output)!a} cannot be written: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)
    click.echo(f"{plain(str(output))}: {size:,} records of {plain(found.origin)}")
    click.echo(
        "Give the key by another way than the zip; VERIFY.md in it says how to check it with other people's tools."
    )
    return 0
