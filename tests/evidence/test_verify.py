"""``verify`` on logs that other code built: it accepts what is whole and names what is not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from built_logs import BuiltLog
from dpa_guard.evidence import keys
from dpa_guard.evidence.checkpoint import read
from dpa_guard.evidence.verify import Verification, verify


def checked(log: BuiltLog, *known: bytes) -> Verification:
    return verify(log.folder, [log.verifier], [read(one)[0] for one in known])


@pytest.fixture
def log(tmp_path: Path) -> BuiltLog:
    """A log of three runs."""
    built = BuiltLog(tmp_path / "log")
    for records in (3, 5, 4):
        built.add_run(records)
    return built


def test_a_fresh_log_verifies_and_is_empty(tmp_path: Path) -> None:
    found = checked(BuiltLog(tmp_path / "log"))
    assert (found.status, found.size, [note.code for note in found.notes]) == ("verified", 0, ["empty"])


def test_a_whole_log_verifies_at_level_1(log: BuiltLog) -> None:
    found = checked(log)
    assert (found.status, found.level, found.size, found.runs, found.faults) == ("verified", "L1", 12, 3, [])
    assert found.not_checked == ["truncation"]


def test_without_a_pinned_key_it_says_so_and_reaches_level_0_at_most(log: BuiltLog) -> None:
    found = verify(log.folder)
    assert (found.status, found.level) == ("unpinned", "L0")
    assert "signatures: key not pinned" in found.not_checked


def test_another_key_than_the_pinned_one_is_a_fault(log: BuiltLog) -> None:
    found = verify(log.folder, [keys.generate(log.origin).verifier])
    assert found.status == "bad"


@pytest.mark.parametrize("total", [1, 254, 255, 256, 257, 511, 512, 513])
def test_trees_verify_at_the_borders_of_tiles(tmp_path: Path, total: int) -> None:
    log = BuiltLog(tmp_path / "log")
    log.add_run(max(total, 2))
    log.add_run(2)
    assert checked(log).status == "verified"


def test_packed_runs_have_the_same_leaves(tmp_path: Path) -> None:
    log = BuiltLog(tmp_path / "log")
    log.add_run(300, packed=True)
    log.add_run(3)
    assert checked(log).status == "verified"


def files(log: BuiltLog) -> list[Path]:
    return sorted(path for path in log.folder.rglob("*") if path.is_file())


def test_any_file_removed_is_found(log: BuiltLog, tmp_path: Path) -> None:
    for path in files(log):
        copy = tmp_path / "copy"
        shutil.copytree(log.folder, copy)
        (copy / path.relative_to(log.folder)).unlink()
        found = verify(copy, [log.verifier], [read(log.checkpoint())[0]])
        assert found.faults, path
        shutil.rmtree(copy)


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(st.data())
def test_any_byte_changed_is_found_and_the_file_named(log: BuiltLog, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(files(log)))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    path.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
    try:
        found = checked(log)
    finally:
        path.write_bytes(whole)
    assert found.status == "bad"
    assert found.faults[0].file


@pytest.mark.parametrize(
    "name", ["stray", "runs/stray.jsonl", "tile/0/001", "tile/0/000.p/11", "checkpoints/00000000000000000007", "blob/x"]
)
def test_any_file_added_is_found(log: BuiltLog, name: str) -> None:
    path = log.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(log.checkpoint(7) if name.startswith("checkpoints") else b"\x00" * 32)
    found = checked(log)
    if name == "tile/0/001":
        assert found.status == "verified"  # beyond the head: what an interrupted commit leaves
    else:
        assert found.status == "bad"


def test_an_unused_blob_is_a_note_and_a_used_one_must_be_there(tmp_path: Path) -> None:
    log = BuiltLog(tmp_path / "log")
    digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"  # SHA-256 of "test"
    log.add_run(more=[{"event": "note", "kind": "k", "subject": {"blob": digest, "length": 4}}])
    assert [fault.code for fault in checked(log).faults] == ["blob-missing"]
    (log.folder / "blob").mkdir()
    (log.folder / "blob" / digest).write_bytes(b"test")
    assert checked(log).status == "verified"
    (log.folder / "blob" / digest).write_bytes(b"Test")
    assert [fault.code for fault in checked(log).faults] == ["blob-differs"]


def test_every_old_checkpoint_is_consistent(log: BuiltLog) -> None:
    for size in (0, 3, 8, 12):
        found = checked(log, log.checkpoint(size))
        assert (found.status, found.not_checked) == ("verified", [])
        assert "CONSISTENT" in [note.code for note in found.notes]


def test_a_known_checkpoint_between_borders_is_held_against_the_tree_too(log: BuiltLog) -> None:
    assert "CONSISTENT" in [note.code for note in checked(log, log.checkpoint(7)).notes]


def test_a_log_that_lost_its_end_is_truncated_for_whoever_knows(log: BuiltLog) -> None:
    kept = log.checkpoint()
    for path in [*log.folder.glob("runs/*"), *log.folder.glob("checkpoints/*")]:
        if path.name >= f"{8:020}" and (path.parent.name == "runs" or path.name == f"{12:020}"):
            path.unlink()
    (log.folder / "checkpoint").write_bytes(log.checkpoint(8))
    (log.folder / "tile/0/000.p/12").unlink()
    assert checked(log).status == "verified"  # by itself a log cannot tell: that is why the words are printed
    assert "truncation" in checked(log).not_checked
    assert [fault.code for fault in checked(log, kept).faults] == ["TRUNCATED"]


def test_a_log_written_anew_with_the_same_key_is_rewritten_for_whoever_knows(log: BuiltLog, tmp_path: Path) -> None:
    kept = log.checkpoint(8)
    other = BuiltLog(tmp_path / "other")
    other.key = log.key
    shutil.rmtree(other.folder)
    other.__init__(tmp_path / "other")  # type: ignore[misc]  # begun again, to be signed with the key of the first
    other.key = log.key
    shutil.rmtree(other.folder / "checkpoints")
    (other.folder / "checkpoints").mkdir()
    other.sign()
    for records in (4, 5, 4):
        other.add_run(records)
    assert verify(other.folder, [log.verifier]).status == "verified"
    assert "REWRITTEN" in [fault.code for fault in verify(other.folder, [log.verifier], [read(kept)[0]]).faults]


def test_a_checkpoint_that_lags_behind_is_said_and_verifies(log: BuiltLog) -> None:
    (log.folder / "checkpoint").write_bytes(log.checkpoint(8))
    found = checked(log)
    assert found.status == "verified"
    assert "not-published" in [note.code for note in found.notes]


def test_one_uncommitted_run_is_no_evidence_yet_and_two_are_a_fault(log: BuiltLog) -> None:
    tail = log.folder / "runs" / f"{12:020}-01990000-0000-7000-8000-0000000000ff.jsonl"
    tail.write_bytes(b"anything, torn")
    assert "not-evidence-yet" in [note.code for note in checked(log).notes]
    assert checked(log).status == "verified"
    (log.folder / "runs" / f"{12:020}-01990000-0000-7000-8000-0000000000fe.jsonl").write_bytes(b"")
    assert checked(log).status == "bad"


def _link(path: Path) -> None:
    target = path.with_name("elsewhere")
    path.rename(target.parent.parent.parent / "elsewhere")
    path.symlink_to(target.parent.parent.parent / "elsewhere")


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("become", [_link, _pipe, _folder])
def test_only_regular_files_count(log: BuiltLog, become: Callable[[Path], None]) -> None:
    become(next(iter(sorted(log.folder.glob("runs/*")))))
    assert checked(log).status == "bad"


def test_a_run_twice_packed_and_plain_is_a_fault(log: BuiltLog) -> None:
    path = next(iter(sorted(log.folder.glob("runs/*"))))
    import gzip

    path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
    assert checked(log).status == "bad"


def test_an_erased_record_verifies_only_where_a_later_run_says_so(log: BuiltLog) -> None:
    path = sorted(log.folder.glob("runs/*"))[0]
    lines = path.read_bytes().split(b"\n")
    leaf = log.leaves[1].hex()
    lines[1] = log.line({"event": "record.erased", "leaf": leaf, "v": 1})
    path.write_bytes(b"\n".join(lines))
    assert [fault.code for fault in checked(log).faults] == ["record-erased"]
    log.add_run(more=[{"event": "record.erased", "index": 1, "leaf": leaf, "ground": "request of a data subject"}])
    assert checked(log).status == "verified"


def test_a_file_without_end_costs_bounded_memory(log: BuiltLog) -> None:
    path = sorted(log.folder.glob("runs/*"))[0]
    with open(path, "r+b") as stream:
        stream.truncate(10 << 30)
    found = checked(log)
    assert found.faults[0].file == f"runs/{path.name}"
