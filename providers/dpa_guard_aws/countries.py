"""What AWS itself says of the country of each region, from two places: Parameter Store and EC2.

Parameter Store has ISO codes (``geolocationCountry``), EC2 has English names (``Geography``), which are read where they
are a country's name. Both are held against the gazetteer: see ``dpa_guard_aws.forms``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from dpa_guard.gazetteer.territory import country_named
from dpa_guard_aws.asking import Asker
from dpa_guard_aws.calls import Access, Account, Told
from dpa_guard_aws.requests import PUBLIC_PARAMETERS

__all__ = ["BY_EC2", "BY_SSM", "countries_of"]

BY_SSM = "ssm geolocationCountry"
BY_EC2 = "ec2 Geography"


def countries_of(regions: Iterable[str], asker: Asker, access: Access, own: Account) -> dict[str, Told]:
    """Return what AWS says of each region; without those of which nothing could be read or understood."""
    wanted = list(regions)
    asked = asker.ask(
        "ssm.GetParametersByPath",
        [(region, own, access.region, {"Path": f"{PUBLIC_PARAMETERS}regions/{region}"}) for region in wanted],
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for region, (items, _) in asked.items():
        told = _named(items).get("geolocationCountry", "")
        if len(told) == 2 and told.isalpha():
            found.setdefault(region, []).append((told.upper(), BY_SSM))
    described, _ = asker.ask("ec2.DescribeRegions", [("", own, access.region, {"RegionNames": wanted})])[""]
    for region, _, names in described:
        if region in wanted:
            countries = [country for name in names or () if (country := _country(str(name)))]
            found.setdefault(str(region), []).extend((country, BY_EC2) for country in countries)
    return {region: tuple(told) for region, told in found.items() if told}


def _named(items: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    return {str(name).rpartition("/")[2]: str(value) for name, value in items}


def _country(name: str) -> str | None:
    return _other_names().get(name) or country_named(name)


@cache
def _other_names() -> Mapping[str, str]:
    text = files("dpa_guard_aws").joinpath("geographies.csv").read_text(encoding="utf-8")
    return {row["name"]: row["country"] for row in csv.DictReader(text.splitlines())}
