"""The page of the calls: ``python tests/support/aws_page.py`` writes ``docs/aws-calls.md``."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import groupby
from pathlib import Path

from aws_calls import Call, calls

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "aws-calls.md"
TRIED = ROOT / "tests" / "aws" / "data" / "tried.csv"
HOW = {
    "recording": "a recorded answer of AWS",
    "moto": "moto's server, over HTTP",
    "made": "**neither**: only an answer made from the operation's shape",
}


def tried() -> dict[str, str]:
    """Return how each row was tried, by the row's label."""
    with TRIED.open(encoding="utf-8", newline="") as file:
        return {row["call"]: row["tried"] for row in csv.DictReader(file)}


def page() -> str:
    """Return the page."""
    how = tried()
    count = Counter(how[call.label] for call in calls())
    lines = [
        "# What a scan of AWS asks",
        "",
        f"{len(calls())} list calls in {len({call.service for call in calls()})} services,"
        f" {sum(1 for call in calls() if call.after)} of them asked once for each item of another call.",
        "They list names, settings and places. None reads data.",
        "",
        "The table is `providers/dpa_guard_aws/data/calls.csv`; `README.md` beside it explains its columns. Every row",
        "is held against botocore's models, and every expression of it against an answer made from the operation's",
        "shape, written out and parsed as it comes over the wire. Besides, each row was tried with items in the answer",
        "of:",
        "",
        *(f"- `{word}`: {text} ({count[word]} rows)" for word, text in HOW.items()),
        "",
        "A row that says *after* is asked for each item of the call it names. *Places* are those beside the region the",
        "call was answered in. Written by `tests/support/aws_page.py`: change the table, not this page.",
    ]
    for service, rows in groupby(calls(), key=lambda call: call.service):
        lines += ["", f"## {service}", "", "| call | kind | places | tried |", "|---|---|---|---|"]
        lines += [_line(call, how[call.label]) for call in rows]
    return "\n".join(lines) + "\n"


def _line(call: Call, how: str) -> str:
    words = call.label.removeprefix(call.name).removesuffix(f" after {call.after}").split()
    name = " ".join([f"`{call.operation}`", *(f"`{word}`" for word in words)])
    after = f" after `{call.after.partition('.')[2]}`" if call.after else ""
    step = "" if call.id or call.places else " (a step)"
    roles = ", ".join(dict.fromkeys(place.role for place in call.places))
    return f"| {name}{after} | `{call.kind}`{step} | {roles} | {how if how != 'made' else '**made**'} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
