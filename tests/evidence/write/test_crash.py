"""Killed, cut off, full, restored, copied: nothing committed is lost, nothing false verifies, the next run heals."""

from __future__ import annotations

import contextlib
import gc
import os
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from dpa_guard.evidence import EvidenceUnavailable
from dpa_guard.evidence.checkpoint import read
from dpa_guard.evidence.note import VerifierKey
from dpa_guard.evidence.read import Summary, summaries
from dpa_guard.evidence.verify import verify
from dpa_guard.evidence.write import LogPlace, Run, begin
from dpa_guard.evidence.write import commit as commit_module
from dpa_guard.evidence.write.effects import Effects
from dpa_guard.evidence.write.growth import Growth
from dpa_guard.evidence.write.head import Head
from written_logs import START, Power, PowerCut, Stepping, clock, finding, full_from, new_log, record_run, verified


def _base(tmp_path: Path, name: str) -> tuple[LogPlace, VerifierKey]:
    """A log with one whole run, in a folder of its own."""
    folder = tmp_path / name
    folder.mkdir()
    place, key = new_log(folder)
    record_run(place)
    return place, key


def _a_run(place: LogPlace, effects: Effects, say: Callable[[str], None]) -> None:
    run = begin(place, START, clock, effects=effects)
    say(f"begun {run.id}")
    for number in range(4):
        run.append("finding", finding(number))
    run.commit(0, {})
    say(f"committed {run.id}")


def _healed(place: LogPlace, key: VerifierKey, said: list[str]) -> dict[str, Summary]:
    """What the log tells after the next run has come by; every promise that was made must be kept."""
    before = verify(place.folder, [key])
    assert before.status == "verified", before.faults
    record_run(place)
    verified(place, key)
    found = {one.run: one for one in summaries(place.folder)}
    for line in said:
        word, run = line.split()
        assert run in found, f"{word}, and lost"
        if word == "committed":
            assert found[run].whole
    for one in found.values():
        assert one.records == 6 or not one.whole or one.records == 5, "no run is half"
    assert not place.sealed.exists()
    assert [path.suffix for path in place.spool.iterdir()] == []
    return found


def _in_a_child(place: LogPlace, kill_at: int) -> tuple[bool, list[str]]:
    """Run in a process that kills itself before the numbered effect; return whether it lived, and what it said."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:

            def say(line: str) -> None:
                os.write(writer, f"{line}\n".encode())

            def at(step: int, _name: str) -> None:
                if step == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

            _a_run(place, Stepping(at), say)
            os._exit(0)
        except BaseException:
            os._exit(1)
    os.close(writer)
    with open(reader, encoding="utf-8") as pipe:
        said = pipe.read().splitlines()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed instead of being killed"
    return not os.WIFSIGNALED(status), said


def test_killed_before_any_effect_the_log_holds_and_heals(tmp_path: Path) -> None:
    aborted = 0
    for kill_at in range(1, 200):
        place, key = _base(tmp_path, str(kill_at))
        lived, said = _in_a_child(place, kill_at)
        found = _healed(place, key, said)
        aborted += sum(not one.whole for one in found.values())
        shutil.rmtree(tmp_path / str(kill_at))
        if lived:
            break
    assert 20 < kill_at < 199, "every effect was tried"
    assert aborted >= 2, "some were killed between begin and commit, and say so"


def test_a_run_killed_in_the_middle_of_a_line_keeps_its_whole_lines(tmp_path: Path) -> None:
    place, key = _base(tmp_path, "torn")
    run = begin(place, START, clock)
    run.append("finding", finding(0))
    run._spool.flush()
    (path,) = place.spool.iterdir()
    run._spool.close()  # what a kill does to the lock
    with path.open("ab") as file:
        file.write(b'{"article":"3.1","cu')
    record_run(place)
    verified(place, key)
    torn = {one.run: one for one in summaries(place.folder)}[run.id]
    assert (torn.whole, torn.records, torn.reason) == (False, 3, "killed")


def test_a_living_run_is_never_adopted(tmp_path: Path) -> None:
    place, key = _base(tmp_path, "living")
    living = begin(place, START, clock)
    for _ in range(3):
        record_run(place)
    living.append("finding", finding(0))
    living.commit(0, {})
    verified(place, key)
    assert {one.run: one for one in summaries(place.folder)}[living.id].whole


def _cut(tmp_path: Path, at: int | None, seed: int) -> tuple[LogPlace, VerifierKey, list[str], bool]:
    """Record a run, cut the power before the numbered effect (None: after the last), and lose what was not durable."""
    place, key = _base(tmp_path, f"{at}-{seed}")
    power = Power(at)
    said: list[str] = []
    alive: list[Run] = []
    cut = False
    try:
        run = begin(place, START, clock, effects=power)
        alive.append(run)
        said.append(f"begun {run.id}")
        for number in range(4):
            run.append("finding", finding(number))
        run.commit(0, {})
        said.append(f"committed {run.id}")
    except PowerCut:
        cut = True
    for run in alive:
        run._spool.close()
    power.lose(random.Random(seed))
    return place, key, said, cut


@pytest.mark.parametrize("seed", range(3))
def test_a_power_cut_before_any_effect_loses_nothing_that_was_promised(tmp_path: Path, seed: int) -> None:
    for at in range(1, 200):
        place, key, said, cut = _cut(tmp_path, at, seed)
        _healed(place, key, said)
        shutil.rmtree(place.folder.parent)
        if not cut:
            break
    assert 20 < at < 199


@pytest.mark.parametrize("seed", range(40))
def test_a_power_cut_after_success_was_reported_loses_nothing(tmp_path: Path, seed: int) -> None:
    place, key, said, _ = _cut(tmp_path, None, seed)
    assert said[-1].startswith("committed")
    _healed(place, key, said)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 30))
def test_power_cuts_with_many_seeds(tmp_path: Path, seed: int) -> None:
    for at in range(1, 200):
        place, key, said, cut = _cut(tmp_path, at, seed)
        _healed(place, key, said)
        shutil.rmtree(place.folder.parent)
        if not cut:
            break


def test_a_power_cut_while_healing_is_healed_too(tmp_path: Path) -> None:
    for at in range(1, 60, 2):
        place, key, said, _ = _cut(tmp_path, 30, at)
        power = Power(at)
        with contextlib.suppress(PowerCut):
            record_run(place, effects=power)
        power.lose(random.Random(at))
        _release(place)
        _healed(place, key, said)


def _release(place: LogPlace) -> None:
    """Close what a run that was cut off in this process still holds open, as the end of the process would."""
    gc.collect()  # what only a traceback still held is closed by its owner
    for entry in Path("/proc/self/fd").iterdir():
        try:
            if os.readlink(entry).startswith(str(place.spool)):
                os.close(int(entry.name))
        except OSError:
            continue


def _refusal(place: LogPlace, full_at: int, said: list[str]) -> tuple[str, str] | None:
    try:
        _a_run(place, full_from(full_at), said.append)
    except EvidenceUnavailable as error:
        return error.message, error.hint
    return None


def test_a_full_disk_at_any_write_gives_no_checkpoint_and_the_next_run_heals(tmp_path: Path) -> None:
    refused = 0
    for number in range(1, 120):
        place, key = _base(tmp_path, str(number))
        said: list[str] = []
        refusal = _refusal(place, number, said)
        if refusal is None:
            break
        refused += 1
        assert "No space left" in refusal[0]
        assert refusal[1]
        assert not any(line.startswith("committed") for line in said)
        _release(place)
        _healed(place, key, said)
        shutil.rmtree(tmp_path / str(number))
    assert refused > 10


def _add_many(run: Run) -> None:
    for number in range(5000):
        run.append("finding", finding(number))


def test_a_full_disk_in_the_middle_of_a_run_is_recorded_from_the_space_kept_free(tmp_path: Path) -> None:
    place, key = _base(tmp_path, "reserve")
    full = {"now": False}

    def at(_step: int, name: str) -> None:
        if name == "append" and full["now"] and place.reserve.exists():
            raise OSError(28, "No space left on device")

    run = begin(place, START, clock, effects=Stepping(at))
    full["now"] = True
    with pytest.raises(EvidenceUnavailable, match="No space left"):
        _add_many(run)
    assert not place.reserve.exists()
    record_run(place)
    verified(place, key)
    aborted = {one.run: one for one in summaries(place.folder)}[run.id]
    assert (aborted.whole, aborted.reason) == (False, "cannot-be-written")


def test_forty_processes_at_once_lose_and_mix_nothing(tmp_path: Path) -> None:
    place, key = _base(tmp_path, "many")
    children = []
    for _ in range(40):
        child = os.fork()
        if child == 0:
            try:
                record_run(place, 10)
                os._exit(0)
            except BaseException:
                os._exit(1)
        children.append(child)
    assert all(os.waitpid(child, 0)[1] == 0 for child in children)
    assert verified(place, key).runs == 41
    assert sorted(one.records for one in summaries(place.folder)) == [5, *[12] * 40]


@pytest.mark.parametrize("restored", ["log", "state", "both, but not the high-water mark"])
def test_a_restored_backup_is_never_signed_over(tmp_path: Path, restored: str) -> None:
    place, key = _base(tmp_path, "restored")
    place = LogPlace.at(place.folder, high_water=tmp_path / "elsewhere")
    shutil.copy(place.state / "high-water", place.high_water)
    shutil.copytree(place.folder, tmp_path / "log-before")
    shutil.copytree(place.state, tmp_path / "state-before")
    shutil.copy(place.high_water, tmp_path / "mark-before")
    record_run(place)
    if restored != "state":
        shutil.rmtree(place.folder)
        shutil.copytree(tmp_path / "log-before", place.folder)
    if restored != "log":
        shutil.rmtree(place.state)
        shutil.copytree(tmp_path / "state-before", place.state)
    if restored == "state":
        shutil.copy(tmp_path / "mark-before", place.high_water)
    with pytest.raises(EvidenceUnavailable, match=r"restored from a backup, copied or replaced") as refused:
        begin(place, START, clock)
    assert "new log" in refused.value.hint
    assert verify(place.folder, [key]).status == "verified", "the old log is whole: it is only not continued"


def test_the_high_water_mark_may_lie_on_another_disk_with_a_link_in_its_place(tmp_path: Path) -> None:
    place, key = _base(tmp_path, "moved")
    elsewhere = tmp_path / "other disk"
    elsewhere.mkdir()
    (place.state / "high-water").rename(elsewhere / "mark")
    (place.state / "high-water").symlink_to(elsewhere / "mark")
    moved = LogPlace.at(place.folder)
    record_run(moved)
    verified(moved, key)
    assert (place.state / "high-water").is_symlink()
    assert (elsewhere / "mark").read_bytes() == place.checkpoint.read_bytes()


def test_a_copy_that_was_continued_elsewhere_is_told_from_the_log(tmp_path: Path) -> None:
    place, key = _base(tmp_path, "cloned")
    shutil.copytree(tmp_path / "cloned", tmp_path / "clone")
    record_run(place)
    clone = LogPlace.at(tmp_path / "clone" / "log")
    record_run(clone)
    known, _ = read(place.checkpoint.read_bytes())
    found = verify(clone.folder, [key], [known])
    assert [fault.code for fault in found.faults] == ["REWRITTEN"]


# -- the writer made wrong on purpose: each must be caught by a trial like the ones above ----------------------------


class _NoFolderSync(Power):
    def sync_folder(self, path: Path) -> None:  # noqa: ARG002  # the shape of what it stands in for
        self._step("sync_folder")


class _NoSync(Power):
    def sync(self, file: int) -> None:  # noqa: ARG002  # as above
        self._step("sync")


def _survives(tmp_path: Path, power: Callable[[], Power], trials: int = 40) -> bool:
    """Does the log keep its promises after success was reported and the power was cut?"""
    for seed in range(trials):
        place, key = _base(tmp_path, f"mutant-{seed}")
        acts = power()
        run = record_run(place, effects=acts)
        acts.lose(random.Random(seed))
        found = verify(place.folder, [key])
        if found.status != "verified" or run.id not in {one.run for one in summaries(place.folder)}:
            return False
        try:
            record_run(place)
        except EvidenceUnavailable:
            return False
        if verify(place.folder, [key]).status != "verified":
            return False
    return True


def test_the_trial_passes_the_writer_as_it_is(tmp_path: Path) -> None:
    assert _survives(tmp_path, Power)


@pytest.mark.parametrize("mutant", [_NoFolderSync, _NoSync])
def test_a_writer_that_does_not_sync_is_caught(tmp_path: Path, mutant: Callable[[], Power]) -> None:
    assert not _survives(tmp_path, mutant)


def test_a_writer_that_signs_before_the_tiles_are_there_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, key = _base(tmp_path, "early")
    monkeypatch.setattr(Growth, "put_in_place", lambda _self: None)
    monkeypatch.setattr(commit_module, "edge_of", lambda folder, head: _unchecked(folder, head))
    record_run(place)
    assert verify(place.folder, [key]).status == "bad"


def _unchecked(folder: Path, head: object) -> object:
    from dpa_guard.evidence.tiles import RightEdge

    assert hasattr(head, "size")
    return RightEdge.resume(head.size, lambda tile: (folder / tile.path).read_bytes()) if head.size <= 5 else None


def test_a_writer_without_high_water_mark_is_caught_by_who_kept_a_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, key = _base(tmp_path, "forgetful")
    shutil.copytree(place.folder, tmp_path / "backup")
    record_run(place)
    known, _ = read(place.checkpoint.read_bytes())
    shutil.rmtree(place.folder)
    shutil.copytree(tmp_path / "backup", place.folder)
    monkeypatch.setattr(Head, "check", lambda _self: None)
    found = verify(place.folder, [key], [known])
    assert [fault.code for fault in found.faults] == ["TRUNCATED"]
    mark = place.checkpoint.read_bytes()
    place.high_water.write_bytes(mark)
    record_run(place)
    found = verify(place.folder, [key], [known])
    assert [fault.code for fault in found.faults] == ["REWRITTEN"]
