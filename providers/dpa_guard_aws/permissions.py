"""The least a role needs to be scanned: policy documents made from the table of calls.

What is allowed is the column ``action`` of ``data/calls.csv`` and the engine's own requests. An action that would also
read data is narrowed to the resources of ``data/narrowed-actions.csv``; those of ``data/denied-actions.csv`` are denied
by name, so that another policy on the same role cannot let them in.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from dpa_guard_aws.requests import OWN
from dpa_guard_aws.table import read

__all__ = ["LONGEST", "actions", "entering_document", "files_of", "member_documents", "printed"]

LONGEST = 6144
"""Characters in a managed policy, white space not counted.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

Document = dict[str, Any]

_OF_THE_CALLER = ("organizations:", "sts:")
"""Services of which the role in each account needs nothing."""
_BESIDE_THE_CALLS = ("resource-explorer-2:Search", "timestream:DescribeEndpoints")
"""Listing resources needs leave to search; Timestream is asked for its address first."""


@cache
def actions() -> tuple[str, ...]:
    """Return every IAM action that a role in an account needs, sorted, each once."""
    named = {row.action for row in (*read().rows, *OWN)} | set(_BESIDE_THE_CALLS)
    return tuple(sorted(action for action in named if not action.startswith(_OF_THE_CALLER)))


def member_documents() -> tuple[Document, ...]:
    """Return the policies of the role in each account, none longer than ``LONGEST``.

    The first ones allow, one statement each; the last one holds what is narrowed and what is denied.
    """
    narrowed = _narrowed()
    allowed = [action for action in actions() if action not in narrowed]
    parts = _parts(allowed, LONGEST - _size(_allowing([], 99)))
    return (*(_allowing(part, number) for number, part in enumerate(parts, 1)), _guarding(narrowed))


def entering_document(role: str) -> Document:
    """Return the policy of who enters the accounts: to list the organisation's, and to assume ``role`` in each."""
    named = sorted({row.action for row in OWN if row.action.startswith("organizations:")})
    return _document(
        [
            {"Sid": "ListAccounts", "Effect": "Allow", "Action": named, "Resource": "*"},
            {
                "Sid": "EnterAccounts",
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": f"arn:*:iam::*:role/{role}",
            },
        ]
    )


def files_of(role: str) -> dict[str, str]:
    """Return file name → policy document: those of the role in each account, and that of who enters the accounts."""
    policies = {f"policy-{number}.json": printed(one) for number, one in enumerate(member_documents(), 1)}
    return {**policies, "entering.json": printed(entering_document(role))}


def printed(document: Document) -> str:
    """Return a document as JSON, indented, with a newline at its end."""
    return json.dumps(document, indent=2) + "\n"


def _allowing(allowed: Sequence[str], number: int) -> Document:
    return _document([{"Sid": f"ListAndDescribe{number}", "Effect": "Allow", "Action": list(allowed), "Resource": "*"}])


def _guarding(narrowed: dict[str, list[str]]) -> Document:
    statements: list[dict[str, Any]] = []
    for action, resources in narrowed.items():
        name = "".join(part.capitalize() for part in action.replace(":", "-").split("-"))
        statements += [
            {"Sid": f"{name}Here", "Effect": "Allow", "Action": action, "Resource": resources},
            {"Sid": f"{name}NowhereElse", "Effect": "Deny", "Action": action, "NotResource": resources},
        ]
    denied = [row["action"] for row in _rows("denied-actions")]
    statements.append({"Sid": "NeverReadData", "Effect": "Deny", "Action": denied, "Resource": "*"})
    return _document(statements)


def _document(statements: list[dict[str, Any]]) -> Document:
    return {"Version": "2012-10-17", "Statement": statements}


def _parts(allowed: Iterable[str], room: int) -> Iterator[list[str]]:
    """Yield the actions in as few parts as there are, in order, each with its quotes and commas within ``room``."""
    part: list[str] = []
    left = room
    for action in allowed:
        needed = len(action) + len('"",')
        if needed > left:
            yield part
            part, left = [], room
        part.append(action)
        left -= needed
    yield part


def _size(document: Document) -> int:
    return len(json.dumps(document, separators=(",", ":")))


def _narrowed() -> dict[str, list[str]]:
    """Return action → the resources it is narrowed to, of the actions that are needed."""
    needed = set(actions())
    found: dict[str, list[str]] = {}
    for row in _rows("narrowed-actions"):
        if row["action"] in needed:
            found.setdefault(row["action"], []).append(row["resource"])
    return found


def _rows(table: str) -> list[dict[str, str]]:
    text = files("dpa_guard_aws").joinpath("data", f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
