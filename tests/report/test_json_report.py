"""The report for machines: the published schema says the same as the structs, and whole runs hold to it."""

from __future__ import annotations

import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from any_run import runs
from dpa_guard import model
from dpa_guard.assessment import Assessment
from dpa_guard.errors import DpaGuardError, Mistakes
from dpa_guard.model import Gap, Inventory
from dpa_guard.report import json_shape
from dpa_guard.report.json_report import document
from dpa_guard.report.prose import Prose
from dpa_guard.report.run import Recorded, Run, one_by_one
from examples_of import agreement_of, finding_of, moment, resource_of
from report_schemas import NAMES, faults, schema

ASSESSMENT = schema("assessment-1")


def _report(run: Run) -> dict[str, Any]:
    whole = b"".join(document(run, Prose("en")))
    assert whole.endswith(b"\n")
    assert whole.count(b"\n") == 1
    report: dict[str, Any] = json.loads(whole)
    return report


@given(runs(), st.sampled_from(["en", "nl"]))
@settings(max_examples=50, deadline=None)
def test_any_run_is_what_the_published_schema_says(run: Run, lang: Any) -> None:
    report = json.loads(b"".join(document(run, Prose(lang))))
    assert faults(report) == []
    parts = report.get("assessments", [report])
    for part, assessment in zip(parts, run.assessments, strict=True):
        assert len(part["findings"]) == len(assessment.findings)
        assert part["counts"] == assessment.counts


def _object(part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in part:
        return _object(ASSESSMENT["$defs"][part["$ref"].rpartition("/")[2]])
    if "oneOf" in part:
        return _object(part["oneOf"][0])
    return _object(part["items"]) if "items" in part else part


def _inside(*keys: str) -> dict[str, Any]:
    found = ASSESSMENT
    for key in keys:
        found = _object(found["properties"][key])
    return found


@pytest.mark.parametrize(
    ("struct", "keys"),
    [
        ((json_shape.Head, json_shape.Tail), ()),
        ((json_shape.AgreementNamed,), ("agreement",)),
        ((json_shape.InputShape,), ("inputs",)),
        ((json_shape.AssumptionShape,), ("assumptions",)),
        ((json_shape.ErrorShape,), ("errors",)),
        ((json_shape.FindingShape,), ("findings",)),
        ((json_shape.ResourceShape,), ("findings", "resource")),
        ((json_shape.PartyShape,), ("findings", "party")),
        ((json_shape.LocationShape,), ("findings", "locations")),
        ((json_shape.ReasonShape,), ("findings", "reason")),
        ((json_shape.NoteShape,), ("notes",)),
        ((json_shape.GapShape,), ("gaps",)),
        ((json_shape.CoverageShape,), ("coverage",)),
    ],
    ids=lambda value: "/".join(value) if value and isinstance(value[0], str) else None,
)
def test_the_schema_has_the_fields_of_the_structs_and_allows_no_other(
    struct: tuple[type[msgspec.Struct], ...], keys: tuple[str, ...]
) -> None:
    fields = {field.encode_name for one in struct for field in msgspec.structs.fields(one)}
    part = _inside(*keys)
    named = set(part["properties"]) - (set() if keys else {"findings"})
    assert (named, part["additionalProperties"]) == (fields, False)
    assert set(part["required"]) == set(part["properties"])


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (model.Verdict, ("findings", "verdict")),
        (model.Role, ("findings", "locations", "role")),
        (model.Extent, ("findings", "locations", "extent")),
        (model.Basis, ("findings", "locations", "basis")),
        (model.RunKind, ("kind",)),
    ],
)
def test_the_schema_knows_every_word_of_the_model(words: Any, keys: tuple[str, ...]) -> None:
    assert sorted(_inside(*keys)["enum"]) == sorted(get_args(words))


def test_the_schema_knows_every_class_and_status() -> None:
    assert set(_inside("findings", "resource", "class")["enum"]) == {*get_args(model.Class), ""}
    statuses = _inside("coverage", "services")["additionalProperties"]["enum"]
    assert sorted(statuses) == sorted(get_args(model.Status))


def test_every_key_of_the_published_schemas_has_a_sentence() -> None:
    def silent(part: Any, path: str) -> list[str]:
        if not isinstance(part, dict):
            return []
        inside = [*part.get("properties", {}).items(), *part.get("$defs", {}).items()]
        found = [f"{path}/{key}" for key, one in inside if not one.get("description") and "$ref" not in one]
        return found + [line for key, one in inside for line in silent(one, f"{path}/{key}")]

    assert [line for name in NAMES for line in silent(schema(name), name)] == []


def test_mistakes_outside_the_inputs_come_with_what_to_do_and_nothing_is_judged() -> None:
    mistakes = Mistakes([DpaGuardError("a", "one"), DpaGuardError("b", "two", "do this")])
    report = _report(Run(2, errors=one_by_one(mistakes)))
    assert faults(report) == []
    assert report["errors"] == [
        {"code": "a", "input": "", "text": "one"},
        {"code": "b", "input": "", "text": "two; do this"},
    ]
    assert (report["agreement"], report["taken_at"], report["findings"], report["counts"]) == (None, None, [], {})


def test_a_path_that_is_no_text_does_not_stop_the_report() -> None:
    report = _report(Run(2, errors=(DpaGuardError("a", "nowhere\udcff: there is no such file"),)))
    assert report["errors"][0]["text"] == r"nowhere\udcff: there is no such file"


def test_evidence_names_the_log_and_its_head_or_is_null() -> None:
    made = Assessment(agreement_of(), Inventory(moment(), "plan"), (), (), (), {}, {})
    assert _report(Run(0, (made,)))["evidence"] is None
    recorded = Recorded("folder", "log.example/x", "01a2", 7, "cm9vdA==")
    evidence = _report(Run(0, (made,), recorded={"A-1": recorded}))["evidence"]
    assert evidence == {"log": "log.example/x", "size": 7, "root": "cm9vdA=="}


def test_evidence_that_was_required_and_is_missing_is_an_error() -> None:
    made = Assessment(agreement_of(), Inventory(moment(), "plan"), (), (), (), {}, {})
    report = _report(Run(4, (made,), evidence_missing=True))
    assert [error["code"] for error in report["errors"]] == ["evidence-required"]


def test_each_of_several_agreements_has_its_own_exit_code() -> None:
    seen = Inventory(moment(), "plan", resources=(resource_of(),))
    fine = Assessment(agreement_of("A"), seen, (finding_of(resource_of()),), (), (), {"one": {"pass": 1}}, {})
    lacking = Assessment(agreement_of("B"), seen, (), (), (Gap("B", "rule-absent", {"rule": "x"}),), {}, {})
    report = _report(Run(3, (fine, lacking)))
    assert (report["exit_code"], [one["exit_code"] for one in report["assessments"]]) == (3, [0, 3])


def test_fifty_thousand_findings_come_in_pieces() -> None:
    resource = resource_of()
    found = (finding_of(resource),) * 50_000
    made = Assessment(agreement_of(), Inventory(moment(), "plan"), found, (), (), {"one": {"pass": 50_000}}, {})
    pieces = list(document(Run(0, (made,)), Prose("en")))
    assert max(map(len, pieces)) < 1_000_000
    assert len(json.loads(b"".join(pieces))["findings"]) == 50_000
