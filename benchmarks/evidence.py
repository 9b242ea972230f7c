"""What recording and verifying cost, beside SHA-256 over the same bytes in the same run.

One process: the same findings are appended through the whole chain, committed, and verified with the canonical check.
A ratio says how often the bytes could have been hashed in the same CPU time; records a second depend on the machine.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from dpa_guard.evidence.note import VerifierKey
from dpa_guard.evidence.read import lines_of_run, runs_of
from dpa_guard.evidence.verify import verify
from dpa_guard.evidence.write import LogPlace, Run, RunStart, begin
from dpa_guard.evidence.write.create import create

START = RunStart(
    "plan", {"id": "A-1", "sha256": "0" * 64}, [], {"dpa_guard": "", "gazetteer": "", "extensions": {}}, [], {}, ""
)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    rows: dict[str, list[tuple[float, float]]] = {"append": [], "commit": [], "verify": []}
    small: list[float] = []
    size = 0
    for _ in range(asked.rounds):
        folder = Path(tempfile.mkdtemp())
        try:
            size = _round(folder, asked.records, rows, small)
        finally:
            shutil.rmtree(folder)
    print(f"{asked.records:,} findings of {size} bytes; CPU, medians of {asked.rounds} turns")
    print(f"{'':8} {'records/s':>10} {'times SHA-256':>14}")
    for name, measured in rows.items():
        seconds = statistics.median(each for each, _ in measured)
        ratio = statistics.median(each / hashed for each, hashed in measured)
        print(f"{name:8} {asked.records / seconds:>10,.0f} {ratio:>14.1f}")
    print(f"a run of 20 records, begin to durable commit: {statistics.median(small) * 1000:.1f} ms wall")


def _round(folder: Path, records: int, rows: dict[str, list[tuple[float, float]]], small: list[float]) -> int:
    place = LogPlace.at(folder / "log")
    key = create(place, "evidence.example/benchmark/1")
    _small_run(place)
    began = time.perf_counter()
    _small_run(place)
    small.append(time.perf_counter() - began)
    run = begin(place, START, _clock)
    appended = _cpu(lambda: _append(run, records))
    committed = _cpu(lambda: run.commit(0, {}))
    lines = [line.data for line in lines_of_run(place.folder, runs_of(place.folder)[-1])]
    hashed = _cpu(lambda: [hashlib.sha256(line).digest() for line in lines])
    verified = _cpu(lambda: _verified(place, key))
    for name, seconds in (("append", appended), ("commit", committed), ("verify", verified)):
        rows[name].append((seconds, hashed))
    return len(lines[1])


def _clock() -> datetime:
    return datetime.now(UTC)


def _cpu(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def _small_run(place: LogPlace) -> None:
    run = begin(place, START, _clock)
    _append(run, 18)
    run.commit(0, {})


def _append(run: Run, records: int) -> None:
    locations = [{"role": "primary", "code": "eu-west-1", "countries": ["IE"], "extent": "exact", "basis": "declared"}]
    for number in range(records):
        resource = {
            "id": f'module.stack["prod"].aws_s3_bucket.bucket[{number}]',
            "instance": None,
            "kind": "aws_s3_bucket",
            "service": "s3",
            "class": "stores",
            "provider": "aws",
            "partition": "aws",
            "account": "123456789012",
            "source": "stacks/production/tfplan.json",
        }
        finding = {
            "rule": "transfer-outside-eu",
            "article": "3.1",
            "verdict": "pass",
            "resource": resource,
            "party": None,
            "locations": locations,
            "reason": {"code": "inside", "params": {"places": "eu-west-1 (Ireland)"}},
            "cure": "",
        }
        run.append("finding", finding)


def _verified(place: LogPlace, key: VerifierKey) -> None:
    found = verify(place.folder, [key])
    if found.faults:
        raise SystemExit(f"the log does not verify: {found.faults[0]}")


if __name__ == "__main__":
    main()
