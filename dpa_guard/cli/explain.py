"""``dpa-guard explain``: the page of a rule, which is the docstring of its check."""

from __future__ import annotations

import inspect

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
                return [head, "", *page.splitlines()]
    from dpa_guard.cli.suggest import meant

    known = [check.rule for check in loaded.checks]
    raise click.UsageError(f"no installed rule {rule!a}{meant(rule, known)}\nInstalled: {', '.join(sorted(known))}")


def _listed(loaded: Extensions) -> list[str]:
    rows = sorted(
        (check.article, check.rule, (inspect.getdoc(type(check)) or "").partition("\n")[0]) for check in loaded.checks
    )
    if not rows:
        return ["No rule is installed."]
    width = max(len(rule) for _, rule, _ in rows)
    return [f"{article:<5} {rule:<{width}}  {first}".rstrip() for article, rule, first in rows]
