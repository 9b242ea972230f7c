"""The SDK's descriptions of services, reduced: every operation of the list is whole, and every error can be read."""

from __future__ import annotations

from typing import Any

import pytest

from dpa_guard_aws.calls import Access
from dpa_guard_aws.credentials import PerRequest
from dpa_guard_aws.guard import allowed
from dpa_guard_aws.session import _botocore

SERVICES = sorted({service for service, _ in allowed()})


@pytest.fixture(scope="module")
def sdk() -> Any:
    return _botocore(Access("aws", "eu-west-1"), PerRequest())


def test_each_service_knows_what_is_on_the_list_and_no_more(sdk: Any) -> None:
    known = {(service, name) for service in SERVICES for name in sdk.get_service_model(service).operation_names}
    assert known == allowed() - {("timestream-query", "DescribeEndpoints")}


def test_whatever_shape_is_named_is_there(sdk: Any) -> None:
    for service in SERVICES:
        model = sdk.get_service_model(service)
        for name in model.operation_names:
            operation = model.operation_model(name)
            waiting, seen = [one for one in (operation.input_shape, operation.output_shape) if one], set()
            while waiting:
                shape = waiting.pop()
                if shape.name not in seen:
                    seen.add(shape.name)
                    inside = [*getattr(shape, "members", {}).values()]
                    inside += [getattr(shape, part) for part in ("member", "key", "value") if hasattr(shape, part)]
                    waiting += inside


def test_every_error_answer_can_be_read(sdk: Any) -> None:
    for service in SERVICES:
        model = sdk.get_service_model(service)
        assert model.shape_for_error_code("NoSuchCodeAnywhere") is None, service
        assert model.service_id.hyphenize(), service
