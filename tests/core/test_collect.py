"""Looking once at several scopes: what a provider says, what becomes of one that breaks, and that silence is a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dpa_guard.collect import KINDS, Collected, collect, merge
from dpa_guard.hookspecs import Context, Provider, Scope
from dpa_guard.model import (
    Assumption,
    Coverage,
    Engagement,
    FirstParty,
    Gap,
    Input,
    Inventory,
    Note,
    Observation,
    Refusal,
)
from examples_of import moment, resource_of


class Says:
    """Yields what it was given, says what it looks at, and keeps the scopes it was asked about."""

    def __init__(self, name: str, *said: Any, breaks: Exception | None = None) -> None:
        self.name = name
        self.said = said
        self.breaks = breaks
        self.asked: list[tuple[Scope, Context]] = []

    def collect(self, scope: Scope, context: Context) -> Iterator[Observation]:
        self.asked.append((scope, context))
        context.progress(f"{self.name}: {scope.name}")
        yield from self.said
        if self.breaks:
            raise self.breaks


def looked(source: str = "plan.json") -> Coverage:
    return Coverage("s", "", "", {"*": "looked"}, source)


def contexts(progress: Callable[[str], None] = lambda _: None) -> Callable[[Scope], Context]:
    return lambda scope: Context(clock=moment, assume={"aws": scope.name}, progress=progress)


def collected(*providers: Provider, scopes: tuple[Scope, ...] | None = None, **rest: Any) -> list[Collected]:
    asked = scopes or tuple(Scope(f"scope-{each.name}", each.name) for each in providers)
    return collect(asked, {each.name: each for each in providers}, contexts(**rest))


def merged(*parts: Collected) -> Inventory:
    return merge(parts, moment(), "scan", FirstParty())


EVERYTHING = (
    resource_of(),
    Engagement("aws_s3_bucket.b", "cloud", "run", "cloud:aws", "A"),
    looked(),
    Gap("s", "plan-incomplete", {"input": "plan.json"}),
    Note("leaves", "x"),
    Input("plan.json", "plan", "hmac-sha256:" + "0" * 64, "0" * 64),
    Assumption("plan.json", "aws", "eu-west-1", "command-line"),
    Refusal("other.json", "not-json"),
)


def test_everything_a_provider_may_say_arrives_in_its_place() -> None:
    assert {type(one) for one in EVERYTHING} == set(KINDS)
    (part,) = collected(Says("one", *EVERYTHING))
    seen = merged(part)
    resource, engagement, coverage, gap, note, given, assumption, refusal = ((one,) for one in EVERYTHING)
    assert (seen.resources, seen.engagements, seen.coverage, seen.gaps) == (resource, engagement, coverage, gap)
    assert (seen.notes, seen.inputs, seen.assumptions, seen.refusals) == (note, given, assumption, refusal)
    assert (seen.taken_at, part.sources, part.broke) == (moment(), frozenset({"plan.json"}), None)


def test_several_scopes_are_asked_in_their_order_each_with_its_own_context() -> None:
    one, two = Says("one", looked("a")), Says("two", looked("b"))
    scopes = (Scope("x", "two"), Scope("y", "one", {"role": "r"}), Scope("z", "two"))
    told: list[str] = []
    parts = collected(one, two, scopes=scopes, progress=told.append)
    assert [part.scope.name for part in parts] == ["x", "y", "z"]
    assert [scope.name for scope, _ in two.asked] == ["x", "z"]
    assert [dict(context.assume) for _, context in two.asked] == [{"aws": "x"}, {"aws": "z"}]
    assert one.asked[0][0].settings == {"role": "r"}
    assert told == ["two: x", "one: y", "two: z"]
    assert [row.source for row in merged(*parts).coverage] == ["b", "a", "b"]


def test_a_provider_that_is_not_installed_is_a_gap_of_its_scope_and_the_others_go_on() -> None:
    parts = collected(Says("here", looked()), scopes=(Scope("racks", "acme-racks"), Scope("plans", "here")))
    assert merged(*parts).gaps == (Gap("racks", "provider-absent", {"provider": "acme-racks"}),)
    assert len(merged(*parts).coverage) == 1


def test_what_a_provider_had_said_before_it_broke_stays_and_the_rest_is_a_gap_that_names_it() -> None:
    error = OSError("secret-of-a-plan")
    breaking, fine = Says("breaking", resource_of(), looked(), breaks=error), Says("fine", looked("b"))
    first, second = collected(breaking, fine)
    seen = merged(first, second)
    assert [resource.id for resource in seen.resources] == ["aws_s3_bucket.b"]
    package = Says.__module__.partition(".")[0]
    assert seen.gaps == (
        Gap("scope-breaking", "provider-broke", {"provider": "breaking", "package": package, "error": "OSError"}),
    )
    assert first.broke is error
    assert [row.source for row in seen.coverage] == ["plan.json", "b"]


def test_a_provider_that_breaks_at_once_is_one_gap_and_not_two() -> None:
    (part,) = collected(Says("breaking", breaks=ValueError()))
    assert [gap.reason_code for gap in merged(part).gaps] == ["provider-broke"]


@pytest.mark.parametrize("said", [(), (resource_of(),), (Note("leaves", "x"),)], ids=["nothing", "resource", "note"])
def test_a_provider_that_does_not_say_what_it_looked_at_is_a_gap(said: tuple[Any, ...]) -> None:
    (part,) = collected(Says("silent", *said))
    assert [gap.reason_code for gap in merged(part).gaps] == ["provider-silent"]


@pytest.mark.parametrize(
    "said", [looked(), Gap("s", "x"), Refusal("x", "not-json")], ids=["coverage", "gap", "refusal"]
)
def test_coverage_a_gap_or_a_refusal_is_no_silence(said: Any) -> None:
    (part,) = collected(Says("speaking", said))
    assert [gap.reason_code for gap in merged(part).gaps] == (["x"] if isinstance(said, Gap) else [])


def test_a_provider_that_yields_what_nobody_knows_is_broken() -> None:
    (part,) = collected(Says("strange", looked(), "a string"))
    (gap,) = merged(part).gaps
    assert (gap.reason_code, gap.detail["error"]) == ("provider-broke", "KeyError")


@pytest.mark.parametrize(
    ("kinds", "kind"), [((), "scan"), (("plan",), "plan"), (("state", "state"), "state"), (("plan", "state"), "scan")]
)
def test_inputs_tell_whether_they_are_plans_or_states(kinds: tuple[Any, ...], kind: str) -> None:
    given = [Input(f"{number}.json", each, "c", "s") for number, each in enumerate(kinds)]
    (part,) = collected(Says("one", looked(), *given))
    assert merged(part).kind == kind


def test_what_is_ours_travels_with_the_inventory() -> None:
    ours = FirstParty(domains=frozenset({"kievit.example"}))
    assert merge([], moment(), "plan", ours).first_party == ours
