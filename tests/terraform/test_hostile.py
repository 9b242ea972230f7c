"""Ways a plan can hide where data go: each was a pass once, or could have been; none may be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dpa_guard.model import DECIDING_ROLES, Gap, Location, Note, Refusal, Resource
from terraform_plans import AWS, AZURE, GOOGLE, block, change, located, observe, plan, provider, refs

EU = {"aws": provider(AWS, region="eu-west-1"), "aws.us": provider(AWS, region="us-east-1")}


def _words(locations: tuple[Location, ...]) -> set[str]:
    deciding = [one for one in locations if one.role in DECIDING_ROLES]
    return {word for one in deciding for word in (one.countries or (one.extent,))}


def _one(document: dict[str, Any], folder: Path, address: str) -> set[str]:
    return _words(located(document, folder)[address])


def test_a_dynamic_block_that_configuration_leaves_out_is_unknown(tmp_path: Path) -> None:
    """Terraform leaves ``dynamic`` blocks out of ``configuration``; what is in them is set all the same."""
    document = plan(
        [
            change(
                "aws_dynamodb_table.t",
                {"name": "t", "replica": [{"kms_key_arn": None}]},
                unknown={"replica": [{"region_name": True}]},
            )
        ],
        [block("aws_dynamodb_table.t", name="t")],
        EU,
    )
    assert _one(document, tmp_path, "aws_dynamodb_table.t") == {"IE", "unknown"}


def test_a_computed_block_is_no_place(tmp_path: Path) -> None:
    document = plan(
        [change("aws_s3_bucket.b", {"bucket": "b"}, unknown={"replication_configuration": True, "logging": True})],
        [block("aws_s3_bucket.b", bucket="b")],
        EU,
    )
    assert _one(document, tmp_path, "aws_s3_bucket.b") == {"IE"}


@pytest.mark.parametrize("first", ["a", "b"])
def test_one_object_does_not_answer_for_another_of_the_same_type(tmp_path: Path, first: str) -> None:
    """The zone of ``a`` is left to AWS; that of ``b`` is known only after apply."""
    blocks = {
        "a": block("aws_instance.a", availability_zone=refs("var.az")),
        "b": block("aws_instance.b", availability_zone=refs("terraform_data.z.output", "terraform_data.z")),
    }
    order = [first, "b" if first == "a" else "a"]
    document = plan(
        [change(f"aws_instance.{name}", {"ami": "x"}, unknown={"availability_zone": True}) for name in order],
        [blocks[name] for name in order],
        EU,
        variables={"az": {"value": None}},
    )
    assert _one(document, tmp_path, "aws_instance.a") == {"IE"}
    assert "unknown" in _one(document, tmp_path, "aws_instance.b")


@pytest.mark.parametrize("changes", ["absent", None, []])
def test_a_plan_without_its_changes_is_no_assessment(tmp_path: Path, changes: Any) -> None:
    document = plan([])
    resource = {"address": "aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "name": "b", "values": {}}
    document["planned_values"] = {"root_module": {"resources": [resource]}}
    document["resource_changes"] = changes
    if changes == "absent":
        del document["resource_changes"]
    seen = observe(document, tmp_path)
    assert [one.code for one in seen if isinstance(one, Refusal)] == ["plan-cut"]


def test_a_plan_of_nothing_is_looked_at(tmp_path: Path) -> None:
    assert not [one for one in observe(plan([]), tmp_path) if isinstance(one, Refusal)]


def test_an_arn_that_is_an_argument_is_another_objects(tmp_path: Path) -> None:
    arn = "arn:aws:events:eu-central-1:111111111111:event-bus/b"
    document = plan(
        [change("aws_cloudwatch_event_target.t", {"arn": arn, "rule": "r"})],
        [block("aws_cloudwatch_event_target.t", "aws.us", arn=arn, rule="r")],
        EU,
    )
    (resource,) = [one for one in observe(document, tmp_path) if isinstance(one, Resource)]
    assert "US" in _words(resource.locations)
    assert resource.account == ""


@pytest.mark.parametrize("value", ["", None])
def test_an_expression_over_an_empty_variable_is_not_left_to_the_environment(tmp_path: Path, value: Any) -> None:
    document = plan(
        [change("aws_sqs_queue.q", {"name": "q"})],
        [block("aws_sqs_queue.q")],
        {"aws": provider(AWS, region=refs("var.region"))},
        variables={"region": {"value": value}},
    )
    (locations,) = located(document, tmp_path, assume={"aws": "eu-central-1"}).values()
    assert _words(locations) == {"unknown"}


def test_nothing_is_assumed_for_an_alias_whose_block_is_not_in_sight(tmp_path: Path) -> None:
    state = {
        "version": 4,
        "terraform_version": "1.11.0",
        "serial": 1,
        "lineage": "x",
        "resources": [
            {
                "mode": "managed",
                "type": "aws_sqs_queue",
                "name": name,
                "provider": f'provider["{AWS}"]{alias}',
                "instances": [{"attributes": {"name": name}}],
            }
            for name, alias in (("plain", ""), ("aliased", ".us"))
        ],
    }
    found = located(state, tmp_path, assume={"aws": "eu-central-1"})
    assert _words(found["aws_sqs_queue.plain"]) == {"DE"}
    assert _words(found["aws_sqs_queue.aliased"]) == {"unknown"}


def test_a_project_that_is_not_known_is_not_the_providers(tmp_path: Path) -> None:
    document = plan(
        [
            change(
                "google_storage_bucket.b",
                {"name": "b", "location": "EUROPE-WEST4"},
                provider=GOOGLE,
                unknown={"project": True},
            )
        ],
        [block("google_storage_bucket.b", "google", project=refs("google_project.new.project_id"))],
        {"google": provider(GOOGLE, project="our-project", region="europe-west4")},
    )
    (resource,) = [one for one in observe(document, tmp_path) if isinstance(one, Resource)]
    assert resource.account == ""


def _roles(*arns: Any) -> dict[str, Any]:
    return {"assume_role": [{"role_arn": arn} for arn in arns]}


@pytest.mark.parametrize(
    ("roles", "account"),
    [
        (({"constant_value": "arn:aws:iam::111111111111:role/r"},), "111111111111"),
        (
            (
                {"constant_value": "arn:aws:iam::111111111111:role/r"},
                {"constant_value": "arn:aws:iam::222222222222:role/r"},
            ),
            "222222222222",
        ),
        ((refs("var.role"),), ""),
    ],
)
def test_the_account_is_that_of_the_last_role_where_it_is_written(
    tmp_path: Path, roles: tuple[Any, ...], account: str
) -> None:
    configured = provider(AWS, region="eu-west-1")
    configured["expressions"].update(_roles(*roles))
    document = plan(
        [change("aws_sqs_queue.q", {"name": "q"})],
        [block("aws_sqs_queue.q")],
        {"aws": configured},
        variables={"role": {"value": "arn:aws:iam::111111111111:role/r"}},
    )
    (resource,) = [one for one in observe(document, tmp_path) if isinstance(one, Resource)]
    assert resource.account == account


@pytest.mark.parametrize("odd", [5, "x", [], [5], {"role_arn": 5}, [{"role_arn": {"constant_value": 5}}]])
def test_an_odd_role_stops_nobody(tmp_path: Path, odd: Any) -> None:
    configured = provider(AWS, region="eu-west-1")
    configured["expressions"]["assume_role"] = odd
    document = plan([change("aws_sqs_queue.q", {"name": "q"})], [block("aws_sqs_queue.q")], {"aws": configured})
    assert _one(document, tmp_path, "aws_sqs_queue.q") == {"IE"}


@pytest.mark.parametrize(
    ("address", "source", "after"),
    [
        ("aws_newsvc_vault.v", AWS, {"region": "eu-central-1", "replica_region": "us-east-1"}),
        ("azurerm_new_thing.t", AZURE, {"location": "westeurope", "secondary_location": "eastus"}),
        ("azapi_resource.a", "registry.terraform.io/azure/azapi", {"location": "westeurope", "body": {"x": 1}}),
        ("aws_cloudcontrolapi_resource.c", AWS, {"desired_state": "{}"}),
        ("aws_cloudformation_stack.s", AWS, {"name": "s"}),
    ],
)
def test_what_no_table_explains_makes_an_object_unknown(
    tmp_path: Path, address: str, source: str, after: dict[str, Any]
) -> None:
    document = plan(
        [change(address, after, provider=source)],
        [block(address, source.rsplit("/", 1)[-1])],
        {**EU, "azurerm": provider(AZURE), "azapi": provider("registry.terraform.io/azure/azapi")},
    )
    assert "unknown" in _one(document, tmp_path, address)


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("cloudwatchlogs", "aws_cloudwatch_log_group.l"),
        ("stepfunctions", "aws_sfn_state_machine.m"),
        ("s3api", "aws_s3_bucket.b"),
        ("eventbridge", "aws_cloudwatch_event_bus.b"),
        ("awslambda", "aws_lambda_function.f"),
        ("a_service_of_tomorrow", "aws_sqs_queue.q"),
    ],
)
def test_an_endpoint_of_somebody_else_is_not_the_providers_region(tmp_path: Path, endpoint: str, address: str) -> None:
    configured = provider(AWS, region="eu-west-1")
    configured["expressions"]["endpoints"] = [{endpoint: {"constant_value": "https://objects.example"}}]
    document = plan([change(address, {"name": "x"})], [block(address)], {"aws": configured})
    assert _one(document, tmp_path, address) == {"unknown"}


def test_a_parent_named_by_each_or_by_a_name_outside_the_plan_is_not_another_ones(tmp_path: Path) -> None:
    network = "azurerm_virtual_network.eu"
    for expressions in (
        {"virtual_network_name": refs("each.value.vnet", "each.value"), "nat_id": refs(f"{network}.id", network)},
        {"virtual_network_name": "us-vnet", "nat_id": refs(f"{network}.id", network)},
    ):
        document = plan(
            [
                change('azurerm_subnet.s["a"]', {"name": "s"}, provider=AZURE, index="a"),
                change(network, {"name": "v", "location": "westeurope"}, provider=AZURE),
            ],
            [block("azurerm_subnet.s", "azurerm", **expressions), block(network, "azurerm", location="westeurope")],
            {"azurerm": provider(AZURE)},
        )
        assert _one(document, tmp_path, 'azurerm_subnet.s["a"]') == {"unknown"}


@pytest.mark.parametrize("odd", [{}, {"x": 1}, 5, True, ["us-east-1"]])
def test_a_region_of_another_json_type_is_unknown(tmp_path: Path, odd: Any) -> None:
    document = plan([change("aws_sqs_queue.q", {"name": "q", "region": odd})], [block("aws_sqs_queue.q")], EU)
    assert "IE" not in _one(document, tmp_path, "aws_sqs_queue.q")


def test_transfer_acceleration_goes_in_at_edges_worldwide(tmp_path: Path) -> None:
    address = "aws_s3_bucket_accelerate_configuration.a"
    for status, places in (("Enabled", {"IE", "worldwide"}), ("Suspended", {"IE"})):
        document = plan([change(address, {"bucket": "b", "status": status})], [block(address, bucket="b")], EU)
        assert _one(document, tmp_path, address) == places


def test_deferred_actions_are_a_gap(tmp_path: Path) -> None:
    document = plan([], deferred_action_invocations=[{"reason": "unknown"}])
    assert "plan-deferred" in [one.reason_code for one in observe(document, tmp_path) if isinstance(one, Gap)]


@pytest.mark.parametrize(
    ("secret", "where"),
    [
        ("AKIAIOSFODNN7EXAMPLE", {"region": "AKIAIOSFODNN7EXAMPLE"}),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", {"region": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}),
        ("wJalrXUtnFEMI-K7MDENG", {"arn": "arn:aws:sqs:wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEYwJalrXUtn:1:q"}),
        ("hunter2-secret", {"arn": "arn:aws:sqs:eu-west-1:hunter2-secret:q"}),
    ],
)
def test_what_is_no_code_of_a_place_is_not_shown(tmp_path: Path, secret: str, where: dict[str, str]) -> None:
    configured = {"aws": provider(AWS, region=where.get("region", "eu-west-1"))}
    after = {"name": "q", **{key: value for key, value in where.items() if key == "arn"}}
    seen = observe(plan([change("aws_sqs_queue.q", after)], [block("aws_sqs_queue.q")], configured), tmp_path)
    assert secret not in json.dumps([repr(one) for one in seen])


def test_a_sensitive_price_class_and_project_are_not_shown(tmp_path: Path) -> None:
    document = plan(
        [
            change("aws_cloudfront_distribution.d", {"price_class": "PriceClass_100"}, sensitive={"price_class": True}),
            change(
                "google_storage_bucket.b",
                {"name": "b", "location": "EU", "project": "secret-project"},
                provider=GOOGLE,
                sensitive={"project": True},
            ),
        ],
        [],
        EU,
    )
    told = json.dumps([repr(one) for one in observe(document, tmp_path)])
    assert "PriceClass_100" not in told
    assert "secret-project" not in told


def test_many_instances_that_name_many_others_take_no_time_that_grows_with_the_square(tmp_path: Path) -> None:
    """Each subnet names the network of its own index; a search through all of them took minutes."""
    count = 4000
    network, subnet = "azurerm_virtual_network.v", "azurerm_subnet.s"
    document = plan(
        [
            *(
                change(f"{network}[{n}]", {"name": "v", "location": "westeurope"}, provider=AZURE, index=n)
                for n in range(count)
            ),
            *(change(f"{subnet}[{n}]", {"name": "s"}, provider=AZURE, index=n) for n in range(count)),
        ],
        [
            block(network, "azurerm", location="westeurope"),
            block(subnet, "azurerm", virtual_network_name=refs(f"{network}.name", network)),
        ],
        {"azurerm": provider(AZURE)},
    )
    found = located(document, tmp_path)
    assert {frozenset(_words(places)) for places in found.values()} == {frozenset({"NL"})}


def test_a_link_out_of_a_folder_is_a_gap(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from dpa_guard import Context, Scope
    from dpa_guard_terraform import TerraformProvider

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "us.json").write_text(json.dumps(plan([])), encoding="utf-8")
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "eu.json").write_text(json.dumps(plan([])), encoding="utf-8")
    (folder / "us").symlink_to(elsewhere)
    context = Context(clock=lambda: datetime(2026, 11, 25, tzinfo=UTC))
    seen = list(TerraformProvider().collect(Scope("s", "terraform", {}, (("plans", str(folder)),)), context))
    assert [one.reason_code for one in seen if isinstance(one, Gap)] == ["link-not-followed"]
    assert [one.subject for one in seen if isinstance(one, Note)] == ["plans/us"]
