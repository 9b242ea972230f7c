"""A region that an earlier recorded scan saw on and that is off now is a gap, until it is excluded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from dpa_guard.evidence.write import LogPlace, begin
from dpa_guard.model import Coverage, Gap
from dpa_guard.switched_off import switched_off
from written_logs import START, new_log

OFF = {"*": "region-disabled"}
ON = {"s3": "looked", "sqs": "denied"}


@pytest.fixture
def place(tmp_path: Path) -> LogPlace:
    made, _ = new_log(tmp_path)
    return made


def scanned(place: LogPlace, *gaps: str, kind: str = "scan", **regions: dict[str, str]) -> None:
    """Record a run that found the regions of account 1 like this; ``gaps`` are regions known to be switched off."""
    run = begin(place, replace(START, kind=kind), lambda: datetime.now(UTC))
    for region, services in regions.items():
        fields = {"scope": "prod", "account": "1", "region": region, "services": services, "source": "x"}
        run.append("coverage", fields)
    for region in gaps:
        params = {"account": "1", "region": region}
        run.append("gap", {"scope": "prod", "reason": {"code": "region-switched-off", "params": params}})
    run.commit(0, {})


def now(place: LogPlace, **regions: dict[str, str]) -> list[str]:
    rows = [Coverage("prod", "1", region, services, "x") for region, services in regions.items()]  # type: ignore[arg-type]  # statuses
    found = switched_off(place.folder, rows)
    assert all(gap == Gap("prod", "region-switched-off", {"account": "1", **gap.detail}) for gap in found)
    return [gap.detail["region"] for gap in found]


def test_what_was_on_and_is_off_now_is_a_gap(place: LogPlace) -> None:
    scanned(place, a=ON, b=OFF)
    assert now(place, a=OFF, b=OFF) == ["a"]
    assert now(place, a=ON, b=ON) == []


def test_a_bucket_that_is_still_listed_there_does_not_switch_it_on(place: LogPlace) -> None:
    scanned(place, a=ON, b={**OFF, "s3": "denied"})
    assert now(place, a={**OFF, "s3": "looked"}, b=OFF) == ["a"]


def test_it_stays_a_gap_in_every_run_after_that(place: LogPlace) -> None:
    scanned(place, a=ON)
    scanned(place, "a", a=OFF)
    assert now(place, a=OFF) == ["a"]


def test_a_run_that_did_not_look_there_says_nothing_and_the_one_before_counts(place: LogPlace) -> None:
    scanned(place, a=ON)
    scanned(place, b=ON)
    assert now(place, a=OFF) == ["a"]


def test_a_region_that_was_never_on_is_off_and_that_is_all(place: LogPlace) -> None:
    assert now(place, a=OFF) == []
    scanned(place, a=OFF)
    scanned(place, kind="plan", a=ON)
    assert now(place, a=OFF, c=OFF) == []


def test_a_log_that_cannot_be_read_proves_nothing_so_all_that_is_off_is_a_gap(place: LogPlace) -> None:
    scanned(place, a=OFF)
    (file,) = (place.folder / "runs").glob("*.jsonl")
    file.write_bytes(b"not a record\n")
    assert now(place, a=OFF) == ["a"]
