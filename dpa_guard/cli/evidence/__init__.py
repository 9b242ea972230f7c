"""``dpa-guard evidence``: the log of article 11.3, for who keeps it and for who checks it. No extension is loaded."""

from __future__ import annotations

import click

from dpa_guard.cli.group import Group

__all__ = ["evidence"]

_HERE = "dpa_guard.cli.evidence"
_COMMANDS = {
    "init": (f"{_HERE}.init", "Make a log and its key, and print the key to pin."),
    "verify": (f"{_HERE}.verify", "Read every byte of a log and say whether it holds together."),
    "runs": (f"{_HERE}.runs", "List the runs: when, of what, how they ended."),
    "show": (f"{_HERE}.show", "Print the records of a run, one record, or those that name something."),
    "gaps": (f"{_HERE}.gaps", "Say when no run was made although it was agreed."),
    "prove": (f"{_HERE}.prove", "Print a proof that one record is in the log."),
    "export": (f"{_HERE}.export", "Pack a copy for somebody who trusts other people's tools."),
}


@click.group(
    cls=Group,
    rows=_COMMANDS,
    examples=(
        "dpa-guard evidence init evidence/acme --origin evidence.example.nl/acme/ci-1",
        "dpa-guard plan tfplan.json --evidence evidence/acme",
        "dpa-guard evidence verify evidence/acme --known last-quarter.checkpoint",
    ),
)
def evidence() -> None:
    """Make, verify and read the log that runs are recorded in.

    A log proves what was said and when it was signed, and that nothing was changed since. It does not prove that what
    was said is true.
    """
