"""``dpa-guard gazetteer check``: does what is shipped agree with the SDKs that are installed?"""

from __future__ import annotations

from collections.abc import Iterator

import click
import msgspec

from dpa_guard.cli.help import Command
from dpa_guard.report.page import paragraph

__all__ = ["check"]

_NOT_COMPARED = {
    "azure": "its SDK ships no table of regions",
    "gcp": "its SDK ships no table of regions",
}


@click.command(
    cls=Command,
    notes=(
        ("0", "they agree"),
        ("1", "the SDK knows a region that the table lacks, or has in another partition"),
        ("3", "nothing could be compared: no SDK with a table of regions is installed"),
    ),
    examples=("pip install botocore && dpa-guard gazetteer check",),
)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def check(form: str) -> int:
    """Compare the tables of places with the data of the installed SDKs.

    A region that is in no table is unknown, so it never passes; this says which ones those are.
    """
    from dpa_guard.gazetteer.sdk import Compared, compare_aws

    found = compare_aws()
    code = 3 if not found.sdk else 1 if found.missing or found.elsewhere else 0
    if form == "json":
        told = {"exit_code": code, "aws": msgspec.to_builtins(found) if found.sdk else None}
        click.echo(
            msgspec.json.encode({**told, "not_compared": {**({} if found.sdk else {"aws": ""}), **_NOT_COMPARED}})
        )
        return code

    def page(found: Compared) -> Iterator[str]:
        if not found.sdk:
            yield from paragraph("aws: not compared, botocore is not installed (pip install botocore)")
        else:
            yield f"aws: {found.regions} regions of {found.sdk}"
            for label, codes in (
                ("not in the table, so unknown", found.missing),
                ("in another partition (SDK, table)", found.elsewhere),
                ("in the table only", found.not_there),
            ):
                yield from paragraph(f"{label}: {', '.join(codes) or 'none'}", " " * 4, "  ")
        for cloud, why in _NOT_COMPARED.items():
            yield from paragraph(f"{cloud}: not compared, {why}")

    for line in page(found):
        click.echo(line)
    return code
