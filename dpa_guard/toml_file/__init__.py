"""Reads a TOML file a person wrote, and says every mistake in it at once, with its line.

The fields a file may have are data (``fields``): the same tables drive the reading (``walk``), the building of the
types (``build``) and the published JSON Schema (``json_schema``).
"""

from __future__ import annotations

from dpa_guard.toml_file.load import TomlFile, load
from dpa_guard.toml_file.mistakes import Mistake, Report

__all__ = ["Mistake", "Report", "TomlFile", "load"]
