"""``dpa-guard gazetteer``: the tables that verdicts rest on, held against the SDKs and against another version."""

from __future__ import annotations

import click

from dpa_guard.cli.group import Group

__all__ = ["gazetteer"]

_HERE = "dpa_guard.cli.gazetteer"
_COMMANDS = {
    "check": (f"{_HERE}.check", "Compare the shipped places with what installed SDKs carry."),
    "diff": (f"{_HERE}.diff", "Say which verdicts can turn between two versions."),
}


@click.group(
    cls=Group,
    rows=_COMMANDS,
    examples=(
        "dpa-guard gazetteer check",
        "dpa-guard gazetteer diff dpa_guard-0.1.0-py3-none-any.whl dpa_guard-0.2.0-py3-none-any.whl",
    ),
)
def gazetteer() -> None:
    """Hold the tables of places, kinds and attributes against other sources.

    A new version of these tables can turn a verdict although nothing changed in the estate. Evidence names the digest
    of the tables a verdict was given with.
    """
