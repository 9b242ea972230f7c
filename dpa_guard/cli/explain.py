"""``dpa-guard explain``: the page of a rule, which is the docstring of its check."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator

import click

from dpa_guard.cli.help import Command
from dpa_guard.extensions import Extensions

__all__ = ["explain"]


@click.command(cls=Command, examples=("dpa-guard explain", "dpa-guard explain transfer-outside-eu"))
@click.argument("rule", required=False)
def explain(rule: str | None) -> None:
    """Print what RULE looks for, why the article asks for it, and what to do.

    Without RULE: list the rules that are installed.
    """
    from dpa_guard import extensions

    loaded = extensions.load()
    click.echo("\n".join(_listed(loaded) if rule is None else _page(rule, loaded)))


def _page(rule: str, loaded: Extensions) -> list[str]:
    for row in loaded.rows:
        for check in row.checks:
            if check.rule == rule:
                head = f"{rule} · article {check.article} · {row.distribution} {row.version}"
                page = inspect.getdoc(type(check)) or "This rule has no page: its check has no docstring."
                return [head, "", *_reflowed(page)]
    from dpa_guard.cli.suggest import meant

    known = sorted(check.rule for check in loaded.checks)
    close = meant(rule, known).partition("; expected")[0]
    raise click.UsageError(f"no rule {rule!a} is installed{close}\nInstalled: {', '.join(known)}")


def _reflowed(page: str) -> Iterator[str]:
    """Wrap the paragraphs at 80 columns; tables, which have columns, stay as they are."""
    for number, block in enumerate(page.split("\n\n")):
        if number:
            yield ""
        lines = block.splitlines()
        table = any("  " in line.strip() for line in lines)
        yield from lines if table else textwrap.wrap(" ".join(lines), 80, break_on_hyphens=False)


def _listed(loaded: Extensions) -> list[str]:
    rows = sorted(
        (check.article, check.rule, (inspect.getdoc(type(check)) or "").partition("\n")[0]) for check in loaded.checks
    )
    if not rows:
        return ["No rule is installed."]
    lines: list[str] = []
    for article, rule, first in rows:
        lines += [f"{rule} (article {article})", *textwrap.wrap(first, 80, initial_indent="  ", subsequent_indent="  ")]
    return lines
