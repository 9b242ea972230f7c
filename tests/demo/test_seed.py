"""The estate in the stand-in, as the real provider sees it over HTTP: every planted deviation is there to be found."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path

import pytest

from dpa_guard.cli.demo_surroundings import nobodys, surrounded
from dpa_guard.demo.company import ROLE, accounts
from dpa_guard.demo.seed import seed
from dpa_guard.demo.server import serving
from dpa_guard.errors import DpaGuardError
from dpa_guard.hookspecs import Context, Scope
from dpa_guard.model import Coverage, Gap, Note, Observation, Resource
from dpa_guard_aws import AwsProvider
from listening import Listening

MANAGEMENT, PRODUCTION, ANALYSIS, PILOT = (one.id for one in accounts())
LOOKED_AT = ("s3", "dynamodb", "kms", "cloudtrail", "glue", "s3control", "timestream-write", "sdb", "mwaa")
"""Services with something planted, and those whose requests go by another name than the stand-in's."""


def _some_calls(folder: Path) -> str:
    """Write a table of calls with the rows of a few services: all of them take half a minute."""
    text = files("dpa_guard_aws").joinpath("data", "calls.csv").read_text(encoding="utf-8")
    table = csv.DictReader(text.splitlines())
    with (folder / "calls.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table.fieldnames or ())
        writer.writeheader()
        writer.writerows(row for row in table if row["service"] in LOOKED_AT)
    return str(folder / "calls.csv")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Observation]]:
    calls = _some_calls(tmp_path_factory.mktemp("calls"))
    with serving(nobodys(os.environ)) as address, surrounded(address), ThreadPoolExecutor(8) as executor:
        seed(address)
        context = Context(clock=partial(datetime.now, UTC), executor=executor)
        yield list(
            AwsProvider(table=calls).collect(Scope("kievit", "aws", {"organization": True, "role": ROLE}), context)
        )


def places(seen: list[Observation], kind: str) -> dict[str, set[tuple[str, str | None]]]:
    """Name → (role, code) of each place, of the resources of a kind."""
    return {
        f"{one.account} {one.id.rpartition(':')[2]}": {(place.role, place.code) for place in one.locations}
        for one in seen
        if isinstance(one, Resource) and one.kind == kind
    }


def test_the_buckets_lie_and_are_copied_where_the_table_says(seen: list[Observation]) -> None:
    assert places(seen, "aws_s3_bucket") == {
        f"{MANAGEMENT} kievit-audit-logs": {("primary", "us-east-1")},
        f"{PRODUCTION} kievit-exchange": {("primary", "eu-west-1"), ("replica", None)},
        f"{PRODUCTION} kievit-pilot": {("primary", "eu-central-2")},
        f"{PRODUCTION} kievit-rosters": {("primary", "eu-central-1"), ("replica", "us-east-1")},
        f"{PRODUCTION} kievit-rosters-copy": {("primary", "us-east-1")},
        f"{PRODUCTION} kievit-support-calls": {("primary", "eu-west-2")},
        f"{ANALYSIS} kievit-reports": {("primary", "eu-west-1")},
    }


@pytest.mark.parametrize("kind", ["aws_dynamodb_table", "aws_kms_key"])
def test_the_table_and_the_key_have_a_replica_outside(seen: list[Observation], kind: str) -> None:
    copies = [one for one in seen if isinstance(one, Resource) and one.kind == kind]
    assert sorted(one.id.split(":")[3] for one in copies) == ["eu-central-1", "us-east-1"]
    for one in copies:
        assert one.account == PRODUCTION
        assert {place.code for place in one.locations} == {"eu-central-1", "us-east-1"}


def test_the_trail_writes_to_the_bucket_outside(seen: list[Observation]) -> None:
    assert places(seen, "aws_cloudtrail") == {
        f"{MANAGEMENT} trail/kievit-trail": {("primary", "eu-central-1"), ("logs", "us-east-1")}
    }


def test_nothing_is_open_but_what_was_planted(seen: list[Observation]) -> None:
    gaps = {(one.reason_code, one.detail.get("account", "")) for one in seen if isinstance(one, Gap)}
    assert gaps == {
        ("aws-endpoint-elsewhere", ""),
        ("aws-account-not-active", PILOT),
        ("aws-denied", ANALYSIS),
    }


def test_the_countries_of_the_regions_could_be_read(seen: list[Observation]) -> None:
    assert [one for one in seen if isinstance(one, Note) and one.kind == "aws-countries-not-read"] == []


def test_regions_that_are_off_are_counted(seen: list[Observation]) -> None:
    off = {
        (one.account, one.region)
        for one in seen
        if isinstance(one, Coverage) and one.services == {"*": "region-disabled"}
    }
    assert (PRODUCTION, "af-south-1") in off
    assert (MANAGEMENT, "eu-central-2") in off


def test_a_server_that_refuses_the_estate_is_told_in_one_line() -> None:
    server = Listening()
    try:
        with surrounded(server.address), pytest.raises(DpaGuardError, match="s3 CreateBucket in us-east-1 was refused"):
            seed(server.address)
    finally:
        server.close()


def test_two_scans_of_one_estate_read_alike(seen: list[Observation]) -> None:
    """Answers come in any order; what was found comes in that of its ids."""
    found = [one.id for one in seen if isinstance(one, Resource)]
    assert found == sorted(found)
    assert len(found) > 10
