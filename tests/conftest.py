"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared background data (real plans, region tables); the test is skipped where it is absent."""
    named = os.environ.get("DPA_GUARD_SHARED")
    shared = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    if not (shared / "data").is_dir():
        pytest.skip("the shared background data are not on this machine (DPA_GUARD_SHARED names their folder)")
    return shared / "data"
