"""``dpa-guard evidence prove``: one record's place in the log, as a file that stands alone."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dpa_guard.cli.evidence.reading import LogCommand, say_json, say_lines
from dpa_guard.cli.output import to_stdout
from dpa_guard.evidence import tree
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.proof import format_proof, make_proof
from dpa_guard.evidence.read import Line, Log
from dpa_guard.evidence.spelling import base64_of
from dpa_guard.evidence.tiles import nodes
from dpa_guard.report.plain import plain

__all__ = ["prove"]


@click.command(
    cls=LogCommand,
    notes=(
        ("0", "the proof is on standard output"),
        ("2", "no log, no such record, or --record cannot be written"),
        ("4", "the log is damaged: its tiles do not lead from this record to the signed root"),
    ),
    examples=("dpa-guard evidence prove 59 evidence/acme --record 59.json > 59.tlog-proof",),
)
@click.argument("index", metavar="N", type=click.IntRange(min=0))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--record", metavar="FILE", type=click.Path(path_type=Path), help="Also write the record's line to a new file."
)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def prove(index: int, folder: Path, record: Path | None, form: str) -> int:
    """Print a proof that record N is in the log in DIR.

    It is a C2SP tlog-proof: with the record's line and the verifier key, anybody can check it without the log, also
    with other people's tools. Who signed the checkpoint in it is not looked at here.
    """
    log = Log(folder)
    line = log.line(index)
    proof = make_proof(index, log.note, nodes(log.head.size, log.tile))
    try:
        tree.verify_inclusion(line.leaf(), index, log.head.size, proof.hashes, log.head.root)
    except EvidenceError as error:
        raise EvidenceError(error.code, f"record {index}: {error.message}") from None
    if record is not None:
        _write(record, line)
    text = format_proof(proof)
    if form == "json":
        say_json(
            {
                "origin": log.head.origin,
                "index": index,
                "size": log.head.size,
                "root": base64_of(log.head.root),
                "leaf": line.leaf().hex(),
                "erased": line.erased() is not None,
                "proof": text.decode("utf-8"),
            }
        )
    elif sys.stdout.isatty():
        say_lines(plain(row) for row in text.decode("utf-8").splitlines())
    else:
        to_stdout([text])
    return 0


def _write(path: Path, line: Line) -> None:
    if line.erased() is not None:
        raise EvidenceError("record-gone", f"record {line.index} was erased: only its leaf hash is left, and no line")
    try:
        with path.open("xb") as file:
            file.write(line.data)
    except OSError as error:
        raise click.UsageError(f"--record: {str(path)!a} cannot be written: {error.strerror}") from None
