"""The first step: ask each scope's provider what is there, once, and sort what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from dpa_guard.hookspecs import Context, Provider, Scope
from dpa_guard.model import (
    Assumption,
    Coverage,
    Engagement,
    FirstParty,
    Gap,
    Input,
    Inventory,
    Note,
    Refusal,
    Resource,
    RunKind,
)

__all__ = ["Collected", "collect", "merge"]

KINDS: tuple[type, ...] = (Resource, Engagement, Coverage, Gap, Note, Input, Assumption, Refusal)
"""What a provider may yield, in the order of Inventory's fields after ``kind``."""


class Collected(Struct, frozen=True):
    """What one scope's provider said."""

    scope: Scope
    seen: Mapping[type, list[Any]]
    """One list for each of KINDS."""
    broke: BaseException | None = None
    """What the provider raised; there is a gap for it."""
    sources: frozenset[str] = field(default_factory=frozenset)
    """The labels its resources carry."""


def collect(
    scopes: Iterable[Scope], providers: Mapping[str, Provider], context_for: Callable[[Scope], Context]
) -> list[Collected]:
    """Ask the provider of each scope, one after the other.

    A provider that raises is a gap (``provider-broke``), and what it had said stays. A scope whose provider is not
    installed, or says nothing at all, is a gap too: silence is never "none".
    """
    return [_of_scope(scope, providers.get(scope.provider), context_for(scope)) for scope in scopes]


def merge(parts: Sequence[Collected], taken_at: datetime, kind: RunKind, first_party: FirstParty) -> Inventory:
    """Return what several scopes came to as one inventory.

    ``kind`` is what to call a run over no file at all; inputs tell by themselves whether they are plans or states.
    """
    lists = [tuple(one for part in parts for one in part.seen[each]) for each in KINDS]
    resources, engagements, coverage, gaps, notes, inputs, assumptions, refusals = lists
    kinds = {given.kind for given in inputs}
    return Inventory(
        taken_at,
        kinds.pop() if len(kinds) == 1 else kind,
        resources,
        engagements,
        coverage,
        gaps,
        notes,
        inputs,
        assumptions,
        refusals,
        first_party,
    )


def _of_scope(scope: Scope, provider: Provider | None, context: Context) -> Collected:
    seen: dict[type, list[Any]] = {each: [] for each in KINDS}
    put = {each: found.append for each, found in seen.items()}
    broke: BaseException | None = None
    if provider is None:
        seen[Gap].append(Gap(scope.name, "provider-absent", {"provider": scope.provider}))
        return Collected(scope, seen)
    try:
        for one in provider.collect(scope, context):
            put[type(one)](one)
    except (Exception, SystemExit) as error:  # one provider must not take the others with it; it is named, and a gap
        broke = error
        detail = {"provider": scope.provider, "package": _package(provider), "error": type(error).__name__}
        seen[Gap].append(Gap(scope.name, "provider-broke", detail))
    if not any(seen[each] for each in (Coverage, Gap, Refusal)):
        detail = {"provider": scope.provider, "package": _package(provider)}
        seen[Gap].append(Gap(scope.name, "provider-silent", detail))
    return Collected(scope, seen, broke, frozenset(resource.source for resource in seen[Resource]))


def _package(provider: Provider) -> str:
    return type(provider).__module__.partition(".")[0]
