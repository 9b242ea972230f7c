"""A whole organisation over moto's server and HTTP: everything that was made is found, where it is, and nothing else.

The small one runs with every change: two accounts, some services, the rows of the table that list them. The whole one
runs with ``-m slow``: five accounts, eight regions, every row.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest
from msgspec.structs import replace
from werkzeug.wrappers import Response

from aws_front import Asked, Front, front, json_answer
from aws_organisation import ROLE, Made, Organisation, build, table
from aws_scan import QUICK, Said, credentials, part_of_table, scan
from dpa_guard import Resource
from dpa_guard.model import CONCLUSIVE
from dpa_guard_aws.filling import service_of
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
ON = {
    "eu-west-1": "ENABLED_BY_DEFAULT",
    "us-east-1": "ENABLED_BY_DEFAULT",
    "eu-central-1": "ENABLED_BY_DEFAULT",
    "eu-south-1": "ENABLED",
    "eu-west-2": "ENABLED_BY_DEFAULT",
    "ap-northeast-1": "ENABLING",
}
OFF = {"ap-east-1": "DISABLED", "me-south-1": "DISABLED"}
OFF_IN_LAST = "us-east-1"
SMALL = {
    "cloudfront", "config", "databrew", "dynamodb", "ec2", "ecr", "ecs", "efs", "events", "firehose", "iam", "kinesis",
    "kms", "lambda", "networkmanager", "rds", "s3", "secretsmanager", "sns", "sqs", "stepfunctions",
}  # fmt: skip
NOT_TOLD_BY_MOTO = {
    "aws_efs_file_system": "replica",
    "aws_guardduty_detector": "logs",
    "aws_instance": "backup",
    "aws_lexv2models_bot": "replica",
    "aws_opensearch_domain": "replica",
}
"""Moto has no answer to a call about these: the role's place is unknown."""
KINDS_OF_MOTO = {
    "aws_macie2_account": "is on in every account",
    "aws_s3_directory_bucket": "is answered with the plain buckets",
    "aws_ssoadmin_instance": "is there in every account and region",
}
LISTED_EVERYWHERE = {"aws_s3vectors_vector_bucket"}
"""Moto lists them in every region, so that they are in each."""
PARTS_OF_MOTO = (":snapshot:rds:", ":cluster-snapshot:rds:", "/rs:", ":secret:events!connection/")
ANSWERED_ODDLY = {
    ("aws-unsupported", "ItemWithoutId, UnknownOperationException", "rds"),  # automated backups without a name
    ("aws-unreachable", "EndpointConnectionError", "s3-control"),  # the account is a part of its address
    ("aws-unsupported", "404", "s3-outposts"),
    ("aws-unsupported", "404", "s3files"),
}
NOT_NAMED = {"mobiletargeting", "s3express"}
"""The front cannot name their operations."""
SHARED_API = ("docdb", "neptune", "rds")
"""Three services of one address: each asks for the items of its own engines."""
NOT_OF_A_REGION = {
    "aws_cloudfront_distribution",
    "aws_networkmanager_core_network",
    "aws_s3_bucket",
    "aws_s3vectors_vector_bucket",  # moto lists it in every region
}
PLANTED = "planted-"
READS_DATA = {
    "BatchGetItem", "Decrypt", "GetItem", "GetObject", "GetParameter", "GetParameters", "GetRecords", "GetSecretValue",
    "Invoke", "ListObjectsV2", "Query", "ReceiveMessage", "Scan", "GetLogEvents", "DescribeInstanceAttribute",
    "GetFunction", "GetAuthorizationToken", "GenerateDataKey",
}  # fmt: skip


class Run(NamedTuple):
    """One scan, what was there, and what reached the server."""

    organisation: Organisation
    said: Said
    log: list[Asked]
    served: list[Asked]
    regions: Mapping[str, str]
    table: str


@pytest.fixture(scope="module", params=["small", pytest.param("whole", marks=pytest.mark.slow)])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    small = request.param == "small"
    folder = tmp_path_factory.mktemp("organisation")
    regions = dict(list(ON.items())[:2]) if small else ON
    with pytest.MonkeyPatch.context() as patch, front() as (made, address):
        credentials(patch, folder)
        organisation = build(address, 1 if small else 4, list(regions), table(SMALL if small else ()))
        made.regions = {**regions, **OFF}
        switch_off(made, organisation.accounts[-1])
        kinds = {one.kind for one in organisation.made.values()}
        path = str(part_of_table(folder, {row.name for row in read().rows if row.kind in kinds})) if small else ""
        made.log.clear()
        made.served.clear()
        said = scan(address, path, replace(QUICK, tries_failed=4), organization=True, role=ROLE)
        yield Run(organisation, said, made.log, made.served, regions, path)


def switch_off(made: Front, account: str) -> None:
    """Switch one region off in one account, whatever is in it."""

    def answer(asked: Asked) -> Response | None:
        if asked.operation != "ListRegions" or asked.account != account:
            return None
        states = {**made.regions, OFF_IN_LAST: "DISABLED"}
        return json_answer({"Regions": [{"RegionName": one, "RegionOptStatus": is_} for one, is_ in states.items()]})

    made.faults.append(answer)


def to_be_found(run: Run) -> dict[str, Made]:
    """What was made, but in the last account's region that is off; with what moto cannot tell."""
    last = run.organisation.accounts[-1]
    found = {}
    for one, made in run.organisation.made.items():
        if made.account == last and made.region == OFF_IN_LAST and made.kind not in NOT_OF_A_REGION:
            continue
        untold = NOT_TOLD_BY_MOTO.get(made.kind)
        found[one] = made._replace(places=made.places | ({(untold, "")} if untold else set()))
    return found


def made_by_moto(resource: Resource) -> bool:
    """Is it one that moto has beside what it was asked for: a new database's snapshot, a connection's secret?"""
    return resource.kind in KINDS_OF_MOTO or any(part in resource.id for part in PARTS_OF_MOTO)


def read_there(resource: Resource) -> frozenset[tuple[str, str]]:
    """(role, code) of each place; a group over regions is listed everywhere, which is no place."""
    listed = ("control",) if resource.kind == "aws_rds_global_cluster" else ()
    return frozenset((place.role, place.code or "") for place in resource.locations if place.role not in listed)


def test_everything_that_was_made_is_found_and_nothing_else(run: Run) -> None:
    expected = to_be_found(run)
    found = {one: resource for one, resource in run.said.resources.items() if not made_by_moto(resource)}
    assert sorted(expected.keys() - found.keys()) == []
    assert sorted(found.keys() - expected.keys()) == []
    assert {one: (found[one].kind, found[one].account) for one in expected} == {
        one: (made.kind, made.account) for one, made in expected.items()
    }


@pytest.mark.slow
def test_the_whole_organisation_is_as_large_as_it_has_to_be(run: Run) -> None:
    if not run.table:
        assert len(to_be_found(run)) >= 1_500
        assert len({made.kind for made in to_be_found(run).values()}) >= 60
        assert len({made.account for made in to_be_found(run).values()}) == 5


def test_every_place_of_everything_is_the_right_one(run: Run) -> None:
    expected = to_be_found(run)
    wrong = {
        one: (sorted(read_there(resource)), sorted(expected[one].places))
        for one, resource in run.said.resources.items()
        if one in expected
        and read_there(resource) != expected[one].places
        and not (resource.kind in LISTED_EVERYWHERE and read_there(resource) >= expected[one].places)
    }
    assert wrong == {}


def test_every_place_is_in_the_right_country(run: Run) -> None:
    resources = [one for one in run.said.resources.values() if one.kind not in KINDS_OF_MOTO]
    places = [place for resource in resources for place in resource.locations]
    told = {(one.code, one.countries, one.extent) for one in places if one.code}
    assert told == {
        (code, (COUNTRIES[code if code in COUNTRIES else code[:-1]],), "exact") for code, _, _ in told if code
    }
    assert {one.extent for one in places if not one.code} <= {"unknown", "worldwide"}
    assert {one.why for one in places if one.extent == "unknown"} <= {"second-call-unsupported", "bucket-not-listed"}


def test_each_account_and_region_is_accounted_for_once(run: Run) -> None:
    accounts = run.organisation.accounts
    off = {(account, region) for account in accounts for region in OFF} | {(accounts[-1], OFF_IN_LAST)}
    on = {(account, region) for account in accounts for region in run.regions} - off
    worldwide = {(account, "aws-global") for account in accounts}
    assert run.said.coverage.keys() == on | off | worldwide
    assert {cell for cell, services in run.said.coverage.items() if services.get("*") == "region-disabled"} == off
    assert {service for cell in off for service in run.said.coverage[cell]} == {"*", "s3"}  # buckets are asked about
    rows = read(run.table).rows
    for cell in on | worldwide:
        scopes = {"global"} if cell in worldwide else {"regional", "account-once"}
        assert len(run.said.coverage[cell]) == len({service_of(row) for row in rows if row.scope in scopes})


def test_what_moto_does_not_have_is_a_gap_for_each_account_and_service(run: Run) -> None:
    left_open = {
        (account, service)
        for (account, _), services in run.said.coverage.items()
        for service, status in services.items()
        if status not in CONCLUSIVE
    }
    assert {(gap.detail["account"], gap.detail.get("service", "")) for gap in run.said.gaps} == left_open
    why = {(gap.reason_code, gap.detail["code"], gap.detail["service"]) for gap in run.said.gaps}
    assert {one for one in why if one[:2] != ("aws-unsupported", "UnknownOperationException")} <= ANSWERED_ODDLY


def test_no_request_is_made_twice(run: Run) -> None:
    signed_anew = "sdb"  # its signature is part of the request
    times = Counter(asked for asked in run.served if asked.service != signed_anew)
    assert [asked for asked, number in times.items() if number > 1 and asked.service not in SHARED_API] == []
    assert max(times.values()) <= len(SHARED_API)


def test_nothing_is_asked_in_a_region_that_is_off(run: Run) -> None:
    last = run.organisation.accounts[-1]
    asked_there = {one.operation for one in run.log if one.account == last and one.region == OFF_IN_LAST}
    not_of_a_region = {row.operation for row in read(run.table).rows if row.scope != "regional"}
    assert asked_there <= not_of_a_region
    assert not [one for one in run.log if one.region in OFF]


def test_the_place_of_a_bucket_costs_at_most_one_call(run: Run) -> None:
    calls = Counter(one.what for one in run.log if one.operation == "GetBucketLocation")
    buckets = [made for made in run.organisation.made.values() if made.kind == "aws_s3_bucket"]
    assert 0 < len(calls) <= len(buckets)
    assert set(calls.values()) == {1}


def test_only_what_is_on_the_list_leaves_and_none_of_it_reads_data(run: Run) -> None:
    operations = {operation for _, operation in allowed(run.table)}
    seen = {one.operation for one in run.log if one.operation}
    assert seen <= operations
    assert seen & READS_DATA == set()
    assert len(seen) > 50
    assert {one.service for one in run.log if not one.operation} <= NOT_NAMED


def test_no_planted_secret_comes_out(run: Run) -> None:
    assert PLANTED in json.dumps(table(), default=str)
    assert PLANTED not in repr(run.said)
