"""Which provider configuration an instance is under, and where that one points (rule R3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dpa_guard.gazetteer.endpoints import services_behind
from dpa_guard.gazetteer.kinds import services
from dpa_guard.vendors import cloud_of
from dpa_guard_terraform.addresses import source_of
from dpa_guard_terraform.configuration import ConfigurationIndex, Module
from dpa_guard_terraform.evaluate import Evaluator
from dpa_guard_terraform.expressions import Reading, decode
from dpa_guard_terraform.hosts import host_of
from dpa_guard_terraform.locations import account_like
from dpa_guard_terraform.shapes import ProviderConfig

_ROOT_KEYS_SINCE = (1, 2)
"""From Terraform 1.2 on ``provider_config_key`` names the effective configuration (hashicorp/terraform#30113)."""

_UNSET = Reading(why="provider-region-unset")


class Context(Struct, gc=False, eq=False):
    """A provider configuration as far as it places things."""

    key: str
    label: str
    """For people: ``provider aws.us``."""
    region: Reading = _UNSET
    zone: Reading = _UNSET
    account: str = ""
    partition: str = ""
    """Set where an argument names another cloud of the same kind (azurerm ``environment``)."""
    moved_services: frozenset[str] = frozenset()
    """Endpoint names that point to somebody else's servers; ``*`` for all."""
    assumed: bool = False


class Contexts:
    """The provider configurations of one document, each resolved once."""

    def __init__(
        self,
        index: ConfigurationIndex,
        evaluator: Evaluator,
        terraform_version: str,
        assume: Mapping[str, str],
    ) -> None:
        self._index = index
        self._evaluator = evaluator
        self._keys_are_effective = _version(terraform_version) >= _ROOT_KEYS_SINCE
        self._assume = assume
        self._known: dict[tuple[str, str], Context] = {}

    def of(self, source: str, key: str) -> Context:
        """Return the context of an instance by its provider and its configuration key."""
        found = self._known.get((source, key))
        if found is None:
            found = self._known[source, key] = self._resolve(source, key)
        return found

    def assumed(self) -> list[tuple[str, str]]:
        """Return (cloud, region) of every assumption that a provider configuration in use rests on."""
        used = {
            (cloud_of(source) or "", str(context.region.value))
            for (source, _), context in self._known.items()
            if context.assumed
        }
        return sorted(used)

    def _resolve(self, source: str, key: str) -> Context:
        config = self._index.providers.get(key)
        passed = config is not None and not config.written and ":" in key and not self._keys_are_effective
        if (config is not None and not passed) or not self._index.known:
            return self._read(source, key, config)
        candidates = [
            self._read(source, name, other)
            for name, other in self._index.providers.items()
            if source_of(other.full_name or other.name) == source and (other.written or ":" not in name)
        ]
        places = {(repr(one.region.value), repr(one.zone.value), one.region.why) for one in candidates}
        if candidates and len(places) == 1:
            return candidates[0]
        why = Reading(why="provider-ambiguous" if candidates else "provider-region-unset")
        return Context(key, f"provider {key}", why, why)

    def _read(self, source: str, key: str, config: ProviderConfig | None) -> Context:
        cloud = cloud_of(source) or ""
        expressions = decode(config.expressions) if config is not None else None
        arguments: dict[str, Any] = expressions if isinstance(expressions, dict) else {}
        module = self._index.modules.get(key.rpartition(":")[0]) or self._index.modules.get("")
        label = f"provider {key}" if key else "provider"
        context = Context(key, label)
        if module is not None:
            context.region = self._argument(arguments, "region", module)
            context.zone = self._argument(arguments, "zone", module)
            context.account = self._account(cloud, arguments, module)
            context.partition = self._partition(cloud, arguments, module)
            context.moved_services = self._moved(cloud, arguments, module)
        nameless = config is None and "." in key.rpartition(":")[2]  # an alias whose block is not in sight
        assumed = "" if nameless else self._assume.get(cloud, "")
        if assumed and context.region.why == "provider-region-unset" and context.zone.why == "provider-region-unset":
            context.region = Reading(assumed)
            context.label = "assumed"
            context.assumed = True
        return context

    def _argument(self, arguments: Mapping[str, Any], name: str, module: Module) -> Reading:
        if name not in arguments:
            return _UNSET
        found = self._evaluator.reading(arguments[name], module)
        if found.why or found.value not in (None, ""):
            return found
        # Of ``coalesce(var.region, "us-east-1")`` a plan keeps no more than the variable, and that may be empty.
        return Reading(why="reference-is-no-place") if found.inferred else _UNSET

    def _account(self, cloud: str, arguments: Mapping[str, Any], module: Module) -> str:
        if cloud == "aws":
            roles = arguments.get("assume_role")
            last = roles[-1] if isinstance(roles, list) and roles else roles  # a chain ends in its last role
            role = self._evaluator.reading(last.get("role_arn"), module) if isinstance(last, dict) else _UNSET
            parts = role.value.split(":") if isinstance(role.value, str) and not role.inferred else []
            return account_like("aws", parts[4]) if len(parts) > 5 else ""
        name = {"gcp": "project", "azure": "subscription_id"}.get(cloud, "")
        found = self._evaluator.reading(arguments.get(name), module) if name in arguments else _UNSET
        return account_like(cloud, found.value) if isinstance(found.value, str) and not found.sensitive else ""

    def _partition(self, cloud: str, arguments: Mapping[str, Any], module: Module) -> str:
        name = {"azure": "environment", "gcp": "universe_domain"}.get(cloud, "")
        if name not in arguments:
            return ""
        value = self._evaluator.reading(arguments[name], module).value
        if not isinstance(value, str):
            return "unknown"
        return _ENVIRONMENTS.get((cloud, value.lower()), "unknown")

    def _moved(self, cloud: str, arguments: Mapping[str, Any], module: Module) -> frozenset[str]:
        """Return the services whose endpoint is not the cloud's own: an S3 API may be anybody's."""
        moved: set[str] = set()
        if cloud == "aws":
            blocks = arguments.get("endpoints") or []
            for block in blocks if isinstance(blocks, list) else [blocks]:
                for service, expression in block.items() if isinstance(block, dict) else ():
                    if not self._own_host(
                        expression, module, (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".amazonaws.eu")
                    ):
                        behind = services_behind(service)
                        moved.update({"*"} if behind is None else {one.replace("-", "") for one in behind})
        elif cloud == "gcp":
            for name, expression in arguments.items():
                if name.endswith("_custom_endpoint") and not self._own_host(expression, module, (".googleapis.com",)):
                    moved.add(_google_service(name.removesuffix("_custom_endpoint")))
        return frozenset(moved)

    def _own_host(self, expression: Any, module: Module, hosts: tuple[str, ...]) -> bool:
        found = self._evaluator.reading(expression, module)
        if not found.why and found.value in (None, ""):
            return True
        return isinstance(found.value, str) and host_of(found.value).endswith(hosts)


def _google_service(endpoint: str) -> str:
    """Return the API that a ``…_custom_endpoint`` stands for; ``*`` where no kind has it, so that it counts for all."""
    name = _GOOGLE_ENDPOINTS.get(endpoint, endpoint.replace("_", ""))
    return name if name in {service.replace("-", "") for service in services()} else "*"


_GOOGLE_ENDPOINTS = {"cloud_run_v2": "run", "cloud_run": "run", "vertex_ai": "aiplatform"}
"""Names of the Google provider's endpoint arguments that are not the API's own."""

_ENVIRONMENTS = {
    ("azure", "public"): "",
    ("azure", "china"): "azure-china",
    ("azure", "usgovernment"): "azure-usgov",
    ("gcp", "googleapis.com"): "",
}


def _version(text: str) -> tuple[int, int]:
    parts = text.split(".")
    try:
        return int(parts[0]), int(parts[1])
    except (IndexError, ValueError):
        return 0, 0
