"""What a command is to look at: the configuration, its scopes, and which input belongs to which of them."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from dpa_guard.config import ScopeEntry, Settings
from dpa_guard.config_file import COMMAND_LINE_SCOPE
from dpa_guard.errors import DpaGuardError
from dpa_guard.hookspecs import Context, Provider, Scope, TakesSettings

__all__ = ["assumptions", "contexts", "expect_provider", "progress", "scopes_for", "settings_from"]

PROVIDER = "terraform"
LEAVE_OUT = "leave_out"
"""A key of the command line's scope: absolute paths below a given folder that another scope looks at."""

_DEFAULT = "dpa-guard.toml"
_STDIN = "-"


def settings_from(file: str | None) -> Settings:
    """Read the configuration: the file named, else dpa-guard.toml of this folder, else the defaults."""
    from dpa_guard import config_file

    if file is None and not os.path.exists(_DEFAULT):
        return Settings()
    return config_file.read(Path(file or _DEFAULT))


def assumptions(given: Iterable[str]) -> dict[str, str]:
    """Read CLOUD=REGION; both must be known, and a cloud has one region."""
    from dpa_guard.cli.suggest import meant
    from dpa_guard.gazetteer.places import CLOUDS, all_places, find

    assumed: dict[str, str] = {}
    for text in given:
        cloud, equals, region = text.partition("=")
        if not equals or cloud not in CLOUDS:
            raise click.UsageError(
                f"--assume-region expects CLOUD=REGION with aws, azure or gcp, e.g. aws=eu-central-1; found {text!a}"
            )
        place = find(cloud, region)
        if place is None:
            known = [one.code for one in all_places(cloud) if one.kind == "region"]
            wrong = meant(region, known).partition("; expected")[0] or f"; see `dpa-guard where --list --cloud {cloud}`"
            raise click.UsageError(f"--assume-region: {region!a} is no region of {cloud}{wrong}")
        if assumed.setdefault(cloud, region) != region:
            raise click.UsageError(f"--assume-region names two regions of {cloud}: {assumed[cloud]} and {region}")
    return assumed


def scopes_for(arguments: Sequence[str], settings: Settings, name: str | None) -> list[Scope]:
    """Return the scopes with the inputs that belong to each.

    With ``name`` all inputs belong to that scope. Otherwise an input belongs to the scope whose ``paths`` match it, and
    to ``command-line`` where none does; of a folder, the files that a scope's ``paths`` match belong to that scope.
    Without arguments, the configuration's ``paths`` are looked at.
    """
    entries = [entry for entry in settings.scopes if entry.provider == PROVIDER]
    if name is not None:
        entry = _named(name, entries)
        inputs = [(one, one) for one in arguments] or _matched(entry)
        return [_scope(entry, inputs)]
    if not arguments:
        return _configured(entries)
    inputs_of: dict[str, list[tuple[str, str]]] = {}
    elsewhere: list[str] = []
    for argument in arguments:
        if argument != _STDIN and os.path.isdir(argument):
            below = _below(argument, entries)
            for path, entry_name in below.items():
                inputs_of.setdefault(entry_name, []).append((_label(argument, path), path))
            elsewhere += below
            inputs_of.setdefault(COMMAND_LINE_SCOPE, []).append((argument, argument))
        else:
            owner = COMMAND_LINE_SCOPE if argument == _STDIN else _owner(argument, entries)
            inputs_of.setdefault(owner, []).append((argument, argument))
    by_name = {entry.name: entry for entry in entries}
    return [
        _scope(by_name[owner], inputs)
        if owner in by_name
        else Scope(owner, PROVIDER, {LEAVE_OUT: tuple(elsewhere)} if elsewhere else {}, tuple(inputs))
        for owner, inputs in inputs_of.items()
    ]


def contexts(
    settings: Settings,
    assumed: Mapping[str, str],
    progress: Callable[[str], None],
    executor: Executor | None = None,
) -> Callable[[Scope], Context]:
    """Return what makes the context of each scope; a region given on the command line comes before the scope's own."""
    by_name = {entry.name: entry.assume for entry in settings.scopes}

    def context_for(scope: Scope) -> Context:
        own = by_name.get(scope.name, {})
        return Context(
            clock=partial(datetime.now, UTC),
            assume={**own, **assumed},
            assume_origin={**dict.fromkeys(own, "configuration"), **dict.fromkeys(assumed, "command-line")},
            places=settings.places,
            progress=progress,
            executor=executor,
            stdin=_read_stdin,
        )

    return context_for


def expect_provider(scopes: Iterable[Scope], providers: Mapping[str, Provider], settings: Settings) -> None:
    """Raise DpaGuardError where nobody reads what the scopes hold, ``Mistakes`` where their own keys are not usable.

    Then there is nothing to judge at all, and no run is begun.
    """
    place = {entry.name: number for number, entry in enumerate(settings.scopes)}
    for scope in scopes:
        if scope.provider not in providers:
            where = f"{_key_of(settings, place[scope.name])}: " if scope.name in place else ""
            installed = f"; installed are {', '.join(sorted(providers))}" if providers else ""
            raise DpaGuardError(
                "provider-absent",
                f"{where}no installed extension adds the provider {scope.provider!a}{installed}",
                "see: dpa-guard extensions"
                if providers
                else "install dpa-guard itself: running it from a checkout is not enough",
            )
    _expect_settings(scopes, providers, settings, place)


def _key_of(settings: Settings, number: int) -> str:
    """Return the file and the key that names the provider of a scope."""
    return f"{settings.path}: scope[{number}].provider"


def _expect_settings(
    scopes: Iterable[Scope], providers: Mapping[str, Provider], settings: Settings, place: Mapping[str, int]
) -> None:
    from dpa_guard.toml_file import Report
    from dpa_guard.toml_file.mistakes import choice

    found: list[tuple[tuple[str | int, ...], str]] = []
    for scope in scopes:
        provider = providers[scope.provider]
        if isinstance(provider, TakesSettings) and scope.name in place:
            for key, text in provider.mistakes_in(scope.settings):
                meant = "" if not key or key in provider.setting_names else choice(key, provider.setting_names)
                found.append((("scope", place[scope.name], *([key] if key else [])), text + meant))
    if found and settings.path:
        report = Report(settings.path, "config", Path(settings.path).read_text(encoding="utf-8"))
        for path, text in found:
            report.add(path, "bad-value", text)
        report.raise_if_any()


def progress(verbose: bool) -> Callable[[str], None]:
    """Return what says on standard error what is being looked at, where that is wanted."""

    def say(message: str) -> None:
        if verbose:
            from dpa_guard.report.plain import plain

            click.echo(plain(message), err=True)

    return say


def _read_stdin() -> bytes:
    if sys.stdin.isatty():
        click.echo("reading a plan from the terminal; end with Ctrl-D", err=True)
    return sys.stdin.buffer.read()


def _named(name: str, entries: Sequence[ScopeEntry]) -> ScopeEntry:
    for entry in entries:
        if entry.name == name:
            return entry
    from dpa_guard.cli.suggest import meant

    among = meant(name, [entry.name for entry in entries]) or "; the configuration has none"
    raise click.UsageError(f'--scope: {name!a} is no [[scope]] with provider = "terraform"{among}')


def _configured(entries: Sequence[ScopeEntry]) -> list[Scope]:
    """Every scope with ``paths``; one whose paths match nothing is still asked, and will be a gap."""
    with_paths = [entry for entry in entries if entry.paths]
    if not with_paths:
        raise click.UsageError(
            "nothing to look at: name a plan, or pipe one in: terraform show -json plan.out | dpa-guard plan -"
        )
    scopes = [_scope(entry, _matched(entry)) for entry in with_paths]
    if not any(scope.inputs for scope in scopes):
        named = ", ".join(path for entry in with_paths for path in entry.paths)
        raise DpaGuardError(
            "paths-match-nothing",
            f"no file matches the paths of the configuration: {named}",
            "make the plans first: terraform show -json plan.out > tfplan.json",
        )
    return scopes


def _scope(entry: ScopeEntry, inputs: Sequence[tuple[str, str]]) -> Scope:
    return Scope(entry.name, entry.provider, entry.settings, tuple(inputs))


def _matched(entry: ScopeEntry) -> list[tuple[str, str]]:
    found = {path for pattern in entry.paths for path in glob.glob(pattern, recursive=True)}
    return [(os.path.relpath(path), path) for path in sorted(found)]


def _owner(path: str, entries: Sequence[ScopeEntry]) -> str:
    absolute = os.path.abspath(path)
    owners = [entry.name for entry in entries if any(absolute == match for _, match in _matched(entry))]
    return _only(owners, path)


def _below(folder: str, entries: Sequence[ScopeEntry]) -> dict[str, str]:
    """Return path → scope for the files below a folder that a scope's ``paths`` match."""
    top = os.path.join(os.path.abspath(folder), "")
    owners: dict[str, list[str]] = {}
    for entry in entries:
        for _, path in _matched(entry):
            if path.startswith(top):
                owners.setdefault(path, []).append(entry.name)
    return {path: _only(names, path) for path, names in sorted(owners.items())}


def _only(owners: Sequence[str], path: str) -> str:
    if len(owners) > 1:
        raise click.UsageError(f"{path} belongs to several scopes ({', '.join(owners)}); choose one with --scope NAME")
    return owners[0] if owners else COMMAND_LINE_SCOPE


def _label(folder: str, path: str) -> str:
    return os.path.normpath(os.path.join(folder, os.path.relpath(path, folder)))
