"""The least a role needs: made from the table, short enough, and closed to data whatever else is attached."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from aws_calls import calls, rows
from aws_moto import Clients, moto_server
from dpa_guard_aws.member_role import template
from dpa_guard_aws.permissions import LONGEST, actions, entering_document, member_documents

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy" / "permissions" / "aws"
TOO_NEW = {"bedrock:GetAccountDataRetentionStorage", "resource-explorer-2:ListResources"}
"""Not in the reference the facts were taken from."""


def levels() -> dict[str, str]:
    with (Path(__file__).parent / "data" / "iam-actions.csv").open(encoding="utf-8", newline="") as file:
        return {row["action"]: row["level"] for row in csv.DictReader(file)}


def statements(effect: str) -> list[dict[str, Any]]:
    return [one for document in member_documents() for one in document["Statement"] if one["Effect"] == effect]


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def matches(patterns: str | list[str], text: str) -> bool:
    """As IAM compares: ``*`` and ``?``, actions without case; ``${*}`` is the sign itself."""
    return any(
        fnmatchcase(text.lower(), pattern.lower().replace("[", "[[]").replace("${*}", "[*]"))
        for pattern in listed(patterns)
    )


def may(action: str, resource: str) -> bool:
    """Would IAM let a role do this that has our policies and, beside them, one that allows everything?"""
    return not any(
        matches(one["Action"], action)
        and (matches(one["Resource"], resource) if "Resource" in one else not matches(one["NotResource"], resource))
        for one in statements("Deny")
    )


def allowed(action: str, resource: str) -> bool:
    ours = any(matches(one["Action"], action) and matches(one["Resource"], resource) for one in statements("Allow"))
    return ours and may(action, resource)


def test_every_call_is_allowed() -> None:
    narrowed = {row["action"]: row["resource"].replace("${*}", "*") for row in rows("narrowed-actions")}
    assert {call.action for call in calls()} <= set(actions())
    for action in actions():
        assert allowed(action, narrowed.get(action, "arn:aws:any:eu-west-1:123456789012:one")), action


def test_every_action_lists_or_reads_settings() -> None:
    known = levels()
    assert set(actions()) - set(known) <= TOO_NEW
    assert set(known.values()) <= {"List", "Read"}
    assert set(known) <= set(actions()), "a fact about an action that is not needed"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "arn:aws:s3:::letters/one.pdf"),
        ("s3:GetObjectVersion", "arn:aws:s3:::letters/one.pdf"),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:one"),
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/one"),
        ("dynamodb:Scan", "arn:aws:dynamodb:eu-west-1:123456789012:table/one"),
        ("logs:GetLogEvents", "arn:aws:logs:eu-west-1:123456789012:log-group:one"),
        ("sqs:ReceiveMessage", "arn:aws:sqs:eu-west-1:123456789012:one"),
        ("ssm:GetParameter", "arn:aws:ssm:eu-west-1:123456789012:parameter/one"),
        ("ssm:GetParametersByPath", "arn:aws:ssm:eu-west-1:123456789012:parameter/one"),
        ("cassandra:Select", "arn:aws:cassandra:eu-west-1:123456789012:/keyspace/persons/table/one"),
        ("apigateway:GET", "arn:aws:apigateway:eu-west-1::/apikeys"),
    ],
)
def test_data_stays_closed_even_beside_a_policy_that_allows_everything(action: str, resource: str) -> None:
    assert not may(action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("cassandra:Select", "arn:aws:cassandra:eu-west-1:123456789012:/keyspace/*"),
        ("cassandra:Select", "arn:aws-eusc:cassandra:eusc-de-east-1:123456789012:/keyspace/system_schema_mcs/"),
        ("ssm:GetParametersByPath", "arn:aws:ssm:eu-west-1::parameter/aws/service/global-infrastructure/regions"),
        ("apigateway:GET", "arn:aws:apigateway:eu-west-1::/restapis"),
    ],
)
def test_names_are_open_where_the_same_action_would_read_data(action: str, resource: str) -> None:
    assert allowed(action, resource)


def test_no_denial_stops_a_call() -> None:
    closed = [row["action"] for row in rows("denied-actions")]
    assert [action for action in actions() if matches(closed, action)] == []


def test_every_document_fits_into_a_managed_policy() -> None:
    for document in member_documents():
        assert len(re.sub(r"\s", "", json.dumps(document))) <= LONGEST
    assert len(member_documents()) <= 10, "the managed policies a role may have"


def test_the_tables_of_actions_are_sorted_and_say_why() -> None:
    for table in ("narrowed-actions", "denied-actions"):
        found = [tuple(row.values()) for row in rows(table)]
        assert found == sorted(set(found))
        assert all(all(row) for row in found)


def test_who_enters_may_list_accounts_and_assume_one_role() -> None:
    assert entering_document("reader")["Statement"] == [
        {"Sid": "ListAccounts", "Effect": "Allow", "Action": ["organizations:ListAccounts"], "Resource": "*"},
        {"Sid": "EnterAccounts", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:*:iam::*:role/reader"},
    ]


def test_the_files_of_deploy_are_made_from_the_table() -> None:
    written = run_path(str(DEPLOY / "write.py"))["written"]()
    there = {file.name for file in DEPLOY.iterdir() if file.is_file()}
    assert set(written) | {"README.md", "main.tf", "write.py"} == there, "python deploy/permissions/aws/write.py"
    for name, text in written.items():
        assert (DEPLOY / name).read_text(encoding="utf-8") == text, "python deploy/permissions/aws/write.py"


def test_the_template_makes_the_role_with_its_policies() -> None:
    stack = {
        "StackName": "one",
        "TemplateBody": template(),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Parameters": [
            {"ParameterKey": "TrustedPrincipal", "ParameterValue": "arn:aws:iam::111111111111:role/scanner"},
            {"ParameterKey": "ExternalId", "ParameterValue": "sixteen-characters"},
        ],
    }
    with moto_server() as address:
        clients = Clients(address)
        clients.ask("cloudformation", "CreateStack", stack)
        role = clients.ask("iam", "GetRole", {"RoleName": "dpa-guard-read"})["Role"]
        policies = clients.ask("iam", "ListPolicies", {"Scope": "Local"})["Policies"]
        documents = [document_of(clients, policy["Arn"]) for policy in policies]
    trust = role["AssumeRolePolicyDocument"]["Statement"][0]
    assert trust["Principal"] == {"AWS": "arn:aws:iam::111111111111:role/scanner"}
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": "sixteen-characters"}}
    assert sorted(map(json.dumps, documents)) == sorted(map(json.dumps, member_documents()))
    attached = re.findall(r"- !Ref (Policy\d+)$", template(), flags=re.MULTILINE)
    assert attached == [f"Policy{number}" for number, _ in enumerate(documents, 1)]  # moto attaches none


def document_of(clients: Clients, arn: str) -> Any:
    version = clients.ask("iam", "GetPolicy", {"PolicyArn": arn})["Policy"]["DefaultVersionId"]
    asked = {"PolicyArn": arn, "VersionId": version}
    return clients.ask("iam", "GetPolicyVersion", asked)["PolicyVersion"]["Document"]


def test_terraform_accepts_the_module(tmp_path: Path) -> None:
    mirror = os.environ.get("DPA_GUARD_TEST_TF_MIRROR")
    terraform = shutil.which("terraform")
    if not mirror or not terraform:
        pytest.skip("needs terraform on the PATH and DPA_GUARD_TEST_TF_MIRROR naming a mirror with hashicorp/aws")
    shutil.copytree(DEPLOY, tmp_path, dirs_exist_ok=True)
    settings = tmp_path / "mirror.tfrc"
    settings.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n')
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TF_CLI_CONFIG_FILE": str(settings),
        "CHECKPOINT_DISABLE": "1",
    }
    for arguments in (["init", "-backend=false", "-input=false"], ["fmt", "-check"], ["validate"]):
        done = subprocess.run(
            [terraform, *arguments, "-no-color"] if arguments[0] != "fmt" else [terraform, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
