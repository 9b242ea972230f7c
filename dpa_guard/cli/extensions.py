"""``dpa-guard extensions``: what is installed, in which version, and what each adds."""

from __future__ import annotations

import click

from dpa_guard.cli.help import Command

__all__ = ["extensions"]


@click.command(cls=Command, examples=("dpa-guard extensions", "dpa-guard extensions --format json"))
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def extensions(form: str) -> None:
    """List the installed extensions: name, distribution, version, providers and rules.

    Two that answer to one name, provider or rule stop every run; this command says which.
    """
    from dpa_guard.extensions import load

    rows = [
        {
            "name": row.name,
            "distribution": row.distribution,
            "version": row.version,
            "providers": [provider.name for provider in row.providers],
            "rules": [check.rule for check in row.checks],
        }
        for row in load().rows
    ]
    if form == "json":
        import msgspec

        click.echo(msgspec.json.encode({"schema": "dpa-guard/extensions/1", "extensions": rows}))
        return
    if not rows:
        click.echo("No extension is installed: nothing can be looked at, and no rule can be judged.")
    for row in rows:
        click.echo(f"{row['name']}  ({row['distribution']} {row['version']})")
        for what in ("providers", "rules"):
            if row[what]:
                click.echo(f"  {what + ':':<11}{', '.join(row[what])}")
