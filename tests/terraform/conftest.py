"""How the tests of this folder run the plan reader: as the core does, once per file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dpa_guard.model import Observation

Look = Callable[[Path], tuple[Observation, ...]]


def _collect(path: Path) -> tuple[Observation, ...]:
    """Read one file through the provider; imported here so that its absence fails a test and not the collection."""
    from dpa_guard.hookspecs import Context, Scope

    try:
        from dpa_guard_terraform import TerraformProvider
    except ImportError as error:
        pytest.fail(f"dpa_guard_terraform.TerraformProvider cannot be imported: {error}")
    scope = Scope(name="command-line", provider="terraform", inputs=((path.name, str(path)),))
    context = Context(clock=lambda: datetime(2026, 11, 24, tzinfo=UTC))
    return tuple(TerraformProvider().collect(scope, context))


@pytest.fixture(scope="session")
def look() -> Look:
    """Return what the plan reader sees in a file; each file is read once for all tests."""
    seen: dict[Path, tuple[Observation, ...]] = {}

    def once(path: Path) -> tuple[Observation, ...]:
        if path not in seen:
            seen[path] = _collect(path)
        return seen[path]

    return once
