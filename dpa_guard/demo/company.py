"""The fictional company as tables: its accounts, their regions, what is made in them, and what a role may not see."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct

__all__ = [
    "ROLE",
    "Account",
    "Denied",
    "Instead",
    "Made",
    "accounts",
    "amended",
    "denied",
    "instead",
    "made",
    "management",
    "regions",
    "text",
]

ROLE = "dpa-guard-read"
"""The role that the scan assumes in each account but the management account."""


class Account(Struct, frozen=True):
    """One account of the organisation, as it lists it."""

    id: str
    name: str
    status: str


class Denied(Struct, frozen=True):
    """A service that the role may not look at in one account, and what is answered then."""

    account: str
    service: str
    code: str
    message: str


class Instead(Struct, frozen=True):
    """What is answered where neither moto nor an empty document says "there is none" as AWS does."""

    service: str
    asked: str
    """The operation, or the beginning of the path where the request names none."""
    code: str
    """Of an error; "" for an empty document."""
    message: str
    why: str


class Made(Struct, frozen=True):
    """One request that makes something in the estate."""

    account: str
    region: str
    service: str
    operation: str
    params: Mapping[str, Any]
    shows: str = ""
    """What this is in the demo for; "" for what only belongs to it."""
    keep: Mapping[str, str] = {}
    """Name → JMESPath of the answer: later requests say ``{name}``."""


def text(name: str) -> str:
    """Return a file of the company."""
    return files("dpa_guard.demo").joinpath("data", name).read_text(encoding="utf-8")


@cache
def accounts() -> tuple[Account, ...]:
    """Return the accounts; the first is the management account."""
    return tuple(Account(**row) for row in csv.DictReader(text("accounts.csv").splitlines()))


def management() -> Account:
    """Return the management account."""
    return accounts()[0]


@cache
def regions(account: str) -> Mapping[str, str]:
    """Return region → state, as AWS tells it of an account."""
    rows = csv.DictReader(text("regions.csv").splitlines())
    return {row["region"]: row["state"] for row in rows if row["account"] == account}


@cache
def denied() -> Mapping[tuple[str, str], Denied]:
    """Return what is denied, by account and service."""
    rows = [Denied(**row) for row in csv.DictReader(text("denied.csv").splitlines())]
    return {(row.account, row.service): row for row in rows}


@cache
def instead() -> tuple[Instead, ...]:
    """Return what is answered without moto, in whatever account."""
    return tuple(Instead(**row) for row in csv.DictReader(text("instead.csv").splitlines()))


@cache
def amended() -> Mapping[tuple[str, str, str, str], Any]:
    """Return what moto's answers lack, by account, region, service and operation."""
    rows = json.loads(text("amended.json"))
    return {(row["account"], row["region"], row["service"], row["operation"]): row["adds"] for row in rows}


@cache
def made() -> tuple[Made, ...]:
    """Return the requests that make the estate, in their order."""
    return tuple(Made(**row) for row in json.loads(text("requests.json")))
