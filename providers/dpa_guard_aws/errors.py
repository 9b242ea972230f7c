"""What an error answer means, by its code and never by its HTTP status alone: services answer one denial with 400, 401
or 403. A code without a row of ``error-codes.csv`` is read by its status, and never as "there is nothing".

``errors.csv`` of the data holds answers of single operations that mean something else than their code says.
"""

from __future__ import annotations

import csv
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Literal

__all__ = ["Meaning", "by_policy_of_the_organization", "meaning_of"]

Meaning = Literal[
    "nothing",
    "denied",
    "throttled",
    "unreachable",
    "unsupported",
    "api-disabled",
    "refused",
    "expired",
]
"""``nothing``: not configured, or gone since. ``refused``: these credentials mean nothing here. The rest as in
``dpa_guard.model.Status``."""

_BY_HTTP: dict[int, Meaning] = {401: "denied", 403: "denied", 429: "throttled"}
_POLICIES = ("service control policy", "resource control policy")


def meaning_of(name: str, code: str, http: int, message: str = "") -> Meaning:
    """Return what the error answer of an operation (``service.Operation``) means; the message is never kept."""
    service = name.partition(".")[0]
    for which in (name, f"{service}.", "."):
        for row_code, part, meaning in _of_operations().get(which, []):
            if row_code in ("", code) and part.lower() in message.lower():
                return meaning
    exact, patterns = _codes()
    if code in exact:
        return exact[code]
    for pattern, of_pattern in patterns:
        if fnmatchcase(code, pattern):
            return of_pattern
    return _BY_HTTP.get(http, "unreachable" if http >= 500 else "unsupported")


def by_policy_of_the_organization(message: str) -> bool:
    """Is it the organisation's own policy (SCP, RCP) that denies, whatever the role may do?"""
    return any(policy in message.lower() for policy in _POLICIES)


@cache
def _codes() -> tuple[dict[str, Meaning], tuple[tuple[str, Meaning], ...]]:
    text = files("dpa_guard_aws").joinpath("error-codes.csv").read_text(encoding="utf-8")
    rows: list[tuple[str, Meaning]] = [(row["code"], row["meaning"]) for row in csv.DictReader(text.splitlines())]  # type: ignore[misc]  # a test holds the column to the words
    return (
        {code: meaning for code, meaning in rows if "*" not in code},
        tuple((code, meaning) for code, meaning in rows if "*" in code),
    )


@cache
def _of_operations() -> dict[str, list[tuple[str, str, Meaning]]]:
    """Return (code, part of the message, meaning) by ``service.Operation``, ``service.`` or ``.`` for all."""
    path = files("dpa_guard_aws").joinpath("data", "errors.csv")
    found: dict[str, list[tuple[str, str, Meaning]]] = {}
    if path.is_file():
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
            name = f"{row['service']}.{row['operation']}"
            found.setdefault(name, []).append((row["code"], row.get("message", ""), row["meaning"]))  # type: ignore[arg-type]  # a test holds the column to the words
    return found
