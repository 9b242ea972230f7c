"""Terraform addresses: never split at a dot or a bracket, for keys may hold either."""

from __future__ import annotations

import re

_INDEX = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|\d+|\*)\]')
_LAST_INDEX = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|\d+)\]\Z')
_MODULE_STEP = re.compile(r'module\.[^.\[]+(?:\[(?:"(?:\\.|[^"\\])*"|\d+)\])?')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def bare(address: str) -> str:
    """Return the address as the configuration spells it: every index removed."""
    return _INDEX.sub("", address) if "[" in address else address


def index_of(address: str) -> str:
    """Return the trailing index with its brackets, or "" where the address has none."""
    found = _LAST_INDEX.search(address) if address.endswith("]") else None
    return found.group() if found else ""


def index_text(index: object) -> str:
    """Spell an index as Terraform does: ``[0]``, ``["key"]``; "" for None."""
    if index is None:
        return ""
    if isinstance(index, str):
        return '["' + "".join(_ESCAPES.get(mark, mark) for mark in index) + '"]'
    return f"[{index}]"


def instance_address(module: str, mode: str, kind: str, name: str, index: object) -> str:
    """Build the full address of one instance from its parts."""
    prefix = f"{module}." if module else ""
    data = "data." if mode == "data" else ""
    return f"{prefix}{data}{kind}.{name}{index_text(index)}"


def source_of(provider: str) -> str:
    """Reduce a provider's name to ``namespace/type``; keep the host where it is not a public registry.

    ``registry.terraform.io/hashicorp/aws`` and Terraform 0.12's bare ``aws`` are both ``hashicorp/aws``.
    """
    parts = provider.lower().split("/")
    if len(parts) == 1:
        name = parts[0].partition(".")[0]  # 0.12 wrote an alias behind it
        return f"hashicorp/{name}" if name else ""
    if len(parts) == 3 and parts[0] in {"registry.terraform.io", "registry.opentofu.org", "terraform.io"}:
        parts = parts[1:]
    if parts[0] in {"-", ""}:
        parts[0] = "hashicorp"
    return "/".join(parts)


def module_of(address: str, kind: str, mode: str = "managed") -> str:
    """Return the module part of an instance address; for inputs that do not give it on its own."""
    marker = f"data.{kind}." if mode == "data" else f"{kind}."
    at = address.rfind("." + marker)
    return address[:at] if at > 0 else ""


def module_steps(module: str) -> list[str]:
    """Split a module instance path into its calls, each with its index."""
    return _MODULE_STEP.findall(module)
