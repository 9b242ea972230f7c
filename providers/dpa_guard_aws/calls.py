"""One unit of work: one request to one service, in one region, with one account's credentials.

Both types can be pickled, hold no secret, and are all a worker needs besides ``Access``: any ``concurrent.futures``
executor can run them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from dpa_guard.model import Status

__all__ = ["Access", "Account", "Answer", "Call", "Seen", "Told"]

Told = tuple[tuple[str, str], ...]
"""(ISO 3166-1 alpha-2, who says so): what AWS itself says of the country of one region."""


class Access(Struct, frozen=True):
    """How to reach AWS; a worker makes its session of it, once."""

    partition: str
    region: str
    """Where to ask what has no region of its own."""
    profile: str = ""
    """Whose credentials to begin with; "" the environment's."""
    external_id: str = ""
    endpoint: str = ""
    """Another address for every service, in tests; "" the real ones."""
    table: str = ""
    """Another table of calls, in tests; "" the shipped one."""
    connections: int = 64


class Account(Struct, frozen=True):
    """One account, and the way into it."""

    id: str
    way: Literal["own", "role", "profile"] = "own"
    role_arn: str = ""
    profile: str = ""


class Call(Struct, frozen=True):
    """One request."""

    row: int
    """The number of its row in ``dpa_guard_aws.requests.rows``."""
    account: Account
    region: str
    params: Mapping[str, Any]
    page: int = 1
    tries: int = 0
    ticket: int = -1
    """Which item it asks about; -1: none, it is a call of its own."""
    subject: str = ""
    """What the row's ``id`` found for the resource that the item is or belongs to."""


class Seen(Struct, frozen=True, gc=False):
    """One item of an answer, reduced to what is needed of it."""

    id: str = ""
    """The resource's id; "" where the item is no resource of its own."""
    raw: str = ""
    """What the row's ``id`` found."""
    places: tuple[tuple[int, str], ...] = ()
    """(number of the row's place, value found)."""
    region: str = ""
    """The region the item names as its own; "" where it names none."""
    follow: tuple[tuple[int, Mapping[str, Any]], ...] = ()
    """(row, params) of the calls to make about it."""


class Answer(Struct, frozen=True):
    """What came back."""

    status: Status = "looked"
    seen: tuple[Seen, ...] = ()
    items: tuple[Any, ...] = ()
    """Of the engine's own calls: the items as they are."""
    following: Mapping[str, Any] | None = None
    """The params of the next page; None: this was the last."""
    code: str = ""
    """The error's code, or the name of what went wrong on the way."""
    again: Literal["", "later", "soon", "renewed"] = ""
    """Worth another try: after throttling, after a failure on the way, with new credentials."""
    refused: bool = False
    """These credentials mean nothing here."""
    no_address: bool = False
    """The service's name has no address in this region."""
    by_policy: bool = False
    """The organisation's own policy denies it (SCP, RCP)."""
    entered: bool = True
    """False: there are no credentials for this account at all."""
    request_id: str = ""
