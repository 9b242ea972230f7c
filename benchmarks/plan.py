"""What ``dpa-guard plan`` costs, as ratios taken in one run.

    python benchmarks/plan.py [--resources 100 10000 50000] [--rounds 7]

Whole processes are measured (CPU seconds of user and system, peak resident memory, from ``wait4``), the two of a pair
in turns, and the ratio of each turn; the table shows medians. A ratio says the same on a slow machine and on a busy
one; seconds do not, so no test asserts either. Every run of ours is recorded in an evidence log and committed.

Compared with: up to 1,000 resources, a Python that imports the libraries and ends; above, the floor: a script that
decodes only the keys that place a resource and looks each up in a set. Plan generator and floor are not part of this
repository (``--genplan``, ``--floor``; by default ``../shared/bench``, or ``$DPA_GUARD_SHARED/bench``). Without the
generator the example's plan is repeated until it is large enough; without the floor the ratio stays empty.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("DPA_GUARD_SHARED") or ROOT.parent / "shared")
IMPORTS = "import click, msgspec, pluggy, structlog; from cryptography.hazmat.primitives.asymmetric import ed25519"
HEAD = "resources     MB   CPU s  compared with   CPU s  ratio  peak MiB  3x file + 32 MiB"
SMALL = 1_000
"""Up to here the start-up is what counts, above it the work."""


class Cost(NamedTuple):
    """What one process took."""

    cpu: float
    """Seconds, user and system."""
    peak: int
    """MiB, resident."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, return the exit code."""
    asked = _arguments(arguments)
    with tempfile.TemporaryDirectory() as folder:
        print(HEAD)
        for resources in asked.resources:
            plan = make_plan(resources, Path(folder), asked.genplan)
            print(_row(resources, plan, asked.floor, asked.rounds), flush=True)
    return 0


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--resources", type=int, nargs="+", default=[100, 10_000, 50_000], metavar="N")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each pair (default 7)")
    parser.add_argument("--genplan", type=Path, default=SHARED / "bench/genplan.py")
    parser.add_argument("--floor", type=Path, default=SHARED / "bench/floor.py")
    return parser.parse_args(given)


def _recorded(plan: Path) -> list[str]:
    """Make a log beside the plan and return the options that record in it."""
    log = plan.with_suffix(".evidence")
    made = [str(_program()), "evidence", "init", str(log), "--origin", f"evidence.example/benchmark/{plan.stem}"]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
    return ["--evidence", str(log)]


def _row(resources: int, plan: Path, floor: Path, rounds: int) -> str:
    guard = [str(_program()), "plan", str(plan), "--agreement", str(ROOT / "examples/agreement.toml"), *_recorded(plan)]
    if resources <= SMALL:
        name, other = "the imports", [sys.executable, "-I", "-c", IMPORTS]
    else:
        name, other = (
            ("the floor", [sys.executable, "-I", str(floor), str(plan)]) if floor.is_file() else ("(no floor)", [])
        )
    turns = [(measure(guard, plan.parent), measure(other, plan.parent) if other else None) for _ in range(rounds + 1)][
        1:
    ]
    ours = [mine for mine, _ in turns]
    theirs = [cost.cpu for _, cost in turns if cost]
    ratio = f"{median(mine.cpu / cost.cpu for mine, cost in turns if cost):6.2f}" if theirs else " " * 6
    megabytes = plan.stat().st_size / 1e6
    return (
        f"{resources:>9,}  {megabytes:>5.1f}  {median(mine.cpu for mine in ours):>6.2f}  {name:<14}"
        f"{f'{median(theirs):>7.2f}' if theirs else ' ' * 7} {ratio}  {max(mine.peak for mine in ours):>8}"
        f"  {3 * plan.stat().st_size / 2**20 + 32:>16.0f}"
    )


def _program() -> Path:
    """Return the installed command beside this Python; the checkout alone has no entry points."""
    program = Path(sys.executable).with_name("dpa-guard")
    if not program.is_file():
        sys.exit(f"benchmarks: expected {program.name} beside {sys.executable}; install it first: pip install .")
    return program


def measure(command: Sequence[str], folder: Path) -> Cost:
    """Run a command in a folder, output thrown away; exit codes 0, 1 and 3 of dpa-guard are results, not failures."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    null = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, stdin=null, stdout=null, env=env)  # compiled once, as pip does
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1, 3}:
        sys.exit(f"benchmarks: {command[0]} ended with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss // (2**20 if sys.platform == "darwin" else 2**10))


def make_plan(resources: int, folder: Path, genplan: Path) -> Path:
    """Write a plan of so many resources and return its path."""
    plan = folder / f"plan-{resources}.json"
    if genplan.is_file():
        subprocess.run([sys.executable, "-I", genplan, str(resources), plan], check=True, stdout=subprocess.DEVNULL)
    else:
        example = json.loads((ROOT / "examples/tfplan.json").read_text(encoding="utf-8"))
        plan.write_text(json.dumps(repeat(example, resources), separators=(",", ":")), encoding="utf-8")
    return plan


def repeat(plan: dict[str, Any], resources: int) -> dict[str, Any]:
    """Return the plan with its changes repeated, each under another index, until there are ``resources`` of them."""
    changes = [change for change in plan["resource_changes"] if "index" not in change]
    repeated = []
    for number in range(resources):
        change = copy.copy(changes[number % len(changes)])
        change["index"] = number
        change["address"] += f"[{number}]"
        repeated.append(change)
    return {**plan, "resource_changes": repeated, "planned_values": {"root_module": {}}}


if __name__ == "__main__":
    raise SystemExit(main())
