"""Which objects will exist after apply: the changes of a plan, and what only its prior state knows (rule R1).

exists    = every change that leaves something behind  +  prior entries that no change speaks of
leaves    = deleted by the plan
forgotten = no longer managed, and still hosted: judged by what it was
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Raw, Struct

from dpa_guard.model import Fate
from dpa_guard_terraform.addresses import bare, instance_address, module_of, source_of
from dpa_guard_terraform.shapes import NULL, Change, FileResource, StateModule

KNOWN_ACTIONS = frozenset({"no-op", "create", "read", "update", "delete", "forget"})


class Subject(Struct, gc=False):
    """One instance of a managed resource, with what is known of its values."""

    id: str
    kind: str
    source: str
    """``namespace/type`` of its provider."""
    module: str
    """The module instance it stands in; "" for the root."""
    values: Raw
    fate: Fate
    instance: str | None = None
    unknown: Raw = NULL
    sensitive: Raw = NULL
    provider_key: str = ""
    """Only where the input itself names the provider configuration (state files)."""

    @property
    def config_address(self) -> str:
        """The address without indices, as the configuration spells it."""
        return bare(self.id)


def of_plan(changes: list[Change], prior: StateModule | None) -> Iterator[Subject]:
    """Yield every object of a plan: what will exist, what leaves, what is forgotten."""
    spoken_of: set[str] = set()
    for change in changes:
        if change.mode != "managed":
            continue
        spoken_of.add(f"{change.address}\n{change.deposed or ''}")
        if change.previous_address:
            spoken_of.add(f"{change.previous_address}\n")
        yield from _of_change(change)
    if prior is not None:
        for subject in of_state(prior):
            if f"{subject.id}\n{(subject.instance or '').removeprefix('deposed:')}" not in spoken_of:
                yield subject


def _of_change(change: Change) -> Iterator[Subject]:
    body = change.change
    actions = body.actions
    instance = f"deposed:{change.deposed}" if change.deposed else None
    source = source_of_cached(change.provider_name or implied(change.type))
    if "forget" in actions:
        yield Subject(
            change.address,
            change.type,
            source,
            change.module_address,
            body.before,
            "forgotten",
            "forgotten",
            NULL,
            body.before_sensitive,
        )
        if actions == ("forget",):
            return
    if bytes(body.after) == b"null" and not {"create", "update"}.intersection(actions):
        if bytes(body.before) == b"null":
            return  # neither was nor will be: Terraform found it gone
        yield Subject(change.address, change.type, source, change.module_address, body.before, "leaves", instance)
        return
    fate: Fate = "planned" if "create" in actions else "exists"
    yield Subject(
        change.address,
        change.type,
        source,
        change.module_address,
        body.after,
        fate,
        instance,
        body.after_unknown,
        body.after_sensitive,
    )


def of_data(changes: list[Change], prior: StateModule | None) -> Iterator[Subject]:
    """Yield what data sources read: nobody's objects, but others may refer to them."""
    for change in changes:
        if change.mode == "data" and bytes(change.change.after) != b"null":
            source = source_of_cached(change.provider_name or implied(change.type))
            body = change.change
            yield Subject(
                change.address,
                change.type,
                source,
                change.module_address,
                body.after,
                "exists",
                None,
                body.after_unknown,
                body.after_sensitive,
            )
    if prior is not None:
        yield from of_state(prior, mode="data")


def of_state(module: StateModule, path: str = "", mode: str = "managed") -> Iterator[Subject]:
    """Yield every managed object of a state, or of a plan's prior state; with ``mode`` what data sources read.

    Terraform 0.12 wrote these addresses without module path and index; they are rebuilt.
    """
    path = module.address or path
    for entry in module.resources:
        if entry.mode != mode:
            continue
        address = entry.address
        if (path and not address.startswith(path)) or (entry.index is not None and not address.endswith("]")):
            name = entry.name or address.rsplit(".", 1)[-1]
            address = instance_address(path, entry.mode, entry.type, name, entry.index)
        instance = f"deposed:{entry.deposed_key}" if entry.deposed_key else None
        yield Subject(
            address,
            entry.type,
            source_of_cached(entry.provider_name or implied(entry.type)),
            path or module_of(address, entry.type, mode),
            entry.values,
            "exists",
            instance,
            NULL,
            entry.sensitive_values,
        )
    for child in module.child_modules:
        yield from of_state(child, path, mode)


def of_state_file(resources: Iterable[FileResource]) -> Iterator[Subject]:
    """Yield every managed object of a raw state file, version 4."""
    for entry in resources:
        if entry.mode != "managed":
            continue
        name, key = _provider_of_file(entry.provider)
        for one in entry.instances:
            yield Subject(
                instance_address(entry.module, entry.mode, entry.type, entry.name, one.index_key),
                entry.type,
                source_of_cached(name),
                entry.module,
                one.attributes,
                "exists",
                f"deposed:{one.deposed}" if one.deposed else None,
                provider_key=key,
            )


def _provider_of_file(text: str) -> tuple[str, str]:
    """Split ``module.m.provider["registry.terraform.io/hashicorp/aws"].us`` into name and configuration key."""
    module, _, rest = text.rpartition('provider["')
    name, _, alias = rest.partition('"]')
    if not rest or not _:
        name, _, alias = text.rpartition("provider.")[2].partition(".")
        return name, name + (f".{alias}" if alias else "")
    short = name.rsplit("/", 1)[-1]
    return name, (f"{module.rstrip('.')}:" if module else "") + short + alias


def implied(kind: str) -> str:
    """Return the provider that Terraform takes for a type where none is named: the type's first word."""
    return kind.split("_", 1)[0]


_SOURCES: dict[str, str] = {}


def source_of_cached(provider: str) -> str:
    """``addresses.source_of``, remembered: a plan names the same few providers thousands of times."""
    known = _SOURCES.get(provider)
    if known is None:
        if len(_SOURCES) > 1000:  # names come from the input: never grow without bound
            _SOURCES.clear()
        known = _SOURCES[provider] = source_of(provider)
    return known
