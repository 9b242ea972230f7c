"""A run in a log: what is durable when, what is refused, and what a verifier makes of it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dpa_guard.evidence import EvidenceError, EvidenceUnavailable, canonical, keys
from dpa_guard.evidence.read import line_at, summaries
from dpa_guard.evidence.verify import verify
from dpa_guard.evidence.write import LogPlace, begin
from dpa_guard.evidence.write.create import create
from written_logs import ORIGIN, START, clock, finding, new_log, record_run, verified


def _events(place: LogPlace) -> Iterator[dict[str, Any]]:
    size = verify(place.folder).size
    for index in range(size):
        yield line_at(place.folder, index).record()


def test_a_new_log_is_empty_and_verifies(tmp_path: Path) -> None:
    place, key = new_log(tmp_path)
    found = verified(place, key)
    assert (found.size, found.runs) == (0, 0)
    assert [note.code for note in found.notes] == ["empty"]


def test_a_run_is_in_the_log_with_all_it_said(tmp_path: Path) -> None:
    place, key = new_log(tmp_path)
    run = record_run(place, findings=4)
    assert verified(place, key).size == 6
    events = list(_events(place))
    assert [event["event"] for event in events] == ["run.start", *["finding"] * 4, "run.end"]
    assert [event["seq"] for event in events] == list(range(6))
    assert {event["run"] for event in events} == {run.id}
    assert events[-1]["counts"] == {"run.start": 1, "finding": 4, "run.end": 1}
    assert events[-1]["records"] == 6


def test_the_first_record_is_durable_before_begin_returns(tmp_path: Path) -> None:
    place, _ = new_log(tmp_path)
    run = begin(place, START, clock)
    (spool,) = place.spool.iterdir()
    assert spool.suffix == ".open"
    (line,) = spool.read_bytes().splitlines()
    assert json.loads(line)["event"] == "run.start"
    run.abort("interrupted")


def test_a_run_sees_the_tree_of_the_run_before(tmp_path: Path) -> None:
    place, key = new_log(tmp_path)
    for _ in range(3):
        record_run(place)
    assert verified(place, key).runs == 3
    starts = [event["tree"]["size"] for event in _events(place) if event["event"] == "run.start"]
    assert starts == [0, 5, 10]


@pytest.mark.parametrize("findings", [253, 254, 255, 256, 509, 510, 511])
def test_runs_that_end_around_a_full_tile_verify(tmp_path: Path, findings: int) -> None:
    place, key = new_log(tmp_path)
    record_run(place, findings)
    record_run(place)
    assert verified(place, key).size == findings + 2 + 5


def test_a_long_run_is_compressed_and_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    place, key = new_log(tmp_path)
    record_run(place, 1000)
    (path,) = (place.folder / "runs").iterdir()
    assert path.name.endswith(".jsonl.gz")
    assert path.read_bytes()[4:8] == bytes(4), "no time in the header"
    assert verified(place, key).size == 1002


def test_two_runs_at_once_are_both_whole(tmp_path: Path) -> None:
    place, key = new_log(tmp_path)
    first, second = begin(place, START, clock), begin(place, START, clock)
    for number in range(3):
        first.append("finding", finding(number))
        second.append("finding", finding(number))
    second.commit(0, {})
    first.commit(1, {})
    assert verified(place, key).runs == 2
    assert [one.run for one in summaries(place.folder)] == [second.id, first.id]


def test_an_aborted_run_is_kept_and_says_why(tmp_path: Path) -> None:
    place, key = new_log(tmp_path)
    run = begin(place, START, clock)
    run.append("finding", finding(0))
    run.abort("interrupted")
    run.abort("twice")
    assert verified(place, key).size == 3
    last = list(_events(place))[-1]
    assert (last["event"], last["reason"], last["records"], last["torn_bytes"]) == ("run.aborted", "interrupted", 3, 0)


def test_nothing_can_be_added_to_a_run_that_has_ended(tmp_path: Path) -> None:
    place, _ = new_log(tmp_path)
    run = record_run(place)
    with pytest.raises(EvidenceUnavailable, match="has ended"):
        run.append("finding", finding(0))


def test_the_log_belongs_to_the_agreement_of_its_first_run(tmp_path: Path) -> None:
    place, _ = new_log(tmp_path)
    other = replace(START, agreement={"id": "B-2", "sha256": "0" * 64})
    living = begin(place, START, clock)
    with pytest.raises(EvidenceError, match="belongs to agreement 'A-1'") as refused:
        begin(place, other, clock)
    assert not isinstance(refused.value, EvidenceUnavailable), "a mistake of the user, not a failure to record"
    living.commit(0, {})
    with pytest.raises(EvidenceError, match="belongs to agreement 'A-1'"):
        begin(place, other, clock)


@pytest.mark.parametrize(
    ("event", "change"),
    [
        ("finding", {"password": "hunter2-secret"}),
        ("finding", {"resource": {**finding(0)["resource"], "values": "hunter2-secret"}}),
        ("finding", {"verdict": None}),
        ("finding", {"locations": [{"role": "hunter2-secret"}]}),
        ("plan.values", {}),
        ("note", {"kind": "k", "subject": "s", "params": {"a": 1.5}}),
    ],
)
def test_a_field_that_is_not_allowed_refuses_the_record_and_is_named_without_its_value(
    tmp_path: Path, event: str, change: dict[str, Any]
) -> None:
    place, key = new_log(tmp_path)
    run = begin(place, START, clock)
    with pytest.raises(EvidenceError) as refused:
        run.append(event, {**finding(0), **change} if event == "finding" else change)
    assert refused.value.code in {"record-field", "record-event"}
    assert "hunter2" not in refused.value.message
    run.append("finding", finding(1))
    run.commit(0, {})
    assert verified(place, key).size == 3, "a refused record leaves no hole in the numbering"


def test_a_line_that_would_be_too_long_keeps_its_longest_value_beside_the_log(tmp_path: Path) -> None:
    place, key = new_log(tmp_path)
    run = begin(place, START, clock)
    run.append("note", {"kind": "long", "subject": "é" * 50_000, "params": {"short": "x"}})
    run.append("finding", {**finding(0), "locations": finding(0)["locations"] * 2000})
    run.commit(0, {})
    assert verified(place, key).notes == []
    note = line_at(place.folder, 1).record()
    assert note["subject"]["length"] == 100_000
    assert (place.folder / "blob" / note["subject"]["blob"]).read_text(encoding="utf-8") == "é" * 50_000
    (place.folder / "blob" / note["subject"]["blob"]).write_text("other", encoding="utf-8")
    assert verify(place.folder, [key]).status == "bad"


def test_every_line_is_what_the_slow_writer_writes(tmp_path: Path) -> None:
    place, key = new_log(tmp_path)
    run = begin(place, START, clock)
    run.append("note", {"kind": "k", "subject": '\u2028 😀 \x7f \\ "', "params": {"é": "a", "\ue000": "b", "😀": "c"}})
    run.commit(0, {})
    verified(place, key)
    for index in range(3):
        line = line_at(place.folder, index)
        assert canonical.encode(line.record()) == line.data


def test_a_clock_that_goes_back_is_noted_and_spoils_nothing(tmp_path: Path) -> None:
    place, key = new_log(tmp_path)
    record_run(place)
    past = datetime.now(UTC) - timedelta(days=3)
    begin(place, START, lambda: past).commit(0, {})
    assert "clock-back" in [note.code for note in verified(place, key).notes]


def test_the_private_state_is_its_owners_alone(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        place, _ = new_log(tmp_path)
        run = begin(place, START, clock)
        run.append("finding", finding(0, 'aws_s3_bucket.b["jan@example.nl"]'))
        run.append("finding", finding(0))
    finally:
        os.umask(previous)
    assert stat.S_IMODE(place.state.stat().st_mode) == 0o700
    for path in [*place.state.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    run.abort("end")
    assert stat.S_IMODE(place.checkpoint.stat().st_mode) == 0o644
    place.state.chmod(0o750)
    with pytest.raises(EvidenceUnavailable, match="0700"):
        begin(place, START, clock)


def test_a_log_is_not_made_where_there_is_one_or_something_else(tmp_path: Path) -> None:
    place, _ = new_log(tmp_path)
    with pytest.raises(EvidenceError, match="found one"):
        create(place, ORIGIN)
    other = LogPlace.at(tmp_path / "other")
    other.folder.mkdir()
    (other.folder / "holiday.jpg").touch()
    with pytest.raises(EvidenceError, match="holiday"):
        create(other, ORIGIN)
    with pytest.raises(EvidenceError, match="domain"):
        create(LogPlace.at(tmp_path / "third"), "no origin")


def test_a_key_may_come_from_a_secret_store_and_is_then_in_no_file(tmp_path: Path) -> None:
    place = LogPlace.at(tmp_path / "log")
    pem = keys.generate(ORIGIN).pem().decode()
    key = create(place, ORIGIN, pem)
    begin(place, START, clock, key=pem).commit(0, {})
    verified(place, key)
    assert not place.key.exists()
    inner = pem.splitlines()[1].encode()
    for path in [path for path in tmp_path.rglob("*") if path.is_file()]:
        assert inner not in path.read_bytes()
    with pytest.raises(EvidenceUnavailable, match="key"):
        begin(place, START, clock)
    with pytest.raises(EvidenceUnavailable):
        begin(place, START, clock, key=keys.generate(ORIGIN).pem().decode())


def test_a_log_whose_empty_folders_were_lost_in_a_move_goes_on(tmp_path: Path) -> None:
    place, key = new_log(tmp_path)
    for folder in [path for path in place.folder.iterdir() if path.is_dir() and not any(path.iterdir())]:
        folder.rmdir()
    run = begin(place, START, clock)
    run.append("note", {"kind": "long", "subject": "x" * 70_000, "params": {}})
    run.commit(0, {})
    record_run(place)
    verified(place, key)


@pytest.mark.parametrize("missing", ["folder", "state", "checkpoint", "high-water", "tile"])
def test_what_is_missing_is_named_with_a_cure(tmp_path: Path, missing: str) -> None:
    place, _ = new_log(tmp_path)
    record_run(place)
    gone = {
        "folder": place.folder,
        "state": place.state,
        "checkpoint": place.checkpoint,
        "high-water": place.high_water,
        "tile": place.folder / "tile/0/000.p/5",
    }[missing]
    gone.rename(tmp_path / "gone")
    with pytest.raises(EvidenceUnavailable) as refused:
        begin(place, START, clock)
    assert refused.value.hint
    assert "\n" not in refused.value.message
