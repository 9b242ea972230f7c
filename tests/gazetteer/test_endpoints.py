"""The names of the AWS provider's ``endpoints`` block: each stands for services as the table of kinds spells them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.gazetteer.endpoints import services_behind
from dpa_guard.gazetteer.table import table

ROWS = table("aws-endpoints").all_rows()
SERVICES = {row["service"] for row in table("kinds").all_rows() if row["kind"].startswith("aws_")}


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("s3", "s3"),
        ("s3api", "s3"),
        ("elb", "elasticloadbalancing"),
        ("elbv2", "elasticloadbalancing"),
        ("elasticloadbalancingv2", "elasticloadbalancing"),
        ("cloudwatchlogs", "logs"),
        ("logs", "logs"),
        ("amp", "aps"),
        ("databasemigration", "dms"),
        ("stepfunctions", "states"),
        ("sfn", "states"),
        ("elasticsearchservice", "es"),
        ("opensearch", "es"),
        ("cognitoidp", "cognito-idp"),
        ("secretsmanager", "secretsmanager"),
        ("efs", "elasticfilesystem"),
    ],
)
def test_every_name_of_a_service_leads_to_it(name: str, service: str) -> None:
    assert services_behind(name) == frozenset((service,))


def test_a_name_without_kinds_moves_nothing_and_an_unknown_one_may_move_all() -> None:
    assert services_behind("sts") == frozenset()
    assert services_behind("quantumvault") is None


def test_the_table_is_in_order_and_names_services_that_have_kinds() -> None:
    names = [row["name"].encode() for row in ROWS]
    assert names == sorted(set(names))
    assert len(names) > 300
    assert {service for row in ROWS for service in row["services"].split(";")} - SERVICES == {""}


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    assert (services_behind(text) is None) == (text not in {row["name"] for row in ROWS})
