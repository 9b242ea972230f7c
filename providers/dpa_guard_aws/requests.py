"""The engine's own requests, beside those of the table: who am I, which accounts, which regions, what else is there.

All of them list or describe. Together with the table they are everything that may leave (``dpa_guard_aws.guard``).
"""

from __future__ import annotations

from functools import cache

from dpa_guard_aws.table import Row, Table, read

__all__ = ["CREDENTIALS", "OWN", "PUBLIC_PARAMETERS", "own_row", "rows"]

PUBLIC_PARAMETERS = "/aws/service/global-infrastructure/"
"""Below this path AWS publishes its regions and services; no other parameter is ever read."""

OWN = (
    Row("sts", "GetCallerIdentity", "global", "[[Account, Arn]]", action="sts:GetCallerIdentity"),
    Row(
        "organizations",
        "ListAccounts",
        "global",
        "Accounts[].[Id, State || Status]",
        action="organizations:ListAccounts",
    ),
    Row("account", "ListRegions", "global", "Regions[].[RegionName, RegionOptStatus]", action="account:ListRegions"),
    Row(
        "ec2",
        "DescribeRegions",
        "global",
        "Regions[].[RegionName, OptInStatus, Geography[].Name]",
        params={"AllRegions": True},
        action="ec2:DescribeRegions",
    ),
    Row(
        "ssm",
        "GetParametersByPath",
        "global",
        "Parameters[].[Name, Value]",
        action="ssm:GetParametersByPath",
    ),
    Row(
        "resourcegroupstaggingapi",
        "GetResources",
        "regional",
        "ResourceTagMappingList[].ResourceARN",
        params={"ResourcesPerPage": 100},
        action="tag:GetResources",
    ),
    Row(
        "config",
        "GetDiscoveredResourceCounts",
        "regional",
        "resourceCounts[].[resourceType, count]",
        params={"limit": 100},
        action="config:GetDiscoveredResourceCounts",
    ),
    Row(
        "resource-explorer-2",
        "ListIndexes",
        "global",
        "Indexes[].[Region, Type]",
        params={"Type": "AGGREGATOR"},
        action="resource-explorer-2:ListIndexes",
    ),
    Row(
        "resource-explorer-2",
        "ListResources",
        "global",
        "Resources[].Arn",
        params={"MaxResults": 1000},
        action="resource-explorer-2:ListResources",
    ),
)

CREDENTIALS = frozenset(
    {
        ("sts", "AssumeRole"),
        ("sts", "AssumeRoleWithWebIdentity"),
        ("sts", "AssumeRoleWithSAML"),
        ("sso", "GetRoleCredentials"),
        ("sso-oidc", "CreateToken"),
        ("signin", "CreateOAuth2Token"),
    }
)
"""What turns one set of credentials into another; the SDK itself makes all but the first."""


@cache
def rows(table: str = "") -> tuple[Row, ...]:
    """Return every row there is: those of the table, by their number, then the engine's own."""
    return (*read(table).rows, *OWN)


def own_row(name: str, table: str = "") -> int:
    """Return the number of one of the engine's own rows, by ``service.Operation``."""
    return len(read(table).rows) + next(number for number, row in enumerate(OWN) if row.name == name)


def table_of(path: str = "") -> Table:
    """Return the table that ``rows`` begins with."""
    return read(path)
