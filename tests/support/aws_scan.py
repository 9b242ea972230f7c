"""A scan of a server as the core makes it: settings in, everything the provider says out, sorted by type."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dpa_guard import Context, Coverage, Engagement, Gap, Note, Observation, Resource, Scope
from dpa_guard.agreement_file import read
from dpa_guard.assess import Asked, assess
from dpa_guard.assessment import Assessment
from dpa_guard.config import AgreementEntry, Settings
from dpa_guard.extensions import Extension, Extensions, load
from dpa_guard_aws import AwsProvider
from dpa_guard_aws.pace import Pace
from estate import agreement

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
SCOPE = "live"
QUICK = Pace(rate=10_000, burst=10_000, slowest=10_000, fastest=10_000, pause=0.001, tries_throttled=3, tries_failed=2)
"""No waiting: the server is ours."""
_OF_THE_SDK = ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL")


class Said(NamedTuple):
    """What a provider said."""

    resources: dict[str, Resource]
    coverage: dict[tuple[str, str], dict[str, str]]
    """(account, region) → service → status."""
    gaps: list[Gap]
    notes: list[Note]
    engagements: list[Engagement]

    def reasons(self) -> dict[str, int]:
        """How many gaps there are, by reason."""
        found: dict[str, int] = {}
        for gap in self.gaps:
            found[gap.reason_code] = found.get(gap.reason_code, 0) + 1
        return found


def scope(**settings: Any) -> Scope:
    """Return a scope of the configuration."""
    return Scope(SCOPE, "aws", settings)


@contextmanager
def threads(address: str, number: int = 8, progress: Callable[[str], None] = lambda _: None) -> Iterator[Context]:
    """Give what the core lends a provider, with ``number`` threads that end afterwards."""
    with ThreadPoolExecutor(number, thread_name_prefix="scan") as executor:
        yield Context(lambda: NOW, executor=executor, transport=address, progress=progress)


def scan(address: str, table: Path | str = "", pace: Pace = QUICK, **settings: Any) -> Said:
    """Look at everything, and return what was said."""
    with threads(address) as context:
        return sorted_out(AwsProvider(pace, str(table)).collect(scope(**settings), context))


def assessed(address: str, folder: Path, table: Path | str = "", pace: Pace = QUICK, **settings: Any) -> Assessment:
    """Look at everything, and hold it against an agreement that keeps all data inside the Union."""
    provider = AwsProvider(pace, str(table))
    checks = tuple(row for row in load().rows if row.checks)
    extensions = Extensions((Extension("aws", "tests", "0", (provider,)), *checks))
    entry = AgreementEntry(str(agreement(folder)))
    with threads(address) as context:
        made = assess(
            [Asked(entry, read(Path(entry.file), NOW.date()))],
            [scope(**settings)],
            Settings(),
            extensions,
            lambda _: context,
            NOW,
            "scan",
        )
    return made.assessments[0]


def sorted_out(observations: Iterable[Observation]) -> Said:
    """Sort observations by type; the same resource, or the same cell, said twice is a mistake."""
    said = Said({}, {}, [], [], [])
    for one in observations:
        assert_of_the_scope(one)
        match one:
            case Resource():
                assert one.id not in said.resources, one.id
                said.resources[one.id] = one
            case Coverage():
                cell = (one.account, one.region)
                assert cell not in said.coverage, cell
                said.coverage[cell] = dict(one.services)
            case Gap():
                said.gaps.append(one)
            case Note():
                said.notes.append(one)
            case Engagement():
                said.engagements.append(one)
            case _:
                raise AssertionError(one)
    return said


def assert_of_the_scope(one: Observation) -> None:
    """Whatever is said belongs to the scope that was asked for."""
    if isinstance(one, Coverage | Gap):
        assert one.scope == SCOPE
    if isinstance(one, Resource | Engagement):
        assert one.source == SCOPE


def part_of_table(folder: Path, names: Iterable[str]) -> Path:
    """Write the rows of the shipped table that have these names (``service.Operation``), as a table of its own."""
    wanted = set(names)
    text = files("dpa_guard_aws").joinpath("data", "calls.csv").read_text(encoding="utf-8")
    reader = csv.DictReader(text.splitlines())
    rows = [row for row in reader if f"{row['service']}.{row['operation']}" in wanted]
    assert wanted == {f"{row['service']}.{row['operation']}" for row in rows}
    path = folder / "calls.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or ())
        writer.writeheader()
        writer.writerows(rows)
    return path


def places(resource: Resource) -> set[tuple[str, str | None, tuple[str, ...], str]]:
    """Return (role, code, countries, extent) of each of a resource's places."""
    return {(one.role, one.code, one.countries, one.extent) for one in resource.locations}


def credentials(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Set the environment that the SDK reads: moto's keys, and no file of the user."""
    for name in _OF_THE_SDK:
        patch.delenv(name, raising=False)
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_EC2_METADATA_DISABLED": "true"}
    patch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
    for name, value in keys.items():
        patch.setenv(name, value)
