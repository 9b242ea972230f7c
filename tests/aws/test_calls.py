"""Every row of the table of AWS calls against botocore's own models: nothing in it may be made up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from botocore.validate import ParamValidator

from aws_calls import OF_THE_CALL, Call, calls, parent_of, references, rows
from aws_shapes import NotInTheShape, found, is_text, items, name_of, output_of, paginators, service_model, texts
from dpa_guard.gazetteer.kinds import kind_of
from dpa_guard.gazetteer.places import find
from dpa_guard.model import Role
from dpa_guard_aws.errors import Meaning
from dpa_guard_aws.partitions import partitions

DATA = Path(__file__).parent / "data"
READ_ONLY = ("Describe", "Get", "List")
ACTION = re.compile(r"[a-z0-9-]+:(?:Describe|Get|List)[A-Za-z0-9]+\Z")
OTHER_ACTIONS = {"apigateway:GET", "cassandra:Select"}
"""API Gateway names its actions by HTTP method; Keyspaces lists by selecting from its system tables. Both narrowed."""
TOKENS = re.compile(r"(next)?(page)?(token|marker)|lastevaluated\w*|hasmore\w*|position", re.IGNORECASE)
"""Members of an answer that say where the next page begins."""


def complaints(check: Callable[[Call], Iterator[str]]) -> list[str]:
    """What a check says of each row, with the row's name before it."""
    return [f"{call.label}: {text}" for call in calls() for text in _said(check, call)]


def _said(check: Callable[[Call], Iterator[str]], call: Call) -> Iterator[str]:
    try:
        yield from check(call)
    except NotInTheShape as error:
        yield str(error)


def item_of(call: Call) -> Any:
    return items(found(call.items, output_of(call.service, call.operation)))


def sampled(value: Any) -> Any:
    """Parameters with each reference replaced by a text long enough for any parameter."""
    if isinstance(value, dict):
        return {key: sampled(one) for key, one in value.items()}
    if isinstance(value, list):
        return [sampled(one) for one in value]
    return "a" * 60 if isinstance(value, str) and "{" in value else value


def test_every_operation_exists_and_only_reads() -> None:
    def check(call: Call) -> Iterator[str]:
        if call.operation not in service_model(call.service).operation_names:
            yield "botocore has no such operation"
        if not call.operation.startswith(READ_ONLY):
            yield "its name does not say that it only reads"

    assert complaints(check) == []


def test_every_parameter_is_legal() -> None:
    def check(call: Call) -> Iterator[str]:
        shape = service_model(call.service).operation_model(call.operation).input_shape
        if shape is None:
            yield from call.params
            return
        report = ParamValidator().validate(sampled(call.params), shape)
        if report.has_errors():
            yield report.generate_report()

    assert complaints(check) == []


def test_items_ids_and_places_are_fields_of_the_answer() -> None:
    def check(call: Call) -> Iterator[str]:
        item = item_of(call)
        if call.id and not is_text(at := found(call.id, item)):
            yield f"id {call.id} is {name_of(at)}"
        for place in call.places:
            at = found(place.path, item)
            if place.form != "worldwide" and not texts(at):
                yield f"{place.path} is {name_of(at)}"
            if place.role not in get_args(Role):
                yield f"{place.role} is no role"

    assert complaints(check) == []


def test_what_a_call_is_asked_with_is_a_field_of_the_item_before() -> None:
    def check(call: Call) -> Iterator[str]:
        parent = parent_of(call)
        asked = [reference for reference in references(call.params) if reference not in OF_THE_CALL]
        if parent is None:
            yield from asked
            return
        if not asked:
            yield "does not say which item it asks about"
        for reference in asked:
            if not is_text(found(reference, item_of(parent))):
                yield reference

    assert complaints(check) == []


def test_every_kind_is_known_and_belongs_to_the_service() -> None:
    def check(call: Call) -> Iterator[str]:
        kind = kind_of(call.kind)
        service = kind.service if kind else "nothing known"
        if service != service_model(call.service).endpoint_prefix:
            yield f"{call.kind} is of {service}"

    assert complaints(check) == []


def test_a_template_makes_an_id_of_an_id() -> None:
    def check(call: Call) -> Iterator[str]:
        fields = set(re.findall(r"\{(\w+)\}", call.arn))
        if call.arn and not (call.id and "id" in fields and fields <= {"partition", "region", "account", "id"}):
            yield call.arn

    assert complaints(check) == []


def test_every_action_is_well_formed() -> None:
    assert [call.action for call in calls() if not ACTION.match(call.action)] == [
        call.action for call in calls() if call.action in OTHER_ACTIONS
    ]


def test_all_pages_can_be_asked_for() -> None:
    declared = {f"{row['service']}.{row['operation']}" for row in rows("paging")}

    def check(call: Call) -> Iterator[str]:
        if call.operation in paginators(call.service) or call.name in declared:
            return
        shape = service_model(call.service).operation_model(call.operation).output_shape
        members = dict(shape.members)
        for member in shape.members.values():
            members |= member.members if member.type_name == "structure" else {}
        yield from (name for name in members if TOKENS.fullmatch(name))

    assert complaints(check) == []


@pytest.mark.parametrize("row", rows("paging"), ids=lambda row: f"{row['service']}.{row['operation']}")
def test_declared_paging_names_what_the_operation_has(row: dict[str, str]) -> None:
    service, operation = row["service"], row["operation"]
    assert f"{service}.{operation}" in {call.name for call in calls()}, "no call needs it"
    assert operation not in paginators(service), "botocore knows how"
    answer = output_of(service, operation)
    assert is_text(found(row["output_token"], answer))
    assert row["input_token"] in service_model(service).operation_model(operation).input_shape.members
    assert not row["more_results"] or found(row["more_results"], answer) == ("flag",)


def test_rows_are_sorted_and_different() -> None:
    keys = [(row["service"], row["operation"], row["after"], row["params"]) for row in rows("calls")]
    assert keys == sorted(keys)
    assert len({call.label for call in calls()}) == len(calls())


def test_what_others_come_after_is_one_row() -> None:
    count = Counter(call.name for call in calls())
    assert {call.after: count[call.after] for call in calls() if call.after and count[call.after] != 1} == {}


def test_calls_after_others_go_where_those_went() -> None:
    assert [call.label for call in calls() if (parent := parent_of(call)) and parent.scope != call.scope] == []


def test_there_are_as_many_as_were_asked_for() -> None:
    assert len(calls()) >= 120
    assert len({call.service for call in calls()}) >= 80


def test_global_calls_know_where_they_are_answered() -> None:
    assert {call.service for call in calls() if call.scope == "global"} == {
        row["service"] for row in rows("home-regions")
    }
    for row in rows("home-regions"):
        assert row["partition"] in partitions()
        place = find("aws", row["region"])
        assert place is not None
        assert place.partition == row["partition"]


def test_errors_are_of_calls_that_are_made_and_mean_something() -> None:
    names = {call.name for call in calls()} | {f"{call.service}." for call in calls()} | {"."}
    for row in rows("errors"):
        assert f"{row['service']}.{row['operation']}" in names
        assert row["meaning"] in get_args(Meaning)
        assert row["code"]
        assert row["source"]


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("Buckets[].Nmae", id="no such field"),
        pytest.param("Buckets.Name", id="a list is not one thing"),
        pytest.param("Owner[?ID].ID", id="one thing is not a list"),
        pytest.param("keys(Buckets)", id="a list has no keys"),
        pytest.param("Buckets[?starts_with(@, 'a')]", id="a structure is no text"),
    ],
)
def test_an_expression_that_is_made_up_is_found_out(expression: str) -> None:
    with pytest.raises(NotInTheShape):
        found(expression, output_of("s3", "ListBuckets"))
