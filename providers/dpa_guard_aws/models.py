"""The SDK's descriptions of services, reduced to the operations on the list before the SDK sees them.

A client made of such a model has no method for anything else. It also costs less: EC2 alone describes some 700
operations, of which a scan needs twenty.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Collection
from typing import Any

import msgspec
from msgspec import Raw

__all__ = ["ReducedModels"]

_OPENERS = ((".json", open), (".json.gz", gzip.open))
_SERVICE = "service-2"


class ReducedModels:
    """Loads botocore's data files; what ``botocore.loaders.Loader`` takes as its ``file_loader``."""

    def __init__(self, allowed: Collection[tuple[str, str]]) -> None:
        """``allowed`` holds every (service, operation) a client may know."""
        self._allowed = frozenset(allowed)

    def exists(self, file_path: str) -> bool:
        """Is there such a file? The path has no extension."""
        return any(os.path.isfile(file_path + extension) for extension, _ in _OPENERS)

    def load_file(self, file_path: str) -> Any:
        """Return the content of a file, None where there is none; models of services without what is not allowed."""
        for extension, opener in _OPENERS:
            if os.path.isfile(file_path + extension):
                with opener(file_path + extension, "rb") as file:
                    content = file.read()
                folder, name = os.path.split(file_path)
                if name == _SERVICE:
                    return self._reduced(os.path.basename(os.path.dirname(folder)), content)
                return msgspec.json.decode(content)
        return None

    def _reduced(self, service: str, content: str | bytes) -> dict[str, Any]:
        whole = msgspec.json.decode(content, type=dict[str, Raw])
        operations = msgspec.json.decode(whole.pop("operations"), type=dict[str, Raw])
        shapes = msgspec.json.decode(whole.pop("shapes"), type=dict[str, Raw])
        whole.pop("documentation", None)
        kept = {
            name: _plain(raw, "documentation") for name, raw in operations.items() if (service, name) in self._allowed
        }
        model = {key: msgspec.json.decode(raw) for key, raw in whole.items()}
        model["operations"] = kept
        model["shapes"] = _reachable(kept, shapes)
        return model


def _reachable(operations: dict[str, Any], shapes: dict[str, Raw]) -> dict[str, Any]:
    """Return the shapes that the operations need, directly or through another."""
    waiting = list(_named(operations))
    found: dict[str, Any] = {}
    while waiting:
        name = waiting.pop()
        if name not in found and name in shapes:
            found[name] = _plain(shapes[name], "documentation")
            waiting.extend(_named(found[name]))
    return found


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


def _plain(raw: Raw, without: str) -> Any:
    part = msgspec.json.decode(raw)
    part.pop(without, None)
    return part
