"""What all tests share."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

if find_spec("hypothesis") is not None:  # the environments that only try an installation have none
    from hypothesis import HealthCheck, settings

    # How long an example takes says how busy the machine is, and nothing about the code.
    settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("any-machine")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared background data (real plans, region tables); the test is skipped where it is absent."""
    named = os.environ.get("DPA_GUARD_SHARED")
    shared = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    if not (shared / "data").is_dir():
        pytest.skip("the shared background data are not on this machine (DPA_GUARD_SHARED names their folder)")
    return shared / "data"
