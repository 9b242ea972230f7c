"""The exit code of one and of several assessments."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dpa_guard.agreement import Agreement, PartyName, Territory
from dpa_guard.assessment import Assessment, exit_code_of
from dpa_guard.model import Gap, Inventory, Refusal, Verdict

AGREED = Agreement("A-1", "0" * 64, "agreement.toml", Territory("eea"), PartyName("Controller"), PartyName("Processor"))


def made(*verdicts: Verdict, gap: bool = False, refused: bool = False) -> Assessment:
    refusals = (Refusal("plan.json", "input-empty"),) if refused else ()
    inventory = Inventory(datetime(2026, 11, 24, tzinfo=UTC), "plan", refusals=refusals)
    gaps = (Gap("plan.json", "plan-incomplete"),) if gap else ()
    counts = {"transfer-outside-eu": dict.fromkeys(verdicts, 1)}
    return Assessment(AGREED, inventory, (), (), gaps, counts, {})


@pytest.mark.parametrize(
    ("assessment", "code"),
    [
        (made(), 0),
        (made("pass", "authorised", "not-applicable"), 0),
        (made("pass", "unknown"), 3),
        (made("pass", gap=True), 3),
        (made("fail", "unknown", gap=True), 1),
        (made(refused=True), 2),
        (made("fail", "unknown", gap=True, refused=True), 2),
    ],
)
def test_the_exit_code_of_one_assessment(assessment: Assessment, code: int) -> None:
    assert assessment.exit_code == code
    assert exit_code_of([assessment], allow_incomplete=False) == code
    assert exit_code_of([assessment], allow_incomplete=False, evidence_failed=True) == 4
    assert exit_code_of([assessment], allow_incomplete=True) == (0 if code == 3 else code)


def test_several_agreements_have_the_worst_of_their_exit_codes() -> None:
    assert exit_code_of([made("pass"), made("unknown")], allow_incomplete=False) == 3
    assert exit_code_of([made("unknown"), made("fail")], allow_incomplete=False) == 1
    assert exit_code_of([made("fail"), made(refused=True)], allow_incomplete=False) == 2
    assert exit_code_of([made("pass"), made("pass")], allow_incomplete=False) == 0


def test_no_assessment_at_all_is_two() -> None:
    assert exit_code_of([], allow_incomplete=True) == 2
