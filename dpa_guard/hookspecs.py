"""The two questions asked of every installed extension, and what an answer looks like.

An extension is a package with an entry point in the group ``dpa_guard``. It answers with objects; the core calls
them one by one, so that one that breaks is isolated, named, and becomes a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import pluggy
from msgspec import Struct

from dpa_guard.agreement import Agreement
from dpa_guard.config import Place
from dpa_guard.model import Finding, Inventory, Note, Observation

hookspec = pluggy.HookspecMarker("dpa_guard")
hookimpl = pluggy.HookimplMarker("dpa_guard")


def _say_nothing(_message: str) -> None:
    """Take a progress message and leave it at that."""


class Scope(Struct, frozen=True):
    """One part of the estate to look at: a ``[[scope]]`` of the configuration, or the command line's inputs."""

    name: str
    provider: str
    """The name of the provider that looks at it."""
    settings: Mapping[str, Any] = {}
    """The provider's own keys of the ``[[scope]]`` table."""
    inputs: tuple[tuple[str, str], ...] = ()
    """(label, path) of the files to read; path ``-`` is standard input. For providers that read files."""


class Context(Struct, frozen=True):
    """What the core lends a provider while it looks."""

    clock: Callable[[], datetime]
    """Now, with a time zone."""
    assume: Mapping[str, str] = {}
    """cloud → region where an input leaves it to the environment; made of the scope and the command line."""
    assume_origin: Mapping[str, str] = {}
    """cloud → ``command-line`` or ``configuration``."""
    places: tuple[Place, ...] = ()
    """The configuration's ``[[place]]`` tables."""
    progress: Callable[[str], None] = _say_nothing
    """Says what is being looked at now."""
    executor: Executor | None = None
    """Runs independent pieces of work; None: one after the other."""
    transport: Any = None
    """Replaces the SDK's way to the network in tests."""
    stdin: Callable[[], bytes] | None = None
    """Reads standard input, once."""


class Provider(Protocol):
    """Lists what is there: where and who. It never judges."""

    name: str

    def collect(self, scope: Scope, context: Context) -> Iterator[Observation]:
        """Yield everything seen in the scope; what could not be seen is a ``Gap``."""
        ...


@runtime_checkable
class TakesSettings(Protocol):
    """A provider with keys of its own in a ``[[scope]]``, whose mistakes are said before anything runs."""

    name: str
    setting_names: tuple[str, ...]

    def mistakes_in(self, settings: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Return (key, what is wrong, what was expected) for each; the key is "" where it concerns several."""
        ...


@runtime_checkable
class Grants(Protocol):
    """A provider that says what it has to be allowed (``dpa-guard permissions``)."""

    name: str

    def permissions(self, role: str) -> Mapping[str, str]:
        """Return file name → document, the least a scan needs; ``role`` is the name of the role to be scanned by."""
        ...


@runtime_checkable
class Rehearses(Protocol):
    """A provider that can try beforehand what a scan will need (``dpa-guard doctor``)."""

    name: str

    def rehearse(self, scope: Scope, context: Context) -> Iterator[Observation]:
        """Yield a ``Gap`` for whatever a scan of the scope would miss, and the ``Coverage`` of what was tried."""
        ...


class Check(Protocol):
    """Judges an inventory against an agreement. It never looks: no network, no file, no clock.

    The class docstring is the rule's page for users (``dpa-guard explain RULE`` prints it).
    """

    rule: str
    article: str

    def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:
        """Yield one finding per subject."""
        ...


@hookspec
def add_providers() -> Iterable[Provider]:  # type: ignore[empty-body]  # pluggy calls the implementations
    """Return the providers this package adds."""


@hookspec
def add_checks() -> Iterable[Check]:  # type: ignore[empty-body]  # pluggy calls the implementations
    """Return the checks this package adds."""
