"""``dpa-guard gazetteer``: the tables of places themselves, for who keeps them up to date."""

from __future__ import annotations

import click

from dpa_guard.cli.group import Group

__all__ = ["gazetteer"]

_HERE = "dpa_guard.cli.gazetteer"
_COMMANDS = {
    "check": (f"{_HERE}.check", "Compare the tables with what the installed SDKs know."),
    "diff": (f"{_HERE}.diff", "Say which verdicts another version of the tables can flip."),
}


@click.group(
    cls=Group,
    rows=_COMMANDS,
    examples=("dpa-guard gazetteer check", "dpa-guard gazetteer diff dpa_guard-0.1.0-py3-none-any.whl installed"),
)
def gazetteer() -> None:
    """Look at the tables that countries come from.

    One code is looked up with: dpa-guard where CLOUD CODE
    """
