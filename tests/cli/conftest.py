"""What the tests of commands share."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from company import company


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    """``plan`` switches the garbage collector off, as its process ends with it; this process goes on."""
    yield
    gc.enable()


@pytest.fixture
def at_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a fictional company, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return company(tmp_path)
