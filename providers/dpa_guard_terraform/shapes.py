"""The parts of Terraform's JSON that place a resource, as types; everything else is skipped while decoding.

Values of resources stay raw (``msgspec.Raw``): only the few attributes that tell a place are ever decoded, one small
decoder per resource type (``dpa_guard_terraform.readers``). So one odd attribute makes one instance unknown and never
the plan unreadable.

Specification: Terraform "JSON Output Format", format versions 0.1 to 1.x, and the state file version 4.
"""

from __future__ import annotations

from typing import Any

from msgspec import Raw, Struct, field

NULL = Raw(b"null")


class Body(Struct, gc=False):
    """``resource_changes[].change``."""

    actions: tuple[str, ...] = ()
    before: Raw = NULL
    after: Raw = NULL
    after_unknown: Raw = NULL
    before_sensitive: Raw = NULL
    after_sensitive: Raw = NULL


class Change(Struct, gc=False):
    """``resource_changes[]``."""

    address: str
    type: str
    change: Body
    mode: str = "managed"
    provider_name: str = ""
    module_address: str = ""
    previous_address: str | None = None
    deposed: str | None = None


class Deferred(Struct, gc=False):
    """``deferred_changes[]``: will exist, but this plan does not say how."""

    resource_change: Change
    reason: str = ""


class ActionInvocation(Struct, gc=False):
    """``action_invocations[]`` (Terraform 1.14): code of a provider that runs during apply."""

    provider_name: str = ""


class StateResource(Struct, gc=False):
    """``values.root_module.resources[]`` of a state, also inside ``prior_state`` and ``planned_values``."""

    address: str
    type: str
    name: str = ""
    mode: str = "managed"
    index: Any = None
    provider_name: str = ""
    values: Raw = NULL
    sensitive_values: Raw = NULL
    deposed_key: str | None = None


class StateModule(Struct):
    """A module of a state."""

    address: str = ""
    resources: list[StateResource] = field(default_factory=list)
    child_modules: list[StateModule] = field(default_factory=list)


class StateValues(Struct):
    root_module: StateModule = field(default_factory=StateModule)


class State(Struct):
    """``prior_state``, or a state document."""

    values: StateValues | None = None
    terraform_version: str = ""


class FileInstance(Struct, gc=False):
    """``resources[].instances[]`` of a state file."""

    attributes: Raw = NULL
    index_key: Any = None
    deposed: str | None = None


class FileResource(Struct, gc=False):
    """``resources[]`` of a state file, version 4."""

    type: str
    name: str
    mode: str = "managed"
    module: str = ""
    provider: str = ""
    instances: list[FileInstance] = field(default_factory=list)


class ConfigResource(Struct, gc=False):
    """``configuration…resources[]``: expressions, not values."""

    address: str
    mode: str = "managed"
    type: str = ""
    provider_config_key: str = ""
    expressions: Raw = NULL


class Output(Struct, gc=False):
    expression: Raw = NULL


class Variable(Struct, gc=False):
    default: Raw = NULL
    sensitive: bool = False


class ConfigModule(Struct):
    resources: list[ConfigResource] = field(default_factory=list)
    module_calls: dict[str, ModuleCall] = field(default_factory=dict)
    outputs: dict[str, Output] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)


class ModuleCall(Struct):
    expressions: Raw = NULL
    module: ConfigModule = field(default_factory=ConfigModule)


class ProviderConfig(Struct, gc=False):
    """``configuration.provider_config[KEY]``."""

    name: str = ""
    full_name: str = ""
    alias: str = ""
    module_address: str = ""
    expressions: Raw = NULL

    @property
    def written(self) -> bool:
        """Is there a provider block, and not only a requirement or an implied default?"""
        return bytes(self.expressions) not in (b"", b"null")


class Configuration(Struct):
    provider_config: dict[str, ProviderConfig] = field(default_factory=dict)
    root_module: ConfigModule = field(default_factory=ConfigModule)


class Value(Struct, gc=False):
    """``variables[NAME]``; decoded only when a provider's place refers to it."""

    value: Any = None
