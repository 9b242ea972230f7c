"""Nights without a run: the next run records and shows them, keeps its own verdict, and ``evidence gaps`` fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from dpa_guard.agreement import EvidenceTerms
from dpa_guard.evidence.read import Log
from dpa_guard.evidence.write import begin
from dpa_guard.missed import missed_note
from estate import agreement, plan, run
from written_logs import START, new_log

TERMS = EvidenceTerms(run_every="P1D", max_gap="PT36H")
Earlier = Callable[..., None]


@pytest.fixture
def earlier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Earlier:
    """Record a run in ``log`` that began so long ago."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DPA_GUARD_SIGNING_KEY", raising=False)
    place, _ = new_log(tmp_path)
    agreement(tmp_path)
    plan(tmp_path, "eu-west-1")

    def once(ago: timedelta, kind: str = "plan", *, whole: bool = True) -> None:
        recorded = begin(place, replace(START, kind=kind), lambda: datetime.now(UTC) - ago)
        if whole:
            recorded.commit(0, {})
        else:
            recorded.abort("interrupted")

    return once


def _notes() -> list[dict[str, str]]:
    """The params of the notes in the log that a run was missed, the oldest first."""
    records = [line.record() for line in Log(Path("log")).all_lines()]
    return [one["params"] for one in records if one["event"] == "note" and one["kind"] == "run-missed"]


def test_nights_without_a_run_are_recorded_by_the_next_which_keeps_its_verdict(earlier: Earlier) -> None:
    earlier(timedelta(days=4, hours=1))
    ran = run("plan", "tfplan.json", "--evidence", "log")
    assert ran.exit_code == 0, ran.output
    assert "No whole run was recorded from" in " ".join(ran.output.split())
    (told,) = _notes()
    assert (told["missed"], told["hours"]) == ("3", "36")
    assert run("evidence", "gaps", "log", "--agreement", "agreement.toml").exit_code == 1


def test_it_is_said_once_and_in_dutch_too(earlier: Earlier) -> None:
    earlier(timedelta(days=3))
    first = run("plan", "tfplan.json", "--evidence", "log", "--lang", "nl")
    assert "is geen volledige run vastgelegd: 2 gemist" in " ".join(first.output.split())
    again = run("plan", "tfplan.json", "--evidence", "log", "--format", "json")
    assert [one["kind"] for one in json.loads(again.stdout)["notes"] if one["kind"] == "run-missed"] == []
    assert len(_notes()) == 1


@pytest.mark.parametrize("ago", [timedelta(hours=35), timedelta(minutes=1)])
def test_within_what_was_agreed_nothing_is_said(ago: timedelta, earlier: Earlier) -> None:
    earlier(ago)
    assert run("plan", "tfplan.json", "--evidence", "log").exit_code == 0
    assert _notes() == []


@pytest.mark.usefixtures("earlier")
def test_the_first_run_of_a_log_missed_none() -> None:
    assert run("plan", "tfplan.json", "--evidence", "log").exit_code == 0
    assert _notes() == []


def test_a_run_that_was_aborted_counts_as_none(earlier: Earlier) -> None:
    earlier(timedelta(days=2, hours=1))
    earlier(timedelta(hours=3), whole=False)
    run("plan", "tfplan.json", "--evidence", "log")
    assert [one["missed"] for one in _notes()] == ["1"]


def test_for_a_scan_only_scans_count_and_a_plan_is_held_against_whatever_came_last(
    earlier: Earlier, tmp_path: Path
) -> None:
    earlier(timedelta(days=3), "scan")
    earlier(timedelta(hours=1), "plan")
    now = datetime.now(UTC)
    scan = missed_note(tmp_path / "log", "scan", TERMS, now)
    assert scan is not None
    assert scan.params["missed"] == "2"
    assert missed_note(tmp_path / "log", "plan", TERMS, now) is None
    assert missed_note(tmp_path / "log", "scan", EvidenceTerms(), now) is None, "nothing was agreed"


def test_a_log_whose_past_is_damaged_is_said_and_tonight_is_judged(earlier: Earlier, tmp_path: Path) -> None:
    earlier(timedelta(days=3))
    (past,) = (tmp_path / "log/runs").iterdir()
    past.write_bytes(b"damaged\n")
    note = missed_note(tmp_path / "log", "plan", TERMS, datetime.now(UTC))
    assert note is not None
    assert note.kind == "runs-unread"
