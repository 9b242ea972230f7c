"""Runs made of anything: whatever text a plan, an agreement or a stranger's extension could hold."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from dpa_guard.agreement import Agreement, PartyName, Territory
from dpa_guard.assessment import Assessment, exit_code_of
from dpa_guard.model import (
    VERDICTS,
    Assumption,
    Coverage,
    Finding,
    Gap,
    Input,
    Inventory,
    Location,
    Note,
    Party,
    Refusal,
    Resource,
)
from dpa_guard.report.prose import rows
from dpa_guard.report.run import Recorded, Run

_CHARACTERS = st.characters(exclude_categories=["Cs"])
NASTY = [
    "\x1b[31mred\x1b[0m",
    "a\r\nEXIT 0",
    "\u202egnp.exe",
    "::error::x",
    "##[error]",
    "{0}",
    "%s",
    "x" * 90,
    "…",
    "日本語",
]
ADDRESSES = [
    "aws_s3_bucket.a",
    'module.m["x.y/z"].aws_s3_bucket.b["a b c"]',
    "module." + "m" * 40 + ".aws_s3_bucket_replication_configuration." + "n" * 30,
]
text = st.one_of(st.sampled_from([*NASTY, "plain words of some length, then"]), st.text(_CHARACTERS, max_size=12))
name = st.one_of(st.sampled_from(ADDRESSES), text.filter(bool))
code = st.sampled_from([*sorted({code for group, code in rows() if group != "word"}), "strangers-own-code"])
params = st.dictionaries(
    st.sampled_from(
        ["places", "role", "attribute", "party", "identifier", "resources", "rule", "reason", "day", "kind"]
    ),
    text,
)
locations = st.lists(
    st.builds(
        Location,
        role=st.sampled_from(["primary", "replica", "control"]),
        code=st.none() | text,
        countries=st.lists(st.sampled_from(["DE", "US", "XK"]), max_size=2).map(tuple),
        extent=st.sampled_from(["exact", "within-eu", "unknown", "worldwide"]),
    ),
    max_size=2,
).map(tuple)
resources = st.builds(
    Resource,
    id=name,
    kind=text,
    service=text,
    class_=st.sampled_from(["stores", ""]),
    provider=text,
    partition=text,
    account=text,
    source=st.sampled_from(["-", "plan.json", "a b/\x07.json"]),
    locations=locations,
    instance=st.sampled_from([None, "deposed:0a1b", "forgotten"]),
    fate=st.sampled_from(["exists", "planned", "forgotten"]),
)
parties = st.builds(Party, identifier=name, vendor=st.none() | text, register_id=st.none() | text)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    about_party = draw(st.booleans())
    return Finding(
        draw(
            st.sampled_from(
                ["transfer-outside-eu", "a-stranger's rule \x1b with a name that is far too long for a column"]
            )
        ),
        "3.1",
        draw(st.sampled_from(VERDICTS)),
        None if about_party else draw(resources),
        draw(parties) if about_party else None,
        draw(locations),
        draw(code),
        draw(params),
        draw(st.sampled_from(["", "move-or-ask", "strangers-cure"])),
    )


@st.composite
def assessments(draw: st.DrawFn, number: int = 0) -> Assessment:
    found = tuple(draw(st.lists(findings(), max_size=4)))
    counts: dict[str, dict[Any, int]] = {}
    for finding in found:
        counts.setdefault(finding.rule, dict.fromkeys(VERDICTS, 0))[finding.verdict] += 1
    agreement = Agreement(
        id=f"{number}{draw(text)}",
        sha256="0" * 64,
        path="agreement.toml",
        territory=Territory("eu-member-states"),
        controller=PartyName(draw(text)),
        processor=PartyName(draw(text)),
        time_zone="Europe/Amsterdam",
        rules=tuple(counts),
    )
    inventory = Inventory(
        datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        "plan",
        tuple(finding.resource for finding in found if finding.resource),
        coverage=tuple(
            draw(st.lists(st.builds(Coverage, text, text, text, st.just({"*": "looked-partly"}), text), max_size=1))
        ),
        inputs=tuple(draw(st.lists(st.builds(Input, text, st.just("plan"), _commitment, _salt), max_size=2))),
        assumptions=tuple(draw(st.lists(st.builds(Assumption, text, st.just("aws"), text, _origin), max_size=1))),
        refusals=tuple(draw(st.lists(st.builds(Refusal, text, code, params), max_size=1))),
    )
    return Assessment(
        agreement,
        inventory,
        found,
        tuple(draw(st.lists(st.builds(Note, code, text, params), max_size=4))),
        tuple(draw(st.lists(st.builds(Gap, text | st.just("*"), code, params), max_size=3))),
        counts,
        Counter(finding.reason_code for finding in found),
    )


_commitment = st.just("hmac-sha256:" + "1" * 64)
_salt = st.just("2" * 64)
_origin = st.sampled_from(["command-line", "configuration"])


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """A run over one agreement or two."""
    made = tuple(draw(assessments(number)) for number in range(draw(st.integers(1, 2))))
    allowed = draw(st.just("") | text.filter(str.strip))
    recorded = Recorded("a log", "log.example/x", "01a2117e", 12, "cm9vdA==") if draw(st.booleans()) else None
    return Run(
        exit_code_of(made, allow_incomplete=bool(allowed)),
        made,
        not_recorded=draw(st.sampled_from(["none", "off"])),
        recorded={} if recorded is None else {made[0].agreement.id: recorded},
        allow_incomplete=allowed,
        unseen=tuple(draw(st.lists(text, max_size=1))),
    )
