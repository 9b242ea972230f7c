"""``dpa-guard evidence prove``: one record's place in the log, as a file that stands alone."""

from __future__ import annotations

from pathlib import Path

import click

from dpa_guard.cli.help import Command
from dpa_guard.evidence.proof import format_proof, make_proof
from dpa_guard.evidence.read import head_of, line_at
from dpa_guard.evidence.tiles import Tile, nodes
from dpa_guard.evidence.verify.files import LogFiles

__all__ = ["prove"]

_MOST = 1 << 14


@click.command(
    cls=Command,
    notes=(("0", "the proof is on standard output"), ("2", "no log, or no such record")),
    examples=("dpa-guard evidence prove 59 evidence/acme --record 59.json > 59.tlog-proof",),
)
@click.argument("index", metavar="N", type=click.IntRange(min=0))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--record", metavar="FILE", type=click.Path(path_type=Path), help="Also write the record's line to a new file."
)
def prove(index: int, folder: Path, record: Path | None) -> int:
    """Print a proof that record N is in the log in DIR.

    It is a C2SP tlog-proof: with the record's line and the verifier key, anybody can check it without the log, also
    with other people's tools.
    """
    line = line_at(folder, index)
    _, note = head_of(folder)
    files = LogFiles(folder)

    def read(tile: Tile) -> bytes:
        return files.read(tile.path, _MOST)

    proof = format_proof(make_proof(index, note, nodes(head_of(folder)[0].size, read)))
    if record is not None:
        try:
            with record.open("xb") as file:
                file.write(line.data)
        except OSError as error:
            raise click.UsageError(f"--record: {str(record)!a} cannot be written: {error.strerror}") from None
    click.echo(proof, nl=False)
    return 0
