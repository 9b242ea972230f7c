"""Generated plans whose truth is known: everything outside is found, nobody is accused wrongly.

``bench/genplan.py`` of the shared background data writes a plan and, beside it, the truth per address:
eu, noneu, unknown (the plan cannot say), eu-na (deleted) or thirdparty (a vendor's object).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import Struct

from dpa_guard.agreement import Agreement, PartyName, Territory
from dpa_guard.config import Settings
from dpa_guard.model import Coverage, Engagement, Finding, Gap, Inventory, Note, Observation, Refusal, Resource

Look = Callable[[Path], tuple[Observation, ...]]

AGREEMENT = Agreement(
    id="generated",
    sha256="0" * 64,
    path="agreement.toml",
    territory=Territory(rule="eu-member-states"),
    controller=PartyName(name="De Verantwoordelijke B.V."),
    processor=PartyName(name="De Bewerker B.V."),
    rules=("transfer-outside-eu",),
)


class Generated(Struct, frozen=True):
    """One generated plan, what is true of it, and what we say of it."""

    truth: dict[str, str]
    """Address → eu, noneu, unknown, eu-na, thirdparty."""
    seen: tuple[Observation, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]

    def those(self, truth: str) -> set[str]:
        return {address for address, told in self.truth.items() if told == truth}

    def judged(self, verdict: str) -> set[str]:
        return {f.resource.id for f in self.findings if f.resource is not None and f.verdict == verdict}


def _judge(truth: dict[str, str], seen: tuple[Observation, ...]) -> Generated:
    """Judge as the core does, by article 3.1 alone; imported here so that what is absent fails a test."""
    import dpa_guard_transfers
    from dpa_guard.examine import examine

    assessment = examine(_inventory(seen), AGREEMENT, Settings(), list(dpa_guard_transfers.add_checks()))
    assert assessment.broken == ()
    return Generated(truth, seen, assessment.findings, assessment.notes)


def _inventory(seen: tuple[Observation, ...]) -> Inventory:
    return Inventory(
        taken_at=datetime(2026, 11, 24, tzinfo=UTC),
        kind="plan",
        resources=tuple(item for item in seen if isinstance(item, Resource)),
        engagements=tuple(item for item in seen if isinstance(item, Engagement)),
        coverage=tuple(item for item in seen if isinstance(item, Coverage)),
        gaps=tuple(item for item in seen if isinstance(item, Gap)),
    )


@pytest.fixture(scope="module", params=[1, 7, 42, 2026], ids=lambda seed: f"seed {seed}")
def generated(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory, look: Look
) -> Generated:
    maker = shared_data.parent / "bench" / "genplan.py"
    if not maker.is_file():
        pytest.skip("the plan generator is not on this machine (bench/genplan.py of the shared background data)")
    folder = tmp_path_factory.mktemp("generated")
    plan, truth = folder / "plan.json", folder / "truth.json"
    command = [sys.executable, str(maker), "400", str(plan), "--seed", str(request.param), "--truth", str(truth)]
    subprocess.run(command, check=True, timeout=60)
    told = {address: row["verdict"] for address, row in json.loads(truth.read_text()).items()}
    return _judge(told, look(plan))


def test_every_generated_object_is_listed_once(generated: Generated) -> None:
    assert [item for item in generated.seen if isinstance(item, Refusal)] == []
    listed = [item.id for item in generated.seen if isinstance(item, Resource)]
    assert sorted(listed) == sorted(generated.truth)


def test_everything_outside_the_union_fails(generated: Generated) -> None:
    assert generated.those("noneu") - generated.judged("fail") == set()


def test_everything_inside_the_union_passes(generated: Generated) -> None:
    assert generated.those("eu") - generated.judged("pass") == set()


def test_what_the_plan_cannot_say_stays_unknown(generated: Generated) -> None:
    assert generated.those("unknown") - generated.judged("unknown") == set()


def test_nobody_is_accused_and_nothing_is_left_open_without_reason(generated: Generated) -> None:
    vendors = generated.those("thirdparty")
    assert generated.judged("fail") - vendors == generated.those("noneu")
    assert generated.judged("unknown") - vendors == generated.those("unknown")
    assert generated.judged("pass") == generated.those("eu")
    assert generated.judged("authorised") == set()


def test_each_object_gets_one_verdict(generated: Generated) -> None:
    subjects = [f.resource.id for f in generated.findings if f.resource is not None]
    assert len(subjects) == len(set(subjects))


def test_deleted_objects_leave_and_are_not_judged(generated: Generated) -> None:
    leaving = {item.id for item in generated.seen if isinstance(item, Resource) and item.fate == "leaves"}
    assert leaving == generated.those("eu-na")
    judged = {f.resource.id for f in generated.findings if f.resource is not None and f.verdict != "not-applicable"}
    assert judged.isdisjoint(leaving)
    assert {note.subject for note in generated.notes if note.kind == "leaves"} == leaving


def test_vendors_objects_are_judged_as_vendors_and_never_pass(generated: Generated) -> None:
    vendors = generated.those("thirdparty")
    sources = {item.provider for item in generated.seen if isinstance(item, Resource) and item.id in vendors}
    engaged = {item.identifier for item in generated.seen if isinstance(item, Engagement)}
    assert sources == {"datadog/datadog", "cloudflare/cloudflare"}
    assert {f"terraform-provider:{source}" for source in sources} <= engaged
    assert vendors.isdisjoint(generated.judged("pass") | generated.judged("authorised"))
    parties = {f.party.identifier: f.verdict for f in generated.findings if f.party is not None}
    assert parties["terraform-provider:cloudflare/cloudflare"] == "fail", "an edge network is worldwide"
    assert parties["terraform-provider:datadog/datadog"] in ("fail", "unknown")
