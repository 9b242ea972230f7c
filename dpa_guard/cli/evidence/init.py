"""``dpa-guard evidence init``: a new log, and the key that others pin."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dpa_guard.cli.evidence.reading import say_json, say_lines
from dpa_guard.cli.help import Command
from dpa_guard.cli.signing_key import FILE_VARIABLE, signing_key
from dpa_guard.evidence import VARIABLE
from dpa_guard.report.plain import plain

if TYPE_CHECKING:
    from dpa_guard.evidence.write import LogPlace

__all__ = ["init"]


@click.command(
    cls=Command,
    notes=(
        ("0", "the log is there"),
        ("2", "there is a log already, or the name is none"),
        ("4", "nothing can be written there"),
    ),
    examples=("dpa-guard evidence init evidence/acme --origin evidence.example.nl/acme/ci-1",),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--origin",
    required=True,
    metavar="NAME",
    help="The log's name for ever: a domain of yours and a path, one name per agreement and machine that writes.",
)
@click.option("--state", metavar="DIR", type=click.Path(path_type=Path), help="The private state (default: DIR.state).")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def init(folder: Path, origin: str, state: Path | None, form: str) -> int:
    """Make a log in DIR, with its signing key, and print the verifier key to pin.

    The key is made in the private state, or taken from the environment variable DPA_GUARD_SIGNING_KEY or the file that
    DPA_GUARD_SIGNING_KEY_FILE names. The private state never leaves this machine. The verifier key belongs in the
    agreement: only who has it from there can tell your log from another.
    """
    from dpa_guard.evidence.write import LogPlace
    from dpa_guard.evidence.write.create import create

    place = LogPlace.at(folder, state)
    key = str(create(place, origin, signing_key(os.environ)))
    if form == "json":
        say_json(
            {
                "origin": origin,
                "key": key,
                "log": str(place.folder),
                "state": str(place.state),
                "high_water": str(place.high_water),
                "signing_key": str(place.key) if place.key.exists() else None,
            }
        )
    else:
        say_lines(_page(place, origin, key))
    return 0


def _page(place: LogPlace, origin: str, key: str) -> Iterator[str]:
    shown = plain(str(place.folder))
    yield f"The log {plain(origin)} is in {shown}; it holds no run yet.\n"
    yield "Its verifier key. Put it into the agreement, and give it to the other side:\n"
    yield f'    [evidence]\n    log_keys = ["{key}"]\n'
    handed_in = (
        f"the file that {FILE_VARIABLE} names"
        if FILE_VARIABLE in os.environ
        else f"the environment variable {VARIABLE}"
    )
    where = plain(str(place.key)) if place.key.exists() else handed_in
    yield f"The signing key is in {where}.\nKeep a copy where only you can read it."
    yield f"\nThe file {plain(str(place.high_water))} shows that nothing was rolled back."
    yield "Keep it on another disk where you can, with a link in its place."
    yield f"\nRecord a run:  dpa-guard plan tfplan.json --evidence {shown}"
