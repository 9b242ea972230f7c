"""Two extensions that answer to one name: the run stops, and says which two."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

pytestmark = pytest.mark.skipif(
    not any(found.name == "dpa-guard" for found in distributions()),
    reason="dpa-guard itself is not installed here, so its extensions have no entry points; tox installs it",
)

EMPTY = ""
PROVIDER = """
from dpa_guard import hookimpl

class Twin:
    name = "terraform"
    def collect(self, scope, context):
        return iter(())

@hookimpl
def add_providers():
    return [Twin()]
"""
CHECK = """
from dpa_guard import hookimpl

class Twin:
    '''Looks like ours.'''
    rule = "transfer-outside-eu"
    article = "3.1"
    def examine(self, inventory, agreement):
        return iter(())

@hookimpl
def add_checks():
    return [Twin()]
"""


def _install(folder: Path, entry_point: str, module: str, source: str) -> None:
    """Put a distribution ``twin-rules`` 6.6 on a path: what an installer leaves behind, nothing more."""
    (folder / f"{module}.py").write_text(source, encoding="utf-8")
    info = folder / "twin_rules-6.6.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: twin-rules\nVersion: 6.6\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[dpa_guard]\n{entry_point} = {module}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("entry_point", "source", "doubled"),
    [
        ("transfers", EMPTY, "transfers"),
        ("terraform", EMPTY, "terraform"),
        ("twin", PROVIDER, "terraform"),
        ("twin", CHECK, "transfer-outside-eu"),
    ],
    ids=["entry point of a check", "entry point of a provider", "provider name", "rule id"],
)
@pytest.mark.parametrize("first", [True, False], ids=["before ours", "after ours"])
def test_a_double_stops_the_run_and_is_named(
    tmp_path: Path, entry_point: str, source: str, doubled: str, first: bool
) -> None:
    _install(tmp_path, entry_point, "twin_rules", source)
    inherited = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    place = "sys.path.insert(0, folder)" if first else "sys.path.append(folder)"
    program = f"import sys; folder = {str(tmp_path)!r}; {place}; from dpa_guard.cli import main; main()"
    run = subprocess.run(
        [sys.executable, "-P", "-c", program, "plan", "tfplan.json"],
        cwd=EXAMPLES,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(inherited)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = " ".join((run.stdout + run.stderr).split())
    assert run.returncode == 2, said
    assert doubled in said
    assert "twin-rules" in said
    assert "Traceback" not in said
