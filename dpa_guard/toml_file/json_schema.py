"""The tables of fields as JSON Schema (draft 2020-12), for editors and for other people's tools.

TOML dates appear as text of format ``date``, as editors hand them to a schema. What spans several keys (order of
dates, references between entries) is beyond a schema: ``dpa-guard agreement check`` says that.
"""

from __future__ import annotations

import json
from typing import Any

from dpa_guard.toml_file.fields import Kind, Many, Map, Table


def schema_text(table: Table, identifier: str) -> str:
    """Return the JSON Schema of a file, as published: indented, with a newline at the end."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": identifier, **_of(table)}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _of(kind: Kind | Many | Map | Table) -> dict[str, Any]:
    if isinstance(kind, Table):
        return _table(kind)
    if isinstance(kind, Many):
        return {"type": "array", "items": _of(kind.of)} | ({} if kind.may_be_empty else {"minItems": 1})
    if isinstance(kind, Map):
        properties = {key: _of(kind.of) for key in kind.keys}
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return schema | ({} if kind.may_be_empty else {"minProperties": 1})
    return dict(kind.schema)


def _table(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "title": table.name, "description": table.doc}
    schema["properties"] = {field.key: {**_of(field.kind), "description": field.doc} for field in table.fields}
    required = [field.key for field in table.fields if field.required]
    if required:
        schema["required"] = required
    schema["additionalProperties"] = bool(table.rest)
    return schema
