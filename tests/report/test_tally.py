"""The table of counts."""

from __future__ import annotations

from collections import Counter

from dpa_guard.assessment import Assessment
from dpa_guard.model import VERDICTS, Finding, Inventory, Verdict
from dpa_guard.report.prose import Lang, Prose
from dpa_guard.report.tally import tally
from examples_of import agreement_of, finding_of, moment, resource_of


def _shown(
    numbers: dict[str, dict[Verdict, int]], lang: Lang = "en", reasons: dict[str, int] | None = None
) -> list[str]:
    found: list[Finding] = []
    for rule, of_rule in numbers.items():
        found += [
            finding_of(resource_of(), verdict, rule) for verdict, count in of_rule.items() for _ in range(min(count, 1))
        ]
    counts = {rule: {**dict.fromkeys(VERDICTS, 0), **of_rule} for rule, of_rule in numbers.items()}
    inventory = Inventory(moment(), "plan")
    made = Assessment(agreement_of(), inventory, tuple(found), (), (), counts, Counter(reasons or {}))
    return list(tally(made, Prose(lang)))


def test_only_verdicts_that_occur_have_a_column_and_pass_always_has() -> None:
    assert _shown({"one": {"pass": 3}, "second-rule": {"pass": 12, "unknown": 1}}) == [
        "",
        "findings           unknown  pass",
        "one (3.1)                0     3",
        "second-rule (3.1)        1    12",
    ]
    assert _shown({"one": {}})[1:] == ["findings  pass", "one          0"]


def test_a_number_wider_than_its_heading_widens_the_column() -> None:
    assert _shown({"one": {"fail": 1_000_000, "pass": 5}})[1:] == [
        "findings      fail  pass",
        "one (3.1)  1000000     5",
    ]


def test_a_name_too_long_for_the_table_has_its_own_line() -> None:
    name = "a-rule-of-a-stranger-with-a-name-that-leaves-no-room"
    verdicts: dict[Verdict, int] = dict.fromkeys(VERDICTS, 1)
    shown = _shown({"one": verdicts, name: verdicts}, "nl")
    assert shown[2:] == [
        "one (3.1)            1         1           1        1       1",
        f"{name} (3.1)",
        "                     1         1           1        1       1",
    ]
    assert max(map(len, shown)) <= 80


def test_what_was_excluded_and_what_was_reached_through_a_reference_is_said_below() -> None:
    shown = _shown({"one": {"pass": 2}}, "en", {"excluded": 3, "inside-inferred": 1})
    assert shown[-2:] == [
        "Among those not applicable: 3 that the configuration excludes.",
        "Among those that pass: 1 whose region was reached through a reference.",
    ]


def test_without_a_rule_there_is_no_table() -> None:
    assert _shown({}) == []
