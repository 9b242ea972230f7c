"""``dpa-guard extensions``: what is installed, in which version, and what each adds."""

from __future__ import annotations

from collections.abc import Iterator

import click

from dpa_guard.cli.help import Command
from dpa_guard.extensions import Extensions

__all__ = ["extensions"]


@click.command(
    cls=Command,
    notes=(("0", "listed"), ("2", "two claim one name, or one cannot be loaded: it is said which")),
    examples=("dpa-guard extensions", "dpa-guard extensions --format json"),
)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def extensions(form: str) -> None:
    """List the installed extensions: name, distribution, version, providers and rules.

    Two that answer to one name, provider or rule stop every run; this command says which.
    """
    from dpa_guard.extensions import load

    loaded = load()
    if form == "json":
        click.echo(_json(loaded))
    else:
        click.echo("\n".join(_text(loaded)))


def _json(loaded: Extensions) -> bytes:
    import msgspec

    rows = [
        {
            "name": row.name,
            "distribution": row.distribution,
            "version": row.version,
            "providers": [provider.name for provider in row.providers],
            "rules": [check.rule for check in row.checks],
        }
        for row in loaded.rows
    ]
    return msgspec.json.encode({"schema": "dpa-guard/extensions/1", "extensions": rows})


def _text(loaded: Extensions) -> Iterator[str]:
    from dpa_guard.report.page import paragraph
    from dpa_guard.report.plain import plain

    if not loaded.rows:
        yield "No extension is installed: nothing can be looked at, and no rule can be judged."
    for row in loaded.rows:
        yield plain(f"{row.name}  ({row.distribution} {row.version})")
        providers = ", ".join(provider.name for provider in row.providers)
        rules = ", ".join(f"{check.rule} ({check.article})" for check in row.checks)
        for label, names in (("providers:", providers), ("rules:", rules)):
            if names:
                yield from paragraph(plain(names), " " * 13, f"  {label:<11}")
