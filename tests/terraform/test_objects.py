"""Which objects will exist after apply."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dpa_guard import Coverage, Engagement, Gap, Note, Resource
from terraform_plans import block, change, observe, plan, provider

IRELAND = {"aws": provider(region="eu-west-1")}


def fates(document: object, folder: Path) -> dict[tuple[str, str | None], str]:
    return {(one.id, one.instance): one.fate for one in observe(document, folder) if isinstance(one, Resource)}


def state(*resources: dict[str, Any], **child: Any) -> dict[str, Any]:
    modules = {"child_modules": [child]} if child else {}
    return {"format_version": "1.0", "values": {"root_module": {"resources": list(resources), **modules}}}


def entry(address: str, **rest: Any) -> dict[str, Any]:
    kind, name = address.split("[")[0].split(".")
    built = {"address": address, "mode": "managed", "type": kind, "name": name, "values": {}}
    return {**built, "provider_name": "registry.terraform.io/hashicorp/aws", **rest}


def test_what_is_created_does_not_exist_yet_and_what_is_unchanged_does(tmp_path: Path) -> None:
    changes = [
        change("aws_sqs_queue.new", {}),
        change("aws_sqs_queue.old", {}, actions=["no-op"], before={}),
        change("aws_sqs_queue.mended", {}, actions=["update"], before={}),
        change("aws_sqs_queue.replaced", {}, actions=["delete", "create"], before={}),
        change("aws_sqs_queue.replaced_first", {}, actions=["create", "delete"], before={}),
        change("aws_sqs_queue.gone", None, actions=["delete"], before={}),
    ]
    assert fates(plan(changes, [], IRELAND), tmp_path) == {
        ("aws_sqs_queue.new", None): "planned",
        ("aws_sqs_queue.old", None): "exists",
        ("aws_sqs_queue.mended", None): "exists",
        ("aws_sqs_queue.replaced", None): "planned",
        ("aws_sqs_queue.replaced_first", None): "planned",
        ("aws_sqs_queue.gone", None): "leaves",
    }


def test_a_forgotten_object_is_still_hosted_and_judged_by_what_it_was(tmp_path: Path) -> None:
    before = {"arn": "arn:aws:sqs:us-east-1:000000000000:q"}
    changes = [
        change("aws_sqs_queue.forgotten", None, actions=["forget"], before=before),
        change("aws_sqs_queue.twice", {}, actions=["create", "forget"], before=before),
    ]
    seen = {
        (one.id, one.instance): one
        for one in observe(plan(changes, [], IRELAND), tmp_path)
        if isinstance(one, Resource)
    }
    assert set(seen) == {
        ("aws_sqs_queue.forgotten", "forgotten"),
        ("aws_sqs_queue.twice", "forgotten"),
        ("aws_sqs_queue.twice", None),
    }
    assert [one.countries for one in seen["aws_sqs_queue.forgotten", "forgotten"].locations] == [("US",)]


def test_what_only_the_prior_state_knows_is_judged_too(tmp_path: Path) -> None:
    prior = state(entry("aws_sqs_queue.untouched"), entry("aws_sqs_queue.b", deposed_key="0123abcd"))
    changes = [change("aws_sqs_queue.b", {}, actions=["no-op"], before={})]
    assert fates(plan(changes, [], IRELAND, prior_state=prior, complete=False), tmp_path) == {
        ("aws_sqs_queue.b", None): "exists",
        ("aws_sqs_queue.untouched", None): "exists",
        ("aws_sqs_queue.b", "deposed:0123abcd"): "exists",
    }


def test_a_moved_object_is_not_counted_at_its_old_address(tmp_path: Path) -> None:
    prior = state(entry("aws_sqs_queue.old"))
    changes = [change("aws_sqs_queue.new", {}, actions=["no-op"], before={}, previous_address="aws_sqs_queue.old")]
    assert fates(plan(changes, [], IRELAND, prior_state=prior), tmp_path) == {("aws_sqs_queue.new", None): "exists"}


def test_a_refresh_only_plan_is_judged_by_its_refreshed_state(tmp_path: Path) -> None:
    document = plan([], [], IRELAND, prior_state=state(entry("aws_sqs_queue.q")))
    del document["resource_changes"]
    assert fates(document, tmp_path) == {("aws_sqs_queue.q", None): "exists"}


def test_addresses_of_terraform_0_12_get_their_module_and_index_back(tmp_path: Path) -> None:
    prior = state(
        address="module.m", resources=[entry("aws_sqs_queue.q", index="a.b"), entry("aws_sqs_queue.q", index=1)]
    )
    assert set(fates(plan([], [], IRELAND, prior_state=prior), tmp_path)) == {
        ('module.m.aws_sqs_queue.q["a.b"]', None),
        ("module.m.aws_sqs_queue.q[1]", None),
    }


def test_data_sources_are_nobodys_objects(tmp_path: Path) -> None:
    read = change("aws_region.here", {}, actions=["read"])
    document = plan([{**read, "mode": "data", "address": "data.aws_region.here"}], [], IRELAND)
    assert fates(document, tmp_path) == {}


def test_an_incomplete_or_deferred_plan_is_judged_with_a_gap(tmp_path: Path) -> None:
    deferred = [{"reason": "unknown", "resource_change": change("aws_sqs_queue.later", {})}]
    seen = observe(plan([], [], IRELAND, complete=False, deferred_changes=deferred), tmp_path)
    assert [one.reason_code for one in seen if isinstance(one, Gap)] == ["plan-incomplete", "plan-deferred"]
    assert [one.services for one in seen if isinstance(one, Coverage)] == [{"*": "looked-partly"}]
    assert [one.id for one in seen if isinstance(one, Resource)] == ["aws_sqs_queue.later"]


def test_a_state_file_tells_aliases_and_indices(tmp_path: Path) -> None:
    file = {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 1,
        "lineage": "00000000-0000-0000-0000-000000000000",
        "resources": [
            {
                "module": 'module.m["k"]',
                "mode": "managed",
                "type": "aws_sqs_queue",
                "name": "q",
                "provider": 'provider["registry.terraform.io/hashicorp/aws"].us',
                "instances": [
                    {"index_key": 0, "attributes": {"arn": "arn:aws:sqs:us-east-1:000000000000:q"}},
                    {"index_key": 0, "deposed": "0123abcd", "attributes": {}},
                ],
            }
        ],
    }
    seen = {(one.id, one.instance): one for one in observe(file, tmp_path) if isinstance(one, Resource)}
    assert [one.countries for one in seen['module.m["k"].aws_sqs_queue.q[0]', None].locations] == [("US",)]
    assert seen['module.m["k"].aws_sqs_queue.q[0]', None].account == "000000000000"
    deposed = seen['module.m["k"].aws_sqs_queue.q[0]', "deposed:0123abcd"]
    assert [one.extent for one in deposed.locations] == ["unknown"]


def test_the_cloud_and_each_vendor_object_is_an_engagement(tmp_path: Path) -> None:
    datadog = "registry.terraform.io/datadog/datadog"
    changes = [
        change("aws_sqs_queue.a", {}),
        change("aws_sqs_queue.b", {}),
        change("datadog_monitor.m", {}, provider=datadog),
        change("random_id.r", {}, provider="registry.terraform.io/hashicorp/random"),
    ]
    blocks = [block("datadog_monitor.m", "datadog")]
    seen = observe(plan(changes, blocks, {**IRELAND, "datadog": provider(datadog)}), tmp_path)
    assert [(one.resource, one.identifier) for one in seen if isinstance(one, Engagement)] == [
        ("aws_sqs_queue.a", "cloud:aws"),
        ("datadog_monitor.m", "terraform-provider:datadog/datadog"),
    ]


def test_a_vendor_that_is_configured_and_not_used_is_a_note(tmp_path: Path) -> None:
    datadog = "registry.terraform.io/datadog/datadog"
    seen = observe(plan([], [], {"datadog": provider(datadog, api_url="https://api.datadoghq.eu")}), tmp_path)
    assert [(one.kind, one.subject) for one in seen if isinstance(one, Note)] == [
        ("provider-without-object", "datadog/datadog")
    ]
    assert not [one for one in seen if isinstance(one, Engagement)]


@pytest.mark.parametrize(
    "odd",
    [{"resource_changes": 7}, {"configuration": []}, {"prior_state": "x"}, {"resource_changes": [{"address": 1}]}],
)
def test_a_plan_whose_parts_are_not_what_they_should_be_is_refused(tmp_path: Path, odd: dict[str, Any]) -> None:
    (refusal,) = observe(plan([], [], IRELAND, **odd), tmp_path)
    assert type(refusal).__name__ == "Refusal"
