"""Finds and loads the installed extensions, and refuses doubles.

pluggy's own loader keeps the first of two entry points of one name and drops the second without a word: a stranger's
package could make article 3 vanish. Here two of one name, two providers of one name and two checks of one rule stop
the run, and both distributions are named. What cannot be loaded stops the run too: what an extension would have looked
at must not be missing in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

from dpa_guard.errors import DpaGuardError
from dpa_guard.hookspecs import Check, Provider
from dpa_guard.installed import EntryPoint, entry_points

if TYPE_CHECKING:
    import pluggy

__all__ = ["Extension", "Extensions", "load"]

GROUP = "dpa_guard"


class Extension(Struct, frozen=True):
    """One loaded entry point and what it adds."""

    name: str
    distribution: str
    version: str
    providers: tuple[Provider, ...] = ()
    checks: tuple[Check, ...] = ()

    def __str__(self) -> str:
        return f"extension {self.name!r} of {self.distribution} {self.version}"


class Extensions(Struct, frozen=True):
    """All that is installed, by name, without doubles."""

    rows: tuple[Extension, ...] = ()
    """Sorted by name."""

    @property
    def providers(self) -> Mapping[str, Provider]:
        """Provider name → provider."""
        return {provider.name: provider for row in self.rows for provider in row.providers}

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check, in the order of the extensions' names."""
        return tuple(check for row in self.rows for check in row.checks)

    @property
    def versions(self) -> Mapping[str, str]:
        """Extension name → version of its distribution."""
        return {row.name: row.version for row in self.rows}


def load(found: Sequence[EntryPoint] | None = None) -> Extensions:
    """Load every installed extension.

    Raises DpaGuardError: ``extension-doubled`` for two that answer to one name, ``extension-broken`` for one that
    cannot be imported or asked, or that implements no hook, or one that does not exist.
    """
    points = entry_points(GROUP) if found is None else found
    _refuse_doubles("the name", [(point.name, _of(point)) for point in points])
    manager = _manager()
    rows = tuple(_loaded(point, manager) for point in points)
    _refuse_doubles("the provider", [(each.name, str(row)) for row in rows for each in row.providers])
    _refuse_doubles("the rule", [(each.rule, str(row)) for row in rows for each in row.checks])
    return Extensions(rows)


def _manager() -> pluggy.PluginManager:
    import pluggy

    from dpa_guard import hookspecs

    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    return manager


def _of(point: EntryPoint) -> str:
    return f"extension {point.name!r} of {point.distribution} {point.version}"


def _refuse_doubles(what: str, claims: Iterable[tuple[str, str]]) -> None:
    claimed: dict[str, str] = {}
    for name, claimant in claims:
        if name in claimed:
            raise DpaGuardError(
                "extension-doubled",
                f"two extensions claim {what} {name!r}: {claimed[name]} and {claimant}; expected one",
                "uninstall one of the two; which of them is right cannot be told from here",
            )
        claimed[name] = claimant


def _loaded(point: EntryPoint, manager: pluggy.PluginManager) -> Extension:
    """Import one extension, hold its hooks against the specification, and take what it adds."""
    plugin = _imported(point)
    try:
        manager.register(plugin, name=point.name)
        manager.check_pending()
    except Exception as error:  # pluggy's own complaints about the hooks: misspelt, wrong arguments, registered twice
        raise _broken(point, f"its hooks do not fit: {_in_one_line(error)}") from error
    if not manager.get_hookcallers(plugin):
        raise _broken(point, "it implements no hook; expected add_providers or add_checks, marked with @hookimpl")
    providers, checks = (_added(point, plugin, hook) for hook in (manager.hook.add_providers, manager.hook.add_checks))
    for each in providers:
        _expect(point, each, ("name",), "collect", "provider")
    for each in checks:
        _expect(point, each, ("rule", "article"), "examine", "check")
    return Extension(
        point.name,
        point.distribution,
        point.version,
        tuple(cast("list[Provider]", providers)),
        tuple(cast("list[Check]", checks)),
    )


def _imported(point: EntryPoint) -> Any:
    module, _, attributes = point.value.partition(":")
    try:
        loaded: Any = import_module(module.strip())
        for name in filter(None, attributes.strip().split(".")):
            loaded = getattr(loaded, name)
    except (Exception, SystemExit) as error:  # whatever a stranger's module raises, it is not there to be asked
        raise _broken(point, _in_one_line(error)) from error
    return loaded


def _added(point: EntryPoint, plugin: Any, hook: pluggy.HookCaller) -> list[Any]:
    """Ask one extension itself, so that what it adds is known to be its own."""
    added: list[Any] = []
    for implementation in hook.get_hookimpls():
        if implementation.plugin is not plugin:
            continue
        if implementation.wrapper or implementation.hookwrapper:
            raise _broken(point, f"{hook.name} is a hook wrapper; an extension answers for itself only")
        try:
            added += cast("Iterable[Any]", implementation.function())
        except (Exception, SystemExit) as error:  # as above: it cannot be asked
            raise _broken(point, f"{hook.name} raised {_in_one_line(error)}") from error
    return added


def _expect(point: EntryPoint, added: Any, words: tuple[str, ...], method: str, what: str) -> None:
    named = all(isinstance(getattr(added, word, None), str) and getattr(added, word) for word in words)
    if not named or not callable(getattr(added, method, None)):
        expected = " and ".join((*words, f"{method}()"))
        raise _broken(point, f"{type(added).__name__} is no {what}: expected an object with {expected}")


def _broken(point: EntryPoint, why: str) -> DpaGuardError:
    return DpaGuardError(
        "extension-broken",
        f"{_of(point)} cannot be loaded: {why}",
        f"mend or uninstall {point.distribution}; what it would look at must not be missing in silence",
    )


def _in_one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
