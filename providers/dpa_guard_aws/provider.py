"""The AWS provider: settings in, observations out. It reports where things are, and what it could not see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dpa_guard import Context, Gap, Observation, Scope
from dpa_guard.errors import Mistakes
from dpa_guard_aws.pace import Pace
from dpa_guard_aws.permissions import files_of
from dpa_guard_aws.run import Run
from dpa_guard_aws.session import has_sdk
from dpa_guard_aws.settings import KEYS, mistakes_in, read

__all__ = ["AwsProvider"]


class AwsProvider:
    """Lists what is in the accounts of an organisation, of some roles or profiles, or in the account at hand."""

    name = "aws"
    setting_names = KEYS

    def __init__(self, pace: Pace | None = None, table: str = "") -> None:
        """``pace`` and ``table`` (the path of another table of calls) are for tests and benchmarks."""
        self._pace = pace or Pace()
        self._table = table

    def collect(self, scope: Scope, context: Context) -> Iterator[Observation]:
        """Yield every resource with its places, and the coverage; what stops a scan, or a part of it, is a ``Gap``.

        ``context.transport`` is an address (text) that stands for every service; ``context.executor`` runs the
        requests.
        """
        yield from self._run(scope, context, rehearsed=False)

    def rehearse(self, scope: Scope, context: Context) -> Iterator[Observation]:
        """Yield what a scan would miss: enters every account and tries each list in one region, to its first page.

        Calls about single resources cannot be tried before there is a resource to ask about.
        """
        yield from self._run(scope, context, rehearsed=True)

    def _run(self, scope: Scope, context: Context, *, rehearsed: bool) -> Iterator[Observation]:
        try:
            wanted = read(scope.settings)
        except Mistakes as error:
            yield from (Gap(scope.name, one.code, {"expected": one.message}) for one in error.mistakes)
            return
        if not has_sdk():
            yield Gap(scope.name, "aws-sdk-absent", {})
            return
        yield from Run(scope, context, wanted, self._pace, self._table, rehearsed).observations()

    def mistakes_in(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return (key, what is wrong with it) for every mistake in a scope's own keys."""
        return mistakes_in(settings)

    def permissions(self, role: str) -> Mapping[str, str]:
        """Return the policies of the role in each account and of who enters the accounts, as files; needs no SDK."""
        return files_of(role)
