"""The keys of a ``[[scope]]`` with ``provider = "aws"``: whose accounts, and how to get into them.

organization = true              every account the organisation lists; ``role`` is assumed in each but the own
accounts = ["111111111111"]      these accounts by ``role``; with ``organization`` each must be in it
roles = ["arn:aws:iam::…"]       these roles, one account each
profiles = ["a", "b"]            these profiles of the AWS configuration, one account each
(none of these)                  the account at hand

profile = "audit"                whose credentials to begin with; absent: the environment's
role = "dpa-guard-read"          the name of the role in each account, with its path where it has one
external_id = "…"                asked by the roles' trust policy
partition = "aws-eusc"           absent: that of the region, or aws
region = "eu-central-1"          where to ask what has no region of its own; absent: the partition's
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from dpa_guard.errors import DpaGuardError, Mistakes

__all__ = ["KEYS", "Wanted", "mistakes_in", "read"]

_TRUTHS = ("organization",)
_LISTS = ("accounts", "roles", "profiles")
_TEXTS = ("profile", "role", "external_id", "partition", "region")
KEYS = (*_TRUTHS, *_LISTS, *_TEXTS)

_ACCOUNT = re.compile(r"[0-9]{12}\Z")
_ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:role/[\w+=,.@/-]{1,512}\Z", re.ASCII)
_ROLE_NAME = re.compile(r"[\w+=,.@/-]{1,512}\Z", re.ASCII)


class Wanted(Struct, frozen=True):
    """Whose accounts to look at, and how to get into them."""

    organization: bool = False
    accounts: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    profile: str = ""
    role: str = ""
    external_id: str = ""
    partition: str = ""
    region: str = ""


def read(settings: Mapping[str, Any]) -> Wanted:
    """Return what a scope's own keys ask for; raises ``Mistakes`` with every mistake, none of them quoting a value."""
    mistakes = [
        DpaGuardError("aws-setting-wrong", f"{key}: {text}" if key else text) for key, text in mistakes_in(settings)
    ]
    if mistakes:
        raise Mistakes(mistakes)
    return _wanted(settings)


def mistakes_in(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (key, what is wrong with it) for every mistake; the key is "" where several do not go together."""
    found = [(key, wrong) for key, value in settings.items() if (wrong := _wrong(key, value))]
    return found or [("", text) for text in _together(_wanted(settings))]


def _wanted(settings: Mapping[str, Any]) -> Wanted:
    kept: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
    return Wanted(**kept)


def _wrong(key: str, value: Any) -> str:
    """Return what is wrong with a key, or "" where it is as it should be."""
    if key not in KEYS:
        return "is no key of an aws scope"
    if key in _TRUTHS:
        return "" if isinstance(value, bool) else "expected true or false"
    if key in _LISTS:
        if not isinstance(value, list | tuple) or not value:
            return "expected a list with at least one entry"
        return "" if all(isinstance(one, str) and _FITS[key](one) for one in value) else f"expected {_EXPECTED[key]}"
    if not isinstance(value, str) or not value:
        return "expected a text that is not empty"
    return "" if key != "role" or _ROLE_NAME.match(value) else "expected a role's name, such as dpa-guard-read"


def _together(wanted: Wanted) -> list[str]:
    """Return the mistakes that only show when keys are seen side by side."""
    found = []
    ways = [name for name in ("roles", "profiles") if getattr(wanted, name)]
    others = [name for name in ("organization", "accounts") if getattr(wanted, name)]
    if len(ways) > 1 or (ways and others):
        found.append(f"{' and '.join((*others, *ways))} exclude each other: choose one way into the accounts")
    if others and not wanted.role:
        found.append(f"{others[0]} needs role: the name of the role to assume in each account")
    if wanted.role and not others:
        found.append("role needs organization = true or accounts")
    if wanted.profiles and wanted.profile:
        found.append("profile and profiles exclude each other")
    return found


_FITS: Mapping[str, Callable[[str], bool]] = {
    "accounts": lambda text: bool(_ACCOUNT.match(text)),
    "roles": lambda text: bool(_ROLE_ARN.match(text)),
    "profiles": bool,
}
_EXPECTED = {
    "accounts": "account ids of 12 digits, each in quotation marks",
    "roles": "ARNs of roles, such as arn:aws:iam::111111111111:role/dpa-guard-read",
    "profiles": "names of profiles",
}
