"""Writes the published schemas beside this file."""

from __future__ import annotations

from pathlib import Path

from dpa_guard.schemas import published

for name, text in published().items():
    Path(__file__).with_name(name).write_text(text, encoding="utf-8")
