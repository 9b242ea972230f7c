"""``dpa-guard permissions``: the least a scan has to be allowed, made from the table of its calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import click

from dpa_guard.cli.help import Command

__all__ = ["permissions"]

_ROLE = "dpa-guard-read"
_NAME = re.compile(r"[A-Za-z0-9+=,.@_/-]{1,512}")
"""No wildcard: a document for every role would allow more than was asked."""


@click.command(
    cls=Command,
    notes=(("0", "printed or written"), ("2", "no such cloud or document, or a folder that cannot be written")),
    examples=(
        "dpa-guard permissions aws",
        "dpa-guard permissions aws policy-1.json",
        "dpa-guard permissions aws --into policies/",
    ),
)
@click.argument("cloud")
@click.argument("document", required=False)
@click.option("--role", metavar="NAME", default=_ROLE, show_default=True, help="The role that is assumed everywhere.")
@click.option("--into", metavar="DIR", help="Write each document to a file in this folder, instead of printing.")
def permissions(cloud: str, document: str | None, role: str, into: str | None) -> None:
    """Print the least that a scan of CLOUD has to be allowed.

    Every permission is one call that a scan makes; all of them list or describe, and none reads data. Without DOCUMENT
    all documents are printed, each under its name.
    """
    if not _NAME.fullmatch(role):
        raise click.UsageError(f"--role expects the name of a role, such as {_ROLE}; found {role!a}")
    documents = _documents(cloud, role)
    if document is not None:
        documents = {document: _one(document, documents)}
    if into is not None:
        _write(documents, Path(into))
    elif document is not None:
        click.echo(documents[document], nl=False)
    else:
        click.echo("\n".join(f"{name}\n{text}" for name, text in documents.items()), nl=False)


def _documents(cloud: str, role: str) -> Mapping[str, str]:
    from dpa_guard import extensions
    from dpa_guard.hookspecs import Grants

    grants = {name: one for name, one in extensions.load().providers.items() if isinstance(one, Grants)}
    if cloud not in grants:
        from dpa_guard.cli.suggest import meant

        raise click.UsageError(f"{cloud!a} is no provider that needs permissions{meant(cloud, sorted(grants))}")
    return grants[cloud].permissions(role)


def _one(name: str, documents: Mapping[str, str]) -> str:
    if name not in documents:
        from dpa_guard.cli.suggest import meant

        raise click.UsageError(f"there is no document {name!a}{meant(name, sorted(documents))}")
    return documents[name]


def _write(documents: Mapping[str, str], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in documents.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"--into: {str(folder)!a} cannot be written: {error.strerror}") from error
    for name in documents:
        click.echo(str(folder / name))
