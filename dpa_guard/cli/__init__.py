"""The command line: one module a command, imported when it is called. Nothing else prints."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from dpa_guard import __version__
from dpa_guard.cli.group import Group
from dpa_guard.errors import DpaGuardError

__all__ = ["main"]

COMMANDS = {
    "plan": ("dpa_guard.cli.plan", "Judge Terraform plans or states before they are applied."),
    "scan": ("dpa_guard.cli.scan", "Judge the live estate: every account and region, read-only."),
    "inventory": ("dpa_guard.cli.inventory", "List the places, services and third parties of a plan."),
    "evidence": ("dpa_guard.cli.evidence", "Make, verify and read the log that runs are recorded in."),
    "where": ("dpa_guard.cli.where", "Say which country a location code stands for."),
    "gazetteer": ("dpa_guard.cli.gazetteer", "Hold the tables of places against SDKs and other versions."),
    "agreement": ("dpa_guard.cli.agreement", "Check the agreement file, and the documents it rests on."),
    "demo": ("dpa_guard.cli.demo", "Scan, record and verify a made-up estate: no account needed."),
    "init": ("dpa_guard.cli.init", "Write a commented agreement and configuration to begin with."),
    "explain": ("dpa_guard.cli.explain", "Print the page of a rule."),
    "doctor": ("dpa_guard.cli.doctor", "Say before a scan which permission or account will be missing."),
    "permissions": ("dpa_guard.cli.permissions", "Print the least a scan has to be allowed."),
    "extensions": ("dpa_guard.cli.extensions", "List what is installed, with versions."),
}
"""Name → module with a click command of that name, and its line in ``--help``."""

USAGE_ERROR = 2
NO_EVIDENCE = 4
INTERRUPTED = 130


class Commands(Group):
    """The commands; errors become one line and an exit code that is never a verdict's."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = "dpa-guard",
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and exit: 0-4 as the command says, 2 for what stopped it, 130 when interrupted."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        sys.exit(self._run(args, prog_name, complete_var, extra))

    def _run(
        self, args: Sequence[str] | None, prog_name: str | None, complete_var: str | None, extra: dict[str, Any]
    ) -> int:
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.exceptions.Exit as leaving:
            return leaving.exit_code
        except click.Abort:
            from dpa_guard.cli.workers import leave_at_once

            click.echo("interrupted: no verdict is given", err=True)
            leave_at_once(INTERRUPTED)
            return INTERRUPTED
        except click.exceptions.NoArgsIsHelpError as page:
            click.echo(page.format_message(), err=True)
            return USAGE_ERROR
        except click.ClickException as mistake:
            _say_usage(mistake)
            return USAGE_ERROR
        except DpaGuardError as mistake:
            from dpa_guard.cli.say import say_error
            from dpa_guard.evidence.errors import EvidenceUnavailable

            say_error(mistake, None)
            return NO_EVIDENCE if isinstance(mistake, EvidenceUnavailable) else USAGE_ERROR
        except (Exception, SystemExit) as error:  # nobody but this function ends the program
            from dpa_guard.cli.say import say_crash

            say_crash(error)
            return USAGE_ERROR
        return code if isinstance(code, int) else 0


def _say_usage(mistake: click.ClickException) -> None:
    """Say what was expected in one line, and in another where it is explained."""
    click.echo(f"error: {mistake.format_message()}", err=True)
    context = mistake.ctx if isinstance(mistake, click.UsageError) else None
    if context is not None:
        click.echo(f"see: {context.command_path} --help", err=True)


def _version(context: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        click.echo(f"dpa-guard {__version__}")
        context.exit()


@click.group(
    cls=Commands,
    rows=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    examples=("dpa-guard init", "terraform show -json plan.out | dpa-guard plan -", "dpa-guard where aws eu-central-2"),
)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version and exit."
)
def main() -> None:
    """Hold a cloud estate against the data processing agreement that was signed for it."""
