"""The JSON Schemas of the two files, for editors; ``python -m dpa_guard.schemas`` writes them anew."""

from __future__ import annotations

__all__ = ["published"]


def published() -> dict[str, str]:
    """Return file name → text of each published schema, as the tables of fields say now."""
    from dpa_guard import agreement_fields, config_fields
    from dpa_guard.toml_file.json_schema import schema_text

    return {
        "agreement-1.schema.json": schema_text(agreement_fields.FILE, "urn:dpa-guard:agreement:1"),
        "config-1.schema.json": schema_text(config_fields.FILE, "urn:dpa-guard:config:1"),
    }
