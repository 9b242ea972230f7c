"""``dpa-guard gazetteer check``: do the shipped places agree with the installed SDKs?"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

import click

from dpa_guard.cli.help import Command
from dpa_guard.gazetteer.sdk import CARRY_NONE, Compared, Difference, compare_with_botocore

__all__ = ["check"]

_DIFFERS = 1
_NOT_COMPARED = 3
_NOT_INSTALLED = "botocore is not installed: the rows of AWS were not compared (pip install 'dpa-guard[aws]')"


@click.command(
    cls=Command,
    notes=(
        ("0", "compared, and nothing that decides differs"),
        ("1", "the SDK says something else, or knows a place that the table does not"),
        ("3", "the AWS SDK is not installed: nothing was compared"),
    ),
    examples=("dpa-guard gazetteer check", "dpa-guard gazetteer check --format json | jq .differences"),
)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def check(form: str) -> int:
    """Compare the shipped places with what the installed SDKs themselves carry.

    botocore lists the regions of AWS with their partition and English name. It names no country, and the SDKs of Azure
    and Google list no places at all: there, and for countries, only the sources named in the rows can be read again.
    """
    compared = compare_with_botocore()
    code = _code(compared)
    if form == "json":
        click.echo(json.dumps(_json(compared, code), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_text(compared)))
    return code


def _code(compared: Compared | None) -> int:
    if compared is None:
        return _NOT_COMPARED
    return _DIFFERS if any(difference.decides for difference in compared.differences) else 0


def _json(compared: Compared | None, code: int) -> dict[str, object]:
    return {
        "schema": "dpa-guard/gazetteer-check/1",
        "exit_code": code,
        "compared": [] if compared is None else [{"cloud": "aws", "sdk": compared.sdk, "codes": compared.codes}],
        "differences": [
            {"cloud": one.cloud, "code": one.code, "what": one.what, "ours": one.ours, "theirs": one.theirs}
            for one in (() if compared is None else compared.differences)
        ],
        "not_compared": [*(["aws"] if compared is None else []), *CARRY_NONE],
    }


def _text(compared: Compared | None) -> Iterator[str]:
    if compared is None:
        yield from textwrap.wrap(_NOT_INSTALLED, 80)
    else:
        count = sum(difference.decides for difference in compared.differences)
        yield f"aws    {compared.codes} codes of {compared.sdk}: {count or 'none'} differ{'s' * (count == 1)}"
        for difference in compared.differences:
            yield from textwrap.wrap(_line(difference), 80, initial_indent="  ", subsequent_indent="    ")
    for cloud in CARRY_NONE:
        yield f"{cloud:<6} not compared: its SDK carries no list of places"


def _line(one: Difference) -> str:
    told = {
        "no-row": f"has no row; the SDK calls it {one.theirs!a}",
        "partition": f"partition {one.ours} in the table, {one.theirs} in the SDK",
        "name": f"called {one.ours!a} in the table, {one.theirs!a} in the SDK",
        "not-in-sdk": f"is not in this SDK ({one.ours})",
    }
    return f"{one.code}: {told[one.what]}"
