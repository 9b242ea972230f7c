"""What AWS itself says of a region's country, from Parameter Store and from EC2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from aws_front import Asked, Front, front, json_answer
from aws_moto import Clients
from aws_scan import credentials, part_of_table, places, scan

CALLS = ("sqs.ListQueues",)
XML = "http://ec2.amazonaws.com/doc/2016-11-15/"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Front, str]]:
    credentials(monkeypatch, tmp_path)
    with front() as (made, address):
        made.regions = {"eu-west-1": "ENABLED"}
        Clients(address).ask("sqs", "CreateQueue", {"QueueName": "two"})
        yield made, address


def _ec2(*names: str) -> Response:
    geographies = "".join(f"<item><name>{name}</name></item>" for name in names)
    region = f"<item><regionName>eu-west-1</regionName><geographySet>{geographies}</geographySet></item>"
    body = f'<DescribeRegionsResponse xmlns="{XML}"><regionInfo>{region}</regionInfo></DescribeRegionsResponse>'
    return Response(body, content_type="text/xml")


def _ssm(country: str) -> Response:
    name = "/aws/service/global-infrastructure/regions/eu-west-1/geolocationCountry"
    return json_answer({"Parameters": [{"Name": name, "Value": country}]})


@pytest.mark.parametrize(
    ("ssm", "ec2", "found", "read"),
    [
        ("IE", ["Ireland"], {"IE"}, None),
        ("IE", ["Germany"], {"IE", "DE"}, "DE"),
        ("US", ["United States of America"], {"IE", "US"}, "US"),
        ("US", ["Germany", "Ireland"], {"IE", "US", "DE"}, "DE/US"),
        ("IE", ["Atlantis"], {"IE"}, None),
        ("IE", [], {"IE"}, None),
    ],
)
def test_both_are_held_against_the_table(
    server: tuple[Front, str], tmp_path: Path, ssm: str, ec2: list[str], found: set[str], read: str | None
) -> None:
    def answer(asked: Asked) -> Response | None:
        if asked.operation == "DescribeRegions":
            return _ec2(*ec2)
        return _ssm(ssm) if "regions/eu-west-1" in asked.what.replace("%2F", "/") else None

    with server[0].spoiled(answer):
        said = scan(server[1], part_of_table(tmp_path, CALLS))
    (queue,) = said.resources.values()
    assert {country for _, _, countries, _ in places(queue) for country in countries} == found
    notes = [note.params["read"] for note in said.notes if note.kind == "aws-country-contradiction"]
    assert notes == ([read] if read else [])
