"""The published schemas of what is printed as JSON."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

NAMES = ("assessment-1", "assessments-1", "inventory-1")


def schema(name: str) -> dict[str, Any]:
    """Return a published schema, e.g. ``assessment-1``."""
    text = (files("dpa_guard.schemas") / f"{name}.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def faults(document: dict[str, Any]) -> list[str]:
    """Return what a document has that its schema (named in the document itself) does not allow."""
    name = document["schema"].removeprefix("dpa-guard/").replace("/", "-")
    registry: Registry[Any] = Registry().with_resources(
        [(one["$id"], Resource.from_contents(one)) for one in map(schema, NAMES)]
    )
    validator = Draft202012Validator(
        schema(name), registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return [f"{list(fault.path)}: {fault.message}" for fault in validator.iter_errors(document)]
