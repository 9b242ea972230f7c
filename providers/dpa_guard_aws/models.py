"""The SDK's descriptions of services, reduced before the SDK sees them: to the operations on the list, and of their
answers to the fields that the table reads.

A client made of such a model has no method for anything else, and takes nothing else out of an answer. It also costs
less: EC2 alone describes some 700 operations, of which a scan needs twenty.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec
from msgspec import Raw

from dpa_guard_aws.needed import Fields, needed

__all__ = ["ReducedModels"]

_UNPACKED: Mapping[str, Callable[[bytes], bytes]] = {".json": bytes, ".json.gz": gzip.decompress}
_SERVICE = "service-2"
_PAGING = "paginators-1"


class ReducedModels:
    """Loads botocore's data files; what ``botocore.loaders.Loader`` takes as its ``file_loader``."""

    def __init__(self, allowed: Collection[tuple[str, str]], table: str = "") -> None:
        """``allowed`` holds every (service, operation) a client may know; ``table`` is that of the calls."""
        self._allowed = frozenset(allowed)
        self._services = frozenset(service for service, _ in allowed)
        self._table = table
        self._shapes: dict[str, frozenset[str]] = {}
        """Folder of a model → the shapes that were kept."""

    def exists(self, file_path: str) -> bool:
        """Is there such a file, of a service that anything is asked of? The path has no extension."""
        service = os.path.basename(os.path.dirname(os.path.dirname(file_path)))
        return service in self._services and any(os.path.isfile(file_path + extension) for extension in _UNPACKED)

    def load_file(self, file_path: str) -> Any:
        """Return the content of a file, None where there is none; models of services without what is not allowed."""
        for extension, unpacked in _UNPACKED.items():
            if os.path.isfile(file_path + extension):
                with open(file_path + extension, "rb") as file:
                    content = unpacked(file.read())
                folder, name = os.path.split(file_path)
                if name == _SERVICE:
                    return self._model(folder, content)
                return self._fitting(folder, name, msgspec.json.decode(content))
        return None

    def _model(self, folder: str, content: bytes) -> dict[str, Any]:
        rules = self.load_file(os.path.join(folder, _PAGING)) or {}
        model = self._reduced(os.path.basename(os.path.dirname(folder)), content, rules.get("pagination", {}))
        self._shapes[folder] = frozenset(model["shapes"])
        return model

    def _fitting(self, folder: str, name: str, content: Any) -> Any:
        """Return what is merged into a model, without what is said of shapes that the model has no more."""
        if name.startswith(f"{_SERVICE}."):
            shapes = content.get("merge", {}).get("shapes", {})
            for shape in shapes.keys() - self._shapes.get(folder, frozenset()):
                del shapes[shape]
        return content

    def _reduced(self, service: str, content: str | bytes, rules: Mapping[str, Any]) -> dict[str, Any]:
        whole = msgspec.json.decode(content, type=dict[str, Raw])
        operations = msgspec.json.decode(whole.pop("operations"), type=dict[str, Raw])
        shapes = _Shapes(msgspec.json.decode(whole.pop("shapes"), type=dict[str, Raw]))
        whole.pop("documentation", None)
        model = {key: msgspec.json.decode(raw) for key, raw in whole.items()}
        fields = Fields(shapes.__getitem__)
        model["operations"] = {}
        for name, raw in operations.items():
            if (service, name) in self._allowed:
                operation = model["operations"][name] = _plain(raw)
                operation.pop("errors", None)  # their codes tell what is to be known of them
                if "input" in operation:
                    fields.add_all(operation["input"]["shape"])
                if "output" in operation:
                    output = operation["output"]["shape"]
                    needed(fields, f"{service}.{name}", output, rules.get(name), self._table)
        model["shapes"] = _reachable(model["operations"], shapes, fields)
        return model


class _Shapes(dict[str, Any]):
    """Shapes by name, decoded when somebody asks for one."""

    def __init__(self, raw: dict[str, Raw]) -> None:
        super().__init__()
        self._raw = raw

    def __missing__(self, name: str) -> Any:
        shape = self[name] = _plain(self._raw[name])
        for member in shape.get("members", {}).values():
            member.pop("documentation", None)
        return shape


def _reachable(operations: dict[str, Any], shapes: _Shapes, fields: Fields) -> dict[str, Any]:
    """Return the shapes that the operations need, directly or through another, with the members that are needed."""
    waiting = list(_named(operations))
    found: dict[str, Any] = {}
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = shapes[name]
            _leave(found[name], fields.found.get(name, set()))
            waiting.extend(_named(found[name]))
    return found


def _leave(shape: dict[str, Any], needed: set[str]) -> None:
    """Take the other members out of a structure, except those that the SDK's reader looks up by name."""
    if "members" in shape and not shape.get("union"):
        kept = needed | {shape.get("payload", "")}
        shape["members"] = {name: member for name, member in shape["members"].items() if name in kept}


def _named(value: Any) -> list[str]:
    """Return the names of shapes referred to anywhere in a part of a model."""
    names: list[str] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(shape := one.get("shape"), str):
                names.append(shape)
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return names


def _plain(raw: Raw) -> Any:
    part = msgspec.json.decode(raw)
    part.pop("documentation", None)
    return part
