"""``dpa-guard evidence init``: a new log, and the key that others pin."""

from __future__ import annotations

import os
from pathlib import Path

import click

from dpa_guard.cli.help import Command
from dpa_guard.evidence import VARIABLE
from dpa_guard.report.plain import plain

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
def init(folder: Path, origin: str, state: Path | None) -> int:
    """Make a log in DIR, with its signing key, and print the verifier key to pin.

    The key is made in the private state, or taken from the environment variable DPA_GUARD_SIGNING_KEY. The private
    state never leaves this machine. The verifier key belongs in the agreement: only who has it from there can tell your
    log from another.
    """
    from dpa_guard.evidence.write import LogPlace
    from dpa_guard.evidence.write.create import create

    place = LogPlace.at(folder, state)
    key = create(place, origin, os.environ.get(VARIABLE))
    shown = plain(str(folder))
    click.echo(f"The log {plain(origin)} is in {shown}; it holds no run yet.\n")
    click.echo("Its verifier key. Put it into the agreement, and give it to the other side:\n")
    click.echo(f'    [evidence]\n    log_keys = ["{key}"]\n')
    where = f"the environment variable {VARIABLE}" if not place.key.exists() else plain(str(place.key))
    click.echo(f"The signing key is in {where}.\nKeep a copy where only you can read it.")
    mark = plain(str(place.high_water))
    click.echo(f"\nThe file {mark} shows that nothing was rolled back.")
    click.echo("Keep it on another disk where you can, with a link in its place.")
    click.echo(f"\nRecord a run:  dpa-guard plan tfplan.json --evidence {shown}")
    return 0
