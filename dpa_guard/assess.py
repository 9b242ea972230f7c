"""The whole path in one place: look at the estate once, then hold it against each agreement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from dpa_guard.agreement import Agreement
from dpa_guard.assessment import Assessment
from dpa_guard.collect import Collected, collect, merge
from dpa_guard.config import AgreementEntry, Settings
from dpa_guard.config_file import COMMAND_LINE_SCOPE
from dpa_guard.examine import examine
from dpa_guard.extensions import Extensions
from dpa_guard.hookspecs import Context, Scope
from dpa_guard.model import Gap, Inventory, RunKind

__all__ = ["Asked", "Assessed", "assess", "covers"]


class Asked(Struct, frozen=True):
    """An agreement to judge by, and its entry in the configuration."""

    entry: AgreementEntry
    agreement: Agreement


class Assessed(Struct, frozen=True):
    """What the agreements say, in the order they were asked."""

    assessments: tuple[Assessment, ...]
    collected: tuple[Collected, ...]
    unseen: tuple[str, ...]
    """Ids of the agreements that cover none of the scopes; nothing was judged by them."""


def assess(
    asked: Sequence[Asked],
    scopes: Sequence[Scope],
    settings: Settings,
    extensions: Extensions,
    context_for: Callable[[Scope], Context],
    taken_at: datetime,
    kind: RunKind,
    earlier: Callable[[Asked, Inventory], Sequence[Gap]] = lambda _asked, _inventory: (),
) -> Assessed:
    """Look at the scopes once and return one assessment per agreement that covers any of them.

    ``earlier`` tells what is missing in the light of runs that were recorded before.
    """
    collected = collect(scopes, extensions.providers, context_for)
    scope_of = {source: part.scope.name for part in collected for source in part.sources}
    uncovered = [
        Gap(scope.name, "scope-without-agreement", {})
        for scope in scopes
        if not any(covers(one.entry, scope.name) for one in asked)
    ]
    assessments: list[Assessment] = []
    unseen: list[str] = []
    for one in asked:
        parts = [part for part in collected if covers(one.entry, part.scope.name)]
        if not parts:
            unseen.append(one.agreement.id)
            continue
        inventory = merge(parts, taken_at, kind, settings.first_party)
        inventory = replace(inventory, gaps=(*inventory.gaps, *uncovered, *earlier(one, inventory)))
        assessments.append(examine(inventory, one.agreement, settings, extensions.checks, scopes_of_source=scope_of))
    return Assessed(tuple(assessments), tuple(collected), tuple(unseen))


def covers(entry: AgreementEntry, scope: str) -> bool:
    """Does the agreement cover this scope? All, where it names none; what is only given on the command line, always."""
    return entry.scopes is None or scope in entry.scopes or scope == COMMAND_LINE_SCOPE
