"""Reading runs and records: what lies there, nothing outside, in bounded memory, and damage by its name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from built_logs import BuiltLog
from dpa_guard.evidence import EvidenceError
from dpa_guard.evidence.read import Log, line_at, summaries
from dpa_guard.evidence.tree import leaf_hash


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.fixture
def log(tmp_path: Path) -> BuiltLog:
    """Three runs, the second packed."""
    built = BuiltLog(tmp_path / "log")
    built.add_run(3)
    built.add_run(300, packed=True)
    built.add_run(4)
    return built


def test_every_record_is_read_in_the_order_of_the_tree(log: BuiltLog) -> None:
    lines = list(Log(log.folder).all_lines())
    assert [leaf_hash(line.data) for line in lines] == log.leaves
    assert [line.index for line in lines] == list(range(307))


@pytest.mark.parametrize("index", [0, 2, 3, 150, 302, 303, 306])
def test_a_record_is_found_by_its_index(log: BuiltLog, index: int) -> None:
    assert leaf_hash(line_at(log.folder, index).data) == log.leaves[index]
    assert line_at(log.folder, index).leaf() == log.leaves[index]


def test_there_is_no_record_at_the_size_of_the_log(log: BuiltLog) -> None:
    with pytest.raises(EvidenceError, match="below 307") as refused:
        line_at(log.folder, 307)
    assert refused.value.code == "no-record"


def test_a_summary_says_what_the_whole_run_says(log: BuiltLog) -> None:
    assert [(one.first, one.records, one.whole, one.exit_code) for one in summaries(log.folder)] == [
        (0, 3, True, 0),
        (3, 300, True, 0),
        (303, 4, True, 0),
    ]


def test_gaps_are_counted_by_the_last_record_or_where_it_has_no_counts_one_by_one(tmp_path: Path) -> None:
    gap = {"event": "gap", "scope": "s", "reason": {"code": "c", "params": {}}}
    log = BuiltLog(tmp_path / "log")
    log.add_run(more=[gap, gap])
    path = log.add_run(more=[gap, {"event": "note", "kind": '"event":"gap"', "subject": "s", "params": {}}])
    lines = path.read_bytes().split(b"\n")
    aborted = {**json.loads(lines[3]), "event": "run.aborted", "reason": "killed", "torn_bytes": 7, "records": 4}
    for field in ("counts", "exit_code"):
        del aborted[field]
    lines[3] = _line(aborted)
    path.write_bytes(b"\n".join(lines))
    assert [(one.whole, one.gaps, one.reason) for one in summaries(log.folder)] == [(True, 2, ""), (False, 1, "killed")]


def test_a_longest_last_record_is_read_whole(tmp_path: Path) -> None:
    log = BuiltLog(tmp_path / "log")
    path = log.add_run(3)
    lines = path.read_bytes().split(b"\n")
    ending = json.loads(lines[2])
    ending["verdicts"] = {
        "rule": {"fail": 2},
        "x" * (65_535 - len(lines[2]) - len(',"verdicts":{"rule":{"fail":2},"":{}}')): {},
    }
    lines[2] = _line(ending)
    assert len(lines[2]) == 65_535
    path.write_bytes(b"\n".join(lines))
    (one,) = summaries(log.folder)
    assert one.verdicts == {"fail": 2}


def test_a_run_whose_checkpoint_is_kept_and_not_yet_published_is_read(log: BuiltLog) -> None:
    (log.folder / "checkpoint").write_bytes(log.checkpoint(303))
    assert Log(log.folder).head.size == 307
    assert len(list(summaries(log.folder))) == 3


def test_what_lies_beyond_the_newest_checkpoint_is_not_read(log: BuiltLog) -> None:
    (log.folder / f"checkpoints/{307:020}").unlink()
    (log.folder / "checkpoint").write_bytes(log.checkpoint(303))
    assert [one.first for one in summaries(log.folder)] == [0, 3]
    with pytest.raises(EvidenceError, match="below 303"):
        line_at(log.folder, 303)


@pytest.mark.parametrize("name", ["runs", "tile", "checkpoints"])
def test_a_folder_that_is_a_link_leads_nowhere(log: BuiltLog, tmp_path: Path, name: str) -> None:
    (log.folder / name).rename(tmp_path / "outside")
    (log.folder / name).symlink_to(tmp_path / "outside")
    read = Log(log.folder)
    assert {"runs": read.runs, "tile": read.files.tiles, "checkpoints": read.files.checkpoints}[name] in ([], {})


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def _sparse(path: Path) -> None:
    os.truncate(path, 10_000_000_000)


@pytest.mark.parametrize("damage", [_pipe, _link, _sparse, lambda path: path.write_bytes(b"{" * 65_000)])
def test_a_checkpoint_that_is_none_is_refused(log: BuiltLog, damage: Callable[[Path], None]) -> None:
    damage(log.folder / "checkpoint")
    with pytest.raises(EvidenceError):
        Log(log.folder)


BOUNDED = """
import resource, sys
from pathlib import Path
from dpa_guard.evidence import EvidenceError
from dpa_guard.evidence.read import Log, summaries
resource.setrlimit(resource.RLIMIT_AS, (600_000_000,) * 2)
try:
    print(sum(len(line.data) for line in Log(Path(sys.argv[1])).all_lines()), list(summaries(Path(sys.argv[1]))))
except EvidenceError as error:
    sys.exit(error.code)
"""


@pytest.mark.parametrize("number", [0, 2])
def test_a_run_of_ten_sparse_gigabytes_ends_with_an_error_in_bounded_memory(log: BuiltLog, number: int) -> None:
    path = sorted((log.folder / "runs").iterdir())[number]
    _sparse(path)
    ran = subprocess.run(
        [sys.executable, "-c", BOUNDED, log.folder], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 1
    assert ran.stderr.strip() == "line-long"


def test_a_moment_that_is_none_is_said_with_its_record(tmp_path: Path) -> None:
    log = BuiltLog(tmp_path / "log")
    path = log.add_run(3)
    path.write_bytes(path.read_bytes().replace(b"2026-11-24T", b"2026-02-30T"))
    (one,) = summaries(log.folder)
    with pytest.raises(EvidenceError, match="record 0"):
        _ = one.began_at


def test_values_of_any_type_in_a_record_break_no_summary(tmp_path: Path) -> None:
    log = BuiltLog(tmp_path / "log")
    path = log.add_run(2)
    record = json.loads(path.read_bytes().split(b"\n")[1])
    record |= {"verdicts": {"a": 1, "b": {"fail": "x", "pass": True}}, "exit_code": "0", "counts": [], "time": {}}
    path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n" + _line(record) + b"\n")
    (one,) = summaries(log.folder)
    assert (one.exit_code, one.gaps, one.ended) == (None, 0, "")


def test_only_the_whole_placeholder_is_an_erased_record(tmp_path: Path) -> None:
    log = BuiltLog(tmp_path / "log")
    path = log.add_run(4)
    lines = path.read_bytes().split(b"\n")
    lines[1] = b'{"event":"record.erased","leaf":"%s","v":1}' % log.leaves[1].hex().encode()
    lines[2] = b'{"event":"record.erased","ground":"g","index":1,"leaf":"%s","v":1}' % log.leaves[1].hex().encode()
    path.write_bytes(b"\n".join(lines))
    assert line_at(log.folder, 1).leaf() == log.leaves[1]
    assert line_at(log.folder, 2).erased() is None
