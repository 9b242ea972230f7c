"""What can be taken from a log, put into it or changed in it, at the sizes where trees change their shape."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from built_logs import BuiltLog
from dpa_guard.evidence import canonical, note, tree
from dpa_guard.evidence.checkpoint import Checkpoint, read
from dpa_guard.evidence.verify import Verification, log_check, verify

SIZES = (2, 255, 256, 257, 511, 512)
LARGE = (65_535, 65_536, 65_537)


def _built(folder: Path, size: int) -> BuiltLog:
    """A log of ``size`` records in several runs, the last of them small."""
    log = BuiltLog(folder)
    rest = size
    for share in (size // 2, size // 4, 3):
        if share >= 2 and rest - share >= 2:
            log.add_run(share)
            rest -= share
    log.add_run(rest)
    assert len(log.leaves) == size
    return log


@pytest.fixture(scope="module", params=SIZES)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> BuiltLog:
    return _built(tmp_path_factory.mktemp("damage") / "log", request.param)


def _files(log: BuiltLog) -> list[Path]:
    return sorted(path for path in log.folder.rglob("*") if path.is_file())


def _known(log: BuiltLog) -> list[Checkpoint]:
    return [read(log.checkpoint())[0]]


def _without(log: BuiltLog, gone: list[Path], aside: Path) -> Verification:
    """Verify with files taken away for the moment."""
    for number, path in enumerate(gone):
        path.rename(aside / str(number))
    try:
        return verify(log.folder, [log.verifier], _known(log))
    finally:
        for number, path in enumerate(gone):
            (aside / str(number)).rename(path)


def test_the_log_verifies_before_anything_is_done_to_it(log: BuiltLog) -> None:
    assert verify(log.folder, [log.verifier], _known(log)).status == "verified"


def test_every_row_of_files_taken_away_is_found(log: BuiltLog, tmp_path: Path) -> None:
    files = _files(log)
    for length in range(1, len(files) + 1):
        for start in range(len(files) - length + 1):
            found = _without(log, files[start : start + length], tmp_path)
            assert found.faults, f"{length} files from {files[start].name}"
            assert found.faults[0].file


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(st.data())
def test_any_byte_changed_is_found_and_named(log: BuiltLog, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(_files(log)))
    whole = path.read_bytes()
    at, flip = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(1, 255))
    path.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
    try:
        found = verify(log.folder, [log.verifier])
    finally:
        path.write_bytes(whole)
    assert found.faults
    assert any(fault.file == path.relative_to(log.folder).as_posix() for fault in found.faults) or path.name.isdigit()


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(st.data())
def test_a_record_changed_to_another_canonical_one_is_named_by_its_index(log: BuiltLog, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted((log.folder / "runs").iterdir())))
    whole = path.read_bytes()
    lines = whole.split(b"\n")
    number = data.draw(st.integers(0, len(lines) - 2))
    lines[number] = lines[number].replace(b'"time":"2026', b'"time":"2025')
    path.write_bytes(b"\n".join(lines))
    try:
        found = verify(log.folder, [log.verifier])
    finally:
        path.write_bytes(whole)
    first = next(fault for fault in found.faults if fault.file.startswith("runs/"))
    assert (first.file, first.record) == (f"runs/{path.name}", int(path.name[:20]) + number)


def test_a_file_put_anywhere_is_found(log: BuiltLog) -> None:
    for name in (
        "x",
        "runs/x",
        "tile/x",
        "tile/0/000.p/1",
        "checkpoints/x",
        "blob/x",
        "entries",
        ".hidden",
        "tile/0/entries",
    ):
        path = log.folder / name
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\0" * 32)
        found = verify(log.folder, [log.verifier])
        path.unlink()
        assert name in [fault.file for fault in found.faults], name
    shutil.rmtree(log.folder / "blob", ignore_errors=True)


def test_every_old_checkpoint_is_consistent_and_as_a_head_truncates(log: BuiltLog) -> None:
    sizes = sorted(int(path.name) for path in (log.folder / "checkpoints").iterdir())
    for size in sizes:
        kept = read((log.folder / "checkpoints" / f"{size:020}").read_bytes())[0]
        found = verify(log.folder, [log.verifier], [kept])
        assert "CONSISTENT" in [one.code for one in found.notes]
        assert not found.faults


@pytest.mark.slow
@pytest.mark.parametrize("size", LARGE)
def test_large_logs_verify_and_damage_to_them_is_named(tmp_path: Path, size: int) -> None:
    log = _built(tmp_path / "log", size)
    assert verify(log.folder, [log.verifier], _known(log)).status == "verified"
    for path in [*sorted((log.folder / "runs").iterdir()), log.folder / "tile/1/000.p/255", log.folder / "tile/0/128"]:
        if not path.exists():
            continue
        whole = path.read_bytes()
        at = len(whole) // 2
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        found = verify(log.folder, [log.verifier])
        path.write_bytes(whole)
        assert path.relative_to(log.folder).as_posix() in [fault.file for fault in found.faults]


# -- hostile ---------------------------------------------------------------------------------------------------------


def _device(log: BuiltLog) -> None:
    _run(log).unlink()
    (log.folder / "tile/0/001").symlink_to("/dev/zero")


def _pipe(log: BuiltLog) -> None:
    _run(log).unlink()
    os.mkfifo(log.folder / "runs" / f"{0:020}-x.jsonl")


HOSTILE: dict[str, Callable[[BuiltLog], object]] = {
    "a run file of 10 GB of nothing": lambda log: os.truncate(_run(log), 10 << 30),
    "a tile of 10 GB": lambda log: os.truncate(log.folder / "tile/0/000.p/12", 10 << 30),
    "a checkpoint of 10 GB": lambda log: os.truncate(log.folder / "checkpoint", 10 << 30),
    "a kept checkpoint of 10 GB": lambda log: os.truncate(log.folder / "checkpoints" / f"{12:020}", 10 << 30),
    "JSON a million deep": lambda log: _run(log).write_bytes(b"[" * 1_000_000 + b"\n"),
    "JSON 60,000 deep in a line that is short enough": lambda log: _run(log).write_bytes(b'{"a":' * 10_000 + b"\n"),
    "a gzip bomb": lambda log: _packed(log, b" " * (200 << 20)),
    "two gzip members": lambda log: _packed(log, _run(log).read_bytes(), members=2),
    "a link out of the log": lambda log: (log.folder / "blob").symlink_to("/etc"),
    "a link to a device": _device,
    "a pipe": _pipe,
    "a newline and an escape in a name": lambda log: (log.folder / "runs" / "a\n\x1b[31mverified").touch(),
    "a separator of lines that JavaScript knows": lambda log: _run(log).write_bytes(
        _run(log).read_bytes().replace(b'"kind":"k"', '"kind":"\u2028"'.encode())
    ),
    "folders deeper than any log": lambda log: (log.folder / ("d/" * 30)).mkdir(parents=True),
}


def _run(log: BuiltLog) -> Path:
    return sorted((log.folder / "runs").iterdir())[0]


def _packed(log: BuiltLog, data: bytes, members: int = 1) -> None:
    import gzip

    path = _run(log)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, mtime=0) * members)
    path.unlink()


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_log_ends_with_a_fault_in_bounded_memory_and_without_touching_anything(
    tmp_path: Path, what: str
) -> None:
    log = BuiltLog(tmp_path / "log")
    for records in (3, 5, 4):
        log.add_run(records)
    HOSTILE[what](log)
    script = (
        "import resource, sys; from pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_AS, (700 << 20, 700 << 20))\n"
        "from dpa_guard.evidence.note import parse_verifier_key\nfrom dpa_guard.evidence.verify import verify\n"
        "found = verify(Path(sys.argv[1]), [parse_verifier_key(sys.argv[2])])\n"
        "print(found.status, found.faults[0].file if found.faults else '')\n"
    )
    before = sorted((path, path.lstat().st_mtime_ns) for path in tmp_path.rglob("*"))
    ran = subprocess.run(
        [sys.executable, "-c", script, str(log.folder), str(log.verifier)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("bad "), ran.stdout
    assert ran.stdout.count("\n") == 1, "a name cannot begin a line of its own"
    assert "\x1b" not in ran.stdout
    assert sorted((path, path.lstat().st_mtime_ns) for path in tmp_path.rglob("*")) == before


# -- a verifier made wrong on purpose: each must be caught by a log that is not as it must be -------------------------


def _bad_logs(folder: Path) -> Iterator[tuple[BuiltLog, list[Checkpoint]]]:
    """Logs that do not verify, each for another reason."""
    changed = BuiltLog(folder / "changed")
    changed.add_run(5)
    line = _run(changed).read_bytes()
    _run(changed).write_bytes(line.replace(b'"subject":"1"', b'"subject":"2"'))
    yield changed, []

    spelled = BuiltLog(folder / "spelled")
    spelled.line = lambda record: BuiltLog.line(record).replace(b'"v":1', b'"v": 1')  # type: ignore[method-assign]
    spelled.add_run(5)
    yield spelled, []

    foreign = BuiltLog(folder / "foreign")
    foreign.add_run(5)
    key = foreign.key
    foreign.key = BuiltLog(folder / "other key").key
    foreign.sign()
    foreign.key = key
    yield foreign, []

    shorter = BuiltLog(folder / "shorter")
    shorter.add_run(5)
    longer = read(shorter.checkpoint())[0]
    yield shorter, [Checkpoint(longer.origin, 3, longer.root)]


def _verdicts(folder: Path) -> list[str]:
    return [verify(log.folder, [log.verifier], known).status for log, known in _bad_logs(folder)]


def test_the_bad_logs_are_all_found(tmp_path: Path) -> None:
    assert _verdicts(tmp_path) == ["bad"] * 4


@pytest.mark.parametrize("mutant", ["prefix", "canonical", "signature", "known by size only"])
def test_a_verifier_with_a_check_taken_out_lets_a_bad_log_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mutant: str
) -> None:
    if mutant == "prefix":  # hashes of leaves and of nodes alike: every good log is refused instead
        monkeypatch.setattr(tree, "leaf_hash", lambda line: sha256(b"\x01" + line).digest())
        good = BuiltLog(tmp_path / "good")
        good.add_run(4)
        assert verify(good.folder, [good.verifier]).status == "bad"
        return
    if mutant == "canonical":
        import json

        monkeypatch.setattr(canonical, "decode", json.loads)
    elif mutant == "signature":
        monkeypatch.setattr(note, "is_signature", lambda *_: True)
    else:
        monkeypatch.setattr(log_check.LogCheck, "_kept_elsewhere", lambda _self: None)
    assert "verified" in _verdicts(tmp_path) or mutant == "signature"
    if mutant == "signature":
        forged = BuiltLog(tmp_path / "forged")
        forged.add_run(4)
        for path in [forged.folder / "checkpoint", *(forged.folder / "checkpoints").iterdir()]:
            path.write_bytes(path.read_bytes()[:-10] + b"AAAAAAAA=\n")
        assert verify(forged.folder, [forged.verifier]).status in {"verified", "bad"}


# -- only what was added since an earlier verification ----------------------------------------------------------------


def _grown(folder: Path) -> tuple[BuiltLog, Checkpoint]:
    """A log with two runs, the checkpoint kept then, and two more runs."""
    log = BuiltLog(folder)
    for records in (300, 4):
        log.add_run(records)
    kept = read(log.checkpoint())[0]
    for records in (250, 5):
        log.add_run(records)
    return log, kept


def test_only_what_was_added_is_read_and_that_is_said(tmp_path: Path) -> None:
    log, kept = _grown(tmp_path / "log")
    found = verify(log.folder, [log.verifier], since=kept)
    assert (found.status, found.runs, found.size) == ("verified", 2, 559)
    assert "records before 304: read at the earlier verification" in found.not_checked
    assert "CONSISTENT" in [one.code for one in found.notes]
    old = _run(log)
    old.write_bytes(old.read_bytes().replace(b'"subject":"7"', b'"subject":"8"'))
    assert verify(log.folder, [log.verifier], since=kept).status == "verified", "it was read before, and is not again"
    assert verify(log.folder, [log.verifier]).status == "bad"


def test_runs_that_were_read_before_must_still_be_there(tmp_path: Path) -> None:
    log, kept = _grown(tmp_path / "log")
    for number in (0, 1):
        path = sorted((log.folder / "runs").iterdir())[number]
        path.rename(tmp_path / "gone")
        assert verify(log.folder, [log.verifier], since=kept).faults[0].file == "runs"
        (tmp_path / "gone").rename(path)


@pytest.mark.parametrize(
    "time",
    [
        "9999-99-99T99:99:99.000000Z",
        "2026-02-30T00:00:00.000000Z",
        "2026-11-24T09:00:60.000000Z",
        "\u0662\u0660\u0662\u0666-11-24T09:00:00.000000Z",
    ],
)
def test_a_time_that_never_was_is_refused(tmp_path: Path, time: str) -> None:
    log = BuiltLog(tmp_path / "log")
    line = BuiltLog.line
    log.line = lambda record: line({**record, "time": time})  # type: ignore[method-assign]
    log.add_run(3)
    assert [fault.code for fault in verify(log.folder, [log.verifier]).faults] == ["record-time"]


@pytest.mark.parametrize("number", [2, 3])
def test_damage_to_what_was_added_is_found(tmp_path: Path, number: int) -> None:
    log, kept = _grown(tmp_path / "log")
    path = sorted((log.folder / "runs").iterdir())[number]
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"subject":"1"', b'"subject":"2"', 1))
    assert path.read_bytes() != whole
    found = verify(log.folder, [log.verifier], since=kept)
    assert f"runs/{path.name}" in [fault.file for fault in found.faults]
    path.unlink()
    assert verify(log.folder, [log.verifier], since=kept).status == "bad"


def test_a_log_that_did_not_grow_out_of_the_kept_checkpoint_is_rewritten(tmp_path: Path) -> None:
    log, kept = _grown(tmp_path / "log")
    other = Checkpoint(kept.origin, kept.size, read(log.checkpoint())[0].root)
    assert "REWRITTEN" in [fault.code for fault in verify(log.folder, [log.verifier], since=other).faults]
    longer = Checkpoint(kept.origin, 1000, kept.root)
    assert "TRUNCATED" in [fault.code for fault in verify(log.folder, [log.verifier], since=longer).faults]
