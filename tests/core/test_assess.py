"""Several agreements judged from one look at the estate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from dpa_guard.agreement import Agreement
from dpa_guard.assess import Asked, Assessed, assess, covers
from dpa_guard.assessment import exit_code_of
from dpa_guard.config import AgreementEntry, Exclusion, Settings
from dpa_guard.config_file import COMMAND_LINE_SCOPE
from dpa_guard.extensions import Extension, Extensions
from dpa_guard.hookspecs import Check, Context, Scope
from dpa_guard.model import Coverage, Finding, Inventory, Note, Observation
from examples_of import agreement_of, finding_of, moment, resource_of


class OneBucket:
    """Has one bucket in each scope, and counts how often it looked."""

    name = "buckets"

    def __init__(self) -> None:
        self.looks = 0

    def collect(self, scope: Scope, context: Context) -> Iterator[Observation]:  # noqa: ARG002  # the hook's shape
        self.looks += 1
        source = f"{scope.name}.json"
        yield resource_of(f"aws_s3_bucket.{scope.name}", source=source)
        yield Coverage(scope.name, "", "", {"*": "looked"}, source)
        if scope.settings.get("breaks"):
            raise RuntimeError("no more")


class FailsFor:
    """Fails everything under one agreement, and passes it under the others."""

    article = "3.1"

    def __init__(self, rule: str, agreement: str = "") -> None:
        self.rule = rule
        self.of = agreement

    def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:
        for resource in inventory.resources:
            yield finding_of(resource, "fail" if agreement.id == self.of else "pass", self.rule)


class Raises(FailsFor):
    def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding | Note]:
        yield from super().examine(inventory, agreement)
        raise LookupError("a plan's value")


def assessed(
    *asked: Asked,
    scopes: tuple[Scope, ...] = (Scope("shop", "buckets"), Scope("office", "buckets")),
    checks: tuple[Check, ...] = (FailsFor("one", "B"),),
    provider: OneBucket | None = None,
    **settings: Any,
) -> Assessed:
    extensions = Extensions((Extension("acme", "acme", "1", (provider or OneBucket(),), checks),))
    return assess(asked, scopes, Settings(**settings), extensions, lambda _: Context(clock=moment), moment(), "plan")


def asked(id: str, *scopes: str, rules: tuple[str, ...] = ("one",)) -> Asked:
    return Asked(AgreementEntry(f"{id}.toml", scopes=scopes or None), agreement_of(id, rules))


def test_the_estate_is_looked_at_once_however_many_agreements_there_are() -> None:
    provider = OneBucket()
    made = assessed(asked("A"), asked("B"), asked("C"), provider=provider)
    assert provider.looks == 2
    assert [one.agreement.id for one in made.assessments] == ["A", "B", "C"]
    assert [one.total("fail") for one in made.assessments] == [0, 2, 0]
    assert [one.exit_code for one in made.assessments] == [0, 1, 0]
    assert exit_code_of(made.assessments, allow_incomplete=False) == 1


def test_an_agreement_is_judged_on_its_scopes_only() -> None:
    made = assessed(asked("A", "shop"), asked("B", "office", "shop"))
    seen = [[resource.id for resource in one.inventory.resources] for one in made.assessments]
    assert seen == [["aws_s3_bucket.shop"], ["aws_s3_bucket.shop", "aws_s3_bucket.office"]]
    assert [[row.scope for row in one.inventory.coverage] for one in made.assessments] == [["shop"], ["shop", "office"]]


def test_an_agreement_that_covers_no_scope_of_the_run_is_named_and_not_judged() -> None:
    made = assessed(asked("A"), asked("B", "elsewhere"))
    assert [one.agreement.id for one in made.assessments] == ["A"]
    assert made.unseen == ("B",)


def test_what_breaks_in_a_scope_is_a_gap_for_the_agreements_that_cover_it_and_for_no_other() -> None:
    scopes = (Scope("shop", "buckets", {"breaks": True}), Scope("office", "buckets"))
    made = assessed(asked("A", "shop"), asked("C", "office"), scopes=scopes)
    assert [[gap.reason_code for gap in one.gaps] for one in made.assessments] == [["provider-broke"], []]
    assert [one.exit_code for one in made.assessments] == [3, 0]
    assert [part.broke is not None for part in made.collected] == [True, False]


def test_a_rule_that_only_one_agreement_needs_and_nobody_provides_is_a_gap_of_that_one() -> None:
    made = assessed(asked("A", rules=("one", "acme-logs")), asked("C"))
    assert [[(gap.reason_code, gap.detail["rule"]) for gap in one.gaps] for one in made.assessments] == [
        [("rule-absent", "acme-logs")],
        [],
    ]
    assert exit_code_of(made.assessments, allow_incomplete=False) == 3
    assert exit_code_of(made.assessments, allow_incomplete=True) == 0


def test_a_check_that_raises_is_a_gap_that_names_it_and_the_other_rules_are_judged() -> None:
    (made,) = assessed(asked("A", rules=("bad", "one")), checks=(Raises("bad"), FailsFor("one"))).assessments
    assert [finding.rule for finding in made.findings] == ["bad", "bad", "one", "one"]
    (gap,) = made.gaps
    assert gap.reason_code == "check-broke"
    assert gap.detail == {"rule": "bad", "extension": Raises.__module__.partition(".")[0], "error": "LookupError"}
    assert made.exit_code == 3


def test_a_fail_stays_a_fail_when_an_extension_breaks_besides() -> None:
    (made,) = assessed(asked("B", rules=("bad", "one")), checks=(Raises("bad"), FailsFor("one", "B"))).assessments
    assert made.exit_code == 1


def test_an_exclusion_of_a_scope_meets_what_was_read_in_it() -> None:
    exclusion = Exclusion({"scope": "shop"}, "test environment", "k.vos", date(2099, 1, 1))
    (made,) = assessed(asked("B"), exclusions=(exclusion,)).assessments
    verdicts = {finding.resource.id: finding.verdict for finding in made.findings if finding.resource}
    assert verdicts == {"aws_s3_bucket.shop": "not-applicable", "aws_s3_bucket.office": "fail"}


@pytest.mark.parametrize(
    ("scopes", "scope", "covered"),
    [
        (None, "shop", True),
        (("shop",), "shop", True),
        (("shop",), "office", False),
        (("shop",), COMMAND_LINE_SCOPE, True),
        ((), "shop", False),
    ],
)
def test_an_agreement_covers_all_scopes_or_those_it_names_and_what_is_only_on_the_command_line(
    scopes: tuple[str, ...] | None, scope: str, covered: bool
) -> None:
    assert covers(AgreementEntry("a.toml", scopes=scopes), scope) is covered
