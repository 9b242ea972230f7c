"""Whose name a request is signed with: chosen request by request, so that one client serves every account.

botocore asks its credentials object at the moment it signs. Ours answers with what ``signing_as`` set for this thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from dpa_guard_aws.calls import Account

__all__ = ["NotEntered", "PerRequest", "Roles", "signing_as"]

_LIFETIME = 3600
"""Seconds that AssumeRole's credentials are valid, which is its default and the longest for a chained role."""
_EARLY = 600
_SESSION_NAME = "dpa-guard"

_CURRENT: ContextVar[Callable[[], Any]] = ContextVar("dpa_guard_aws_credentials")


class NotEntered(Exception):
    """There are no credentials for an account; the cause says why."""


@contextmanager
def signing_as(frozen: Callable[[], Any]) -> Iterator[None]:
    """Sign every request of this thread, until the end of the block, with the credentials that ``frozen`` returns."""
    token = _CURRENT.set(frozen)
    try:
        yield
    finally:
        _CURRENT.reset(token)


class PerRequest:
    """What botocore takes for credentials, and for the provider that loads them."""

    method = "dpa-guard"
    account_id = None

    def load_credentials(self) -> PerRequest:
        """Answer as a credential provider."""
        return self

    def get_frozen_credentials(self) -> Any:
        """Return the credentials of the request that is being signed."""
        return _CURRENT.get()()

    def get_deferred_property(self, _name: str) -> Callable[[], None]:
        """Answer that addresses do not depend on the account."""
        return lambda: None


class _Entered:
    """The credentials of one account, or why there are none."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.frozen: Any = None
        self.until = 0.0
        self.why: Exception | None = None


class Roles:
    """Assumes each account's role once, and again before its credentials end."""

    def __init__(self, assume: Callable[[Account], Any]) -> None:
        """``assume`` returns an account's frozen credentials, or raises."""
        self._assume = assume
        self._entered: dict[str, _Entered] = {}
        self._lock = threading.Lock()

    def frozen(self, account: Account) -> Any:
        """Return the credentials of an account; raises ``NotEntered``, the next time without asking again."""
        with self._lock:
            entered = self._entered.setdefault(account.role_arn, _Entered())
        with entered.lock:
            if entered.why is not None:
                raise NotEntered(account.id) from entered.why
            if entered.frozen is None or time.monotonic() > entered.until:
                try:
                    entered.frozen = self._assume(account)
                except Exception as error:
                    entered.why = error
                    raise NotEntered(account.id) from error
                entered.until = time.monotonic() + _LIFETIME - _EARLY
            return entered.frozen

    def renew(self, account: Account) -> None:
        """Forget an account's credentials: AWS says they have expired."""
        with self._lock:
            self._entered.pop(account.role_arn, None)


def assume_role_params(account: Account, external_id: str) -> dict[str, str]:
    """Return what AssumeRole is asked for an account."""
    params = {"RoleArn": account.role_arn, "RoleSessionName": _SESSION_NAME}
    return params | {"ExternalId": external_id} if external_id else params
