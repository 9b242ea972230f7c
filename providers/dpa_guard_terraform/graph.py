"""The objects of one document as a graph: what refers to what, under which provider configuration.

A resource without a place of its own takes it from what it belongs to; a copy is where its target is. Both follow
references in the resource's own module and to the same instance, never across.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from dpa_guard.model import Basis, Location, Role
from dpa_guard.vendors import cloud_of
from dpa_guard_terraform.addresses import bare, index_of, module_steps
from dpa_guard_terraform.configuration import ConfigurationIndex, Entry, Module
from dpa_guard_terraform.contexts import Context, Contexts
from dpa_guard_terraform.evaluate import Evaluator
from dpa_guard_terraform.expressions import references
from dpa_guard_terraform.forms import Form
from dpa_guard_terraform.locations import parse_arn, unknown
from dpa_guard_terraform.objects import Subject
from dpa_guard_terraform.readers import reader_of
from dpa_guard_terraform.shapes import ProviderConfig

_MOST_DEEP = 16
_PARENT_NAMES = frozenset(
    {
        "api",
        "account",
        "backend_service",
        "bucket",
        "cluster",
        "crypto_key",
        "secret",
        "database",
        "dataset",
        "function",
        "instance",
    }
    | {"key_ring", "namespace", "parent", "registry", "repository", "server", "service", "subnetwork", "topic", "vpc"}
    | {"workspace"}
)
"""Arguments that name what a resource belongs to, beside every one that ends in ``_id`` or ``_name``."""

_NOT_PARENT_NAMES = frozenset(
    {"account_id", "application_id", "client_id", "display_name", "group_id", "identity_ids", "key_vault_key_id"}
    | {
        "kms_key_id",
        "kms_key_name",
        "name",
        "object_id",
        "owner_id",
        "policy_definition_id",
        "principal_id",
        "project_id",
    }
    | {"resource_group_name", "role_definition_id", "role_id", "service_account_id", "sku_name", "subscription_id"}
    | {"tenant_id", "user_assigned_identity_id"}
)
"""Arguments that name an identity, a key or a group: never where the resource is."""


class Graph:
    """Look-ups over the subjects, the configuration and the provider configurations of one document."""

    def __init__(
        self, subjects: list[Subject], index: ConfigurationIndex, data: Callable[[], Iterable[Subject]]
    ) -> None:
        self._subjects = subjects
        self._data = data
        """What data sources read; asked for when the first reference is followed."""
        self._index = index
        self.contexts: Contexts
        self.evaluator: Evaluator
        self.primary_of: Callable[[Subject], tuple[Location, ...]] = lambda _subject: ()
        self._by_address: dict[str, list[Subject]] | None = None
        self._by_index: dict[str, dict[str, list[Subject]]] = {}
        self._by_bucket: dict[str, Subject] | None = None
        self._open: set[tuple[str, str | None]] = set()
        self._contradictions: dict[int, bool] = {}

    # -- who is where in the configuration --------------------------------------------------------------------------

    def surroundings(self, subject: Subject) -> tuple[str, Context, Entry | None]:
        """Return the cloud, the provider configuration and the resource block of an instance."""
        cloud = cloud_of(subject.source) or ""
        entry = self._index.entries.get(subject.id if "[" not in subject.id else bare(subject.id))
        key = entry.resource.provider_config_key if entry is not None else subject.provider_key
        context = self.contexts.of(subject.source, key)
        return cloud, context, entry

    def configurations(self, subject: Subject) -> Iterator[tuple[ProviderConfig, Module]]:
        """Yield the provider configuration of an instance with the module it is written in; nothing where unknown."""
        entry = self._index.entries.get(bare(subject.id))
        key = entry.resource.provider_config_key if entry is not None else subject.provider_key
        config = self._index.providers.get(key)
        module = self._index.modules.get(key.rpartition(":")[0]) or self._index.modules.get("")
        if config is not None and module is not None:
            yield config, module

    def places_named(self, subject: Subject, expression: Any, module: Module) -> list[Location]:
        """Return the places of all objects an expression of a module names; empty unless every one can be told."""
        places: list[Location] = []
        for target in self.evaluator.targets(expression, module):
            reached = self._target(subject, target) if target is not None else None
            if reached is None:
                return []
            places.extend(_as(one, "primary", "provider host") for one in reached)
        return places

    def instances(self, address: str) -> list[Subject]:
        """Return the instances of a resource or data source by its address without indices; no deleted ones."""
        if self._by_address is None:
            self._by_address = {}
            for subject in (*self._subjects, *self._data()):
                if subject.fate != "leaves" and subject.instance is None:
                    self._by_address.setdefault(bare(subject.id), []).append(subject)
        return self._by_address.get(address, [])

    def contradicted(self, context: Context, region: str) -> bool:
        """Does an existing object under this provider configuration say it is elsewhere than ``region``?"""
        known = self._contradictions.get(id(context))
        if known is None:
            known = self._contradictions[id(context)] = any(
                found not in {"", region}
                for subject in self._subjects
                if subject.fate != "planned" and self.surroundings(subject)[1] is context
                for found in [_region_in_arn(subject) if reader_of(subject.kind).arn_is_own else ""]
            )
        return known

    # -- following references ---------------------------------------------------------------------------------------

    def referred(self, subject: Subject, entry: Entry | None, expressions: list[Any], form: Form) -> list[Location]:
        """Return where the object is that an attribute names: by reference, else by a bucket's name in the plan."""
        role, path = form.role, form.found.path
        if entry is not None:
            places, complete = self._places_of(subject, entry, expressions)
            if places and complete and agree(places):
                return [_as(one, role, path) for one in places]
            if places and not agree(places):
                return [unknown(role, "several-references", path)]
        bucket = self._bucket_named(form.found.value)
        if bucket is not None:
            places = list(self._place(bucket))
            if places:
                return [_as(one, role, path, inferred=True) for one in places]
        if form.found.unknown:
            return [unknown(role, "unknown-until-apply", path)]
        arn = parse_arn(form.found.value)
        why = "arn-without-region" if arn is not None else "reference-not-followed"
        return [unknown(role, why, path)]

    def parent_places(
        self, subject: Subject, entry: Entry | None, expressions: dict[str, Any], left_out: frozenset[str]
    ) -> list[Location]:
        """Return the place of what a child belongs to; unknown where that cannot be told for certain."""
        if entry is None:
            return [unknown("primary", "no-place-of-its-own")]
        found: list[Location] = []
        for name, expression in expressions.items():
            if (
                name in left_out
                or name in _NOT_PARENT_NAMES
                or not (name in _PARENT_NAMES or name.endswith(("_id", "_ids", "_name")))
            ):
                continue
            if not references(expression):
                constant = expression.get("constant_value") if isinstance(expression, dict) else None
                if isinstance(constant, str) and _names_a_parent(name, constant):
                    return [unknown("primary", "parent-not-in-plan", name)]
                continue
            places, complete = self._places_of(subject, entry, [expression])
            if not complete:
                return [unknown("primary", "parent-not-in-plan", name)]
            found.extend(_as(one, "primary", name) for one in places)
        if not found:
            return [unknown("primary", "no-place-of-its-own")]
        return [found[0]] if agree(found) else [unknown("primary", "parents-differ")]

    def _places_of(self, subject: Subject, entry: Entry, expressions: Iterable[Any]) -> tuple[list[Location], bool]:
        """Return the places of all objects that expressions name, and whether every one could be told."""
        places: list[Location] = []
        complete = True
        for expression in expressions:
            targets = list(self.evaluator.targets(expression, entry.module))
            if not targets and references(expression):
                complete = False  # each.value, count.index: they name an object, and not which
            for target in targets:
                reached = self._target(subject, target) if target is not None else None
                if reached is None:
                    complete = False
                else:
                    places.extend(reached)
        return places, complete

    def _target(self, subject: Subject, target: tuple[str, str]) -> list[Location] | None:
        address, index = target
        candidates = self._with_index(address, index or index_of(subject.id))
        if not index and (not candidates or not index_of(subject.id)):
            candidates = self.instances(address)
        candidates = [one for one in candidates if _same_module(subject, one)]
        if not candidates:
            return None
        places = [place for one in candidates for place in self._place(one)]
        return places if places and all(place.extent != "unknown" for place in places) else None

    def _with_index(self, address: str, index: str) -> list[Subject]:
        """Return the instances of a resource with one index, over all instances of its modules."""
        if address not in self._by_index:
            by_index: dict[str, list[Subject]] = {}
            for one in self.instances(address):
                by_index.setdefault(index_of(one.id), []).append(one)
            self._by_index[address] = by_index
        return self._by_index[address].get(index, [])

    def _place(self, target: Subject) -> tuple[Location, ...]:
        key = (target.id, target.instance)
        if key in self._open or len(self._open) > _MOST_DEEP:
            return ()
        self._open.add(key)
        try:
            return self.primary_of(target)
        finally:
            self._open.discard(key)

    def _bucket_named(self, value: Any) -> Subject | None:
        """Return the existing bucket of this name, or of the ARN's: names are unique in a partition."""
        if not isinstance(value, str) or not value:
            return None
        if self._by_bucket is None:
            self._by_bucket = {}
            for subject in self._subjects:
                if subject.kind == "aws_s3_bucket" and subject.fate == "exists":
                    name = msgspec.json.decode(subject.values, type=_Bucket).bucket
                    if isinstance(name, str):
                        self._by_bucket[name] = subject
        name = value.rsplit(":::", 1)[-1] if parse_arn(value) else value.removeprefix("s3://")
        return self._by_bucket.get(name if name == value else name.split("/", 1)[0])


class _Bucket(msgspec.Struct):
    bucket: Any = None


class _Arn(msgspec.Struct):
    arn: Any = None


def _names_a_parent(name: str, constant: str) -> bool:
    """Does a constant name an object that is not in the plan, and that this one belongs to?"""
    return constant.lower().startswith(("/subscriptions/", "projects/")) or name in _PARENTS_BY_NAME


_PARENTS_BY_NAME = frozenset(
    {"account_name", "api_management_name", "automation_account_name", "cluster_name", "data_factory_name"}
    | {"eventhub_name", "namespace_name", "profile_name", "registry_name", "server_name", "storage_account_name"}
    | {"vault_name", "virtual_network_name", "workspace_name", "recovery_vault_name", "cosmosdb_account_name"}
)
"""Arguments of Azure that name what a resource is in, and only that."""


def agree(places: list[Location]) -> bool:
    """Do all the places lie in the same countries?"""
    return len({(one.countries, one.extent) for one in places}) == 1


def _as(one: Location, role: Role, path: str, *, inferred: bool = False) -> Location:
    basis: Basis = "inferred" if inferred or one.basis == "inferred" else "declared"
    return Location(role, one.code, one.countries, one.extent, basis, path, one.why)


def _same_module(subject: Subject, target: Subject) -> bool:
    """May the subject refer to the target: are the module instances that they share the same ones?"""
    for mine, other in zip(module_steps(subject.module), module_steps(target.module), strict=False):
        if bare(mine) != bare(other):
            return True
        if mine != other:
            return False
    return True


def _region_in_arn(subject: Subject) -> str:
    try:
        parts = parse_arn(msgspec.json.decode(subject.values, type=_Arn).arn)
    except msgspec.DecodeError:
        return ""
    return parts[2] if parts else ""
