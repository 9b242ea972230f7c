"""The demo's company: the example's agreement and papers, and tables that fit together."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from botocore.session import Session

from dpa_guard.demo.company import accounts, amended, denied, made, management, regions, text
from dpa_guard.gazetteer.places import find

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ACTIVE = [one.id for one in accounts() if one.status == "ACTIVE"]


def test_the_agreement_and_its_papers_are_those_of_the_example() -> None:
    assert text("agreement.toml") == (EXAMPLES / "agreement.toml").read_text(encoding="utf-8")
    papers = files("dpa_guard.demo").joinpath("data", "documents")
    assert {one.name: one.read_bytes() for one in papers.iterdir()} == {
        one.name: one.read_bytes() for one in (EXAMPLES / "documents").iterdir()
    }


def test_it_has_three_accounts_to_look_at_and_one_that_is_suspended() -> None:
    assert len(ACTIVE) == 3
    assert [one.status for one in accounts() if one.id not in ACTIVE] == ["SUSPENDED"]
    assert management().id == ACTIVE[0]


def test_the_configuration_calls_all_of_them_its_own() -> None:
    configuration = tomllib.loads(text("dpa-guard.toml"))
    assert configuration["first_party"]["aws_accounts"] == [one.id for one in accounts()]


@pytest.mark.parametrize("account", ACTIVE)
def test_each_account_has_regions_that_are_on_and_regions_that_are_off(account: str) -> None:
    states = regions(account)
    assert set(states.values()) >= {"ENABLED_BY_DEFAULT", "DISABLED"}
    assert [region for region in states if find("aws", region) is None] == []
    assert "us-east-1" in states, "services without regions are looked at there"


def test_everything_is_made_where_a_scan_looks() -> None:
    for one in made():
        assert one.account in ACTIVE
        assert regions(one.account)[one.region] != "DISABLED"


def test_what_is_amended_and_what_is_denied_is_of_accounts_that_are_looked_at() -> None:
    assert {account for account, *_ in (*amended(), *denied())} <= set(ACTIVE)
    assert {(account, region, service) for account, region, service, _ in amended()} <= {
        (one.account, one.region, one.service) for one in made()
    }


def test_what_is_denied_is_of_services_that_read_errors_in_json() -> None:
    session = Session()
    protocols = {session.get_service_model(service).resolved_protocol for _, service in denied()}
    assert protocols <= {"json", "rest-json"}


def test_the_services_that_moto_is_asked_for_are_signed_for_by_their_own_names() -> None:
    """The front tells a service by the name that its requests are signed for."""
    session = Session()
    for name in {one.service for one in made()}:
        assert session.get_service_model(name).signing_name == name
