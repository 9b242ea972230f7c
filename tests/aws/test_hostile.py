"""What an API, or somebody with an account, could do so that a scan passes over something."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from botocore.loaders import Loader

from aws_calls import calls


@cache
def _inputs(service: str, operation: str) -> dict[str, str]:
    """Return parameter → what the model says of it."""
    model: dict[str, Any] = Loader().load_service_model(service, "service-2")
    given = model["operations"][operation].get("input")
    members = model["shapes"][given["shape"]].get("members", {}) if given else {}
    return {name: re.sub("<[^>]+>", "", member.get("documentation", "")) for name, member in members.items()}


def test_every_list_that_is_only_paged_on_demand_is_asked_for_pages() -> None:
    """SQS answers the first 1,000 queues and no token, unless ``MaxResults`` is set."""
    silent = [
        (call.label, name)
        for call in calls()
        for name, says in _inputs(call.service, call.operation).items()
        if re.search(r"must (set|specify|include) .{0,40}to receive", says) and name not in call.params
    ]
    assert silent == []


def test_what_an_account_can_hide_from_its_lists_is_asked_for() -> None:
    """An account may set EC2 to leave out what another service of AWS made in it; it is there and is billed."""
    hidden = [
        (call.label, name)
        for call in calls()
        for name, says in _inputs(call.service, call.operation).items()
        if "set to hidden" in says and not call.params.get(name)
    ]
    assert hidden == []


def test_projects_of_every_feature_are_listed() -> None:
    """Rekognition lists those of custom labels alone, unless it is told which."""
    (projects,) = [call for call in calls() if call.label == "rekognition.DescribeProjects"]
    assert set(projects.params["Features"]) == {"CUSTOM_LABELS", "CONTENT_MODERATION"}
