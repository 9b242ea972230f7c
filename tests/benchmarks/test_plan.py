"""The benchmark runs; what it measures is nobody's business here."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    """The script as a module; it is not part of any package."""
    spec = importlib.util.spec_from_file_location("plan_benchmark", ROOT / "benchmarks/plan.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_is_repeated_under_addresses_of_its_own(benchmark: ModuleType) -> None:
    plan = json.loads((ROOT / "examples/tfplan.json").read_text(encoding="utf-8"))
    repeated = benchmark.repeat(plan, 100)["resource_changes"]
    assert len({change["address"] for change in repeated}) == 100
    assert repeated[0]["address"].endswith("[0]")


def test_a_process_costs_something(benchmark: ModuleType, tmp_path: Path) -> None:
    cost = benchmark.measure([sys.executable, "-c", "sum(range(10**6))"], tmp_path)
    assert cost.cpu > 0
    assert cost.peak > 1


@pytest.mark.slow
def test_the_table_has_a_row_for_each_size() -> None:
    if not Path(sys.executable).with_name("dpa-guard").is_file():
        pytest.skip("dpa-guard is not installed here; tox -e slow installs it")
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks/plan.py", "--resources", "100", "2000", "--rounds", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == ["100", "2,000"]


def test_the_share_of_unknown_in_the_example_is_told_with_its_reasons() -> None:
    done = subprocess.run([sys.executable, ROOT / "benchmarks/unknown.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "unknown (" in done.stdout.splitlines()[0]
    assert "aws_s3_bucket_replication_configuration: arn-without-region 1" in done.stdout
