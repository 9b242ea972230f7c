"""A whole organisation over moto's server and HTTP: everything that was made is found, where it is, and nothing else.

The small one runs with every change, with the rows of the table that list what was made. The whole one runs with
``-m slow``: five accounts, eight regions, every row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from werkzeug.wrappers import Response

from aws_front import MANAGEMENT, Asked, Front, front, json_answer
from aws_organisation import ROLE, Made, Organisation, build, table
from aws_scan import Said, credentials, part_of_table, scan
from dpa_guard import Location, Resource
from dpa_guard_aws.guard import allowed
from dpa_guard_aws.table import read

COUNTRIES = {
    "eu-west-1": "IE",
    "us-east-1": "US",
    "eu-central-1": "DE",
    "eu-south-1": "IT",
    "eu-west-2": "GB",
    "ap-northeast-1": "JP",
    "us-west-2": "US",
}
OFF = {"ap-east-1": "DISABLED", "me-south-1": "DISABLED"}
ON = {
    "eu-west-1": "ENABLED_BY_DEFAULT",
    "eu-central-1": "ENABLED_BY_DEFAULT",
    "eu-south-1": "ENABLED",
    "us-east-1": "ENABLED_BY_DEFAULT",
    "eu-west-2": "ENABLED_BY_DEFAULT",
    "ap-northeast-1": "ENABLING",
}


class Run(NamedTuple):
    """One scan, what was there, and what reached the server."""

    organisation: Organisation
    said: Said
    log: list[Asked]
    regions: list[str]
    """Those that are on."""
    table: str


def looked_at(folder: Path, members: int, on: dict[str, str], part: bool) -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as patch, front() as (made, address):
        credentials(patch, folder)
        organisation = build(address, members, list(on), table())
        made.regions = {**on, **OFF}
        path = ""
        if part:
            kinds = {one.kind for one in organisation.made.values()}
            names = {row.name for row in read().rows if row.kind in kinds}
            path = str(part_of_table(folder, names))
        off_in_last(made, organisation.accounts[-1])
        made.log.clear()
        said = scan(address, path, organization=True, role=ROLE)
        yield Run(organisation, said, list(made.log), list(on), path)


def off_in_last(made: Front, account: str) -> None:
    """In the last account the United States are switched off."""

    def answer(asked: Asked) -> Response | None:
        if asked.operation != "ListRegions" or asked.account != account:
            return None
        states = {**made.regions, "us-east-1": "DISABLED"}
        return json_answer({"Regions": [{"RegionName": one, "RegionOptStatus": is_} for one, is_ in states.items()]})

    made.faults.append(answer)


@pytest.fixture(
    scope="module",
    params=["small", pytest.param("whole", marks=pytest.mark.slow)],
)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("organisation")
    if request.param == "small":
        yield from looked_at(folder, 1, {one: ON[one] for one in ("eu-west-1", "us-east-1")}, part=True)
    else:
        yield from looked_at(folder, 4, ON, part=False)


def to_be_found(run: Run) -> dict[str, Made]:
    """What was made, without what is in the region that is off in the last account."""
    last = run.organisation.accounts[-1]
    return {
        one: made
        for one, made in run.organisation.made.items()
        if not (made.account == last and f":us-east-1:{last}" in one) and not off_zone(made, last)
    }


def off_zone(made: Made, last: str) -> bool:
    return made.account == last and {code[:9] for role, code in made.places if role == "primary"} == {"us-east-1"}


def test_everything_that_was_made_is_found_and_nothing_else(run: Run) -> None:
    expected = to_be_found(run)
    found = {one: resource for one, resource in run.said.resources.items() if not of_every_account(resource)}
    assert sorted(expected.keys() - found.keys()) == []
    assert sorted(found.keys() - expected.keys()) == []
    assert {one: (found[one].kind, found[one].account) for one in expected} == {
        one: (made.kind, made.account) for one, made in expected.items()
    }


def of_every_account(resource: Resource) -> bool:
    """Is it one of those that moto has from the beginning?"""
    return False


def test_every_place_of_everything_is_in_the_right_country(run: Run) -> None:
    expected = to_be_found(run)
    wrong = {
        one: (sorted(read_there(resource)), sorted(expected[one].places))
        for one, resource in run.said.resources.items()
        if one in expected and read_there(resource) != expected[one].places
    }
    assert wrong == {}
    countries = {
        (place.code, place.countries, place.extent)
        for resource in run.said.resources.values()
        for place in resource.locations
        if place.code
    }
    assert {(code, found) for code, found, _ in countries} == {
        (code, (COUNTRIES[region_of(code)],)) for code, _, _ in countries
    }


def region_of(code: str) -> str:
    return code if code in COUNTRIES else code[:-1]


def read_there(resource: Resource) -> frozenset[tuple[str, str]]:
    return frozenset((place.role, place.code or "") for place in resource.locations)
