"""The options that several commands share, each under its heading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from dpa_guard.cli.help import SectionOption

__all__ = ["agreement_options", "estate_options", "evidence_options", "output_options"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _options(section: str, *rows: tuple[tuple[str, ...], dict[str, Any]]) -> Callable[[_Command], _Command]:
    def add(command: _Command) -> _Command:
        for names, settings in reversed(rows):
            command = click.option(*names, cls=SectionOption, section=section, **settings)(command)
        return command

    return add


estate_options = _options(
    "What to look at",
    (("--config",), {"metavar": "FILE", "help": "How to run (default: dpa-guard.toml, where there is one)."}),
    (("--scope",), {"metavar": "NAME", "help": "The [[scope]] of the configuration that all inputs belong to."}),
    (
        ("--assume-region", "assumed"),
        {
            "metavar": "CLOUD=REGION",
            "multiple": True,
            "help": "The region where a plan leaves it to the environment, e.g. aws=eu-central-1. The result says so.",
        },
    ),
)

agreement_options = _options(
    "What to judge by",
    (
        ("--agreement", "agreements"),
        {
            "metavar": "FILE",
            "multiple": True,
            "help": "What was agreed; replaces the configuration's list (default: agreement.toml).",
        },
    ),
    (
        ("--allow-incomplete",),
        {"metavar": "REASON", "help": "Exit 0 instead of 3, and say why. Never turns a fail into a pass."},
    ),
)

evidence_options = _options(
    "Evidence",
    (("--evidence",), {"metavar": "DIR", "help": "The log to record this run in; made by `dpa-guard evidence init`."}),
    (("--state",), {"metavar": "DIR", "help": "Where the log's private state is kept (default: DIR.state)."}),
    (("--no-evidence",), {"is_flag": True, "help": "Do not record this run, whatever the configuration says."}),
    (("--require-evidence",), {"is_flag": True, "help": "Exit 4 where the run is not recorded."}),
)

output_options = _options(
    "Output",
    (
        ("--format", "form"),
        {
            "type": click.Choice(("text", "json")),
            "default": "text",
            "show_default": True,
            "help": "On standard output.",
        },
    ),
    (
        ("--output", "outputs"),
        {"metavar": "FORMAT=FILE", "multiple": True, "help": "Also write the report to a file, e.g. json=report.json."},
    ),
    (("--lang",), {"type": click.Choice(("en", "nl")), "default": "en", "show_default": True, "help": "The language."}),
    (("--verbose", "-v"), {"is_flag": True, "help": "List every object, and say on standard error what is done."}),
)
