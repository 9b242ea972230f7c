"""The configuration of a plan, walked once: which expression made an instance, in which module (rule R2)."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from dpa_guard_terraform.expressions import decode
from dpa_guard_terraform.shapes import ConfigModule, ConfigResource, Configuration, ModuleCall, ProviderConfig


class Module(Struct, gc=False):
    """A module of the configuration, knowing who calls it."""

    path: str
    config: ConfigModule
    call: ModuleCall | None = None
    parent: Module | None = None

    def call_expression(self, name: str) -> Any:
        """Return what the caller passes for a variable; None where it passes nothing."""
        expressions = decode(self.call.expressions) if self.call is not None else None
        return expressions.get(name) if isinstance(expressions, dict) else None


class Entry(Struct, gc=False):
    """A resource block and the module it stands in."""

    resource: ConfigResource
    module: Module

    def expressions(self) -> dict[str, Any]:
        """Decode the block's arguments."""
        found = decode(self.resource.expressions)
        return found if isinstance(found, dict) else {}


class ConfigurationIndex:
    """Look-up of resource blocks and modules by their address without indices."""

    def __init__(self, configuration: Configuration | None) -> None:
        self.providers: dict[str, ProviderConfig] = configuration.provider_config if configuration else {}
        self.modules: dict[str, Module] = {}
        self.entries: dict[str, Entry] = {}
        self.known = configuration is not None
        if configuration is not None:
            self._walk(Module("", configuration.root_module))

    def _walk(self, module: Module) -> None:
        self.modules[module.path] = module
        prefix = f"{module.path}." if module.path else ""
        for resource in module.config.resources:
            self.entries[prefix + resource.address] = Entry(resource, module)
        for name, call in module.config.module_calls.items():
            self._walk(Module(f"{prefix}module.{name}", call.module, call, module))


def read_configuration(raw: msgspec.Raw) -> Configuration:
    """Decode ``configuration``; raises ``msgspec.DecodeError`` where it is not one."""
    return msgspec.json.decode(raw, type=Configuration)
