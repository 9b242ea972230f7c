"""The plan reader against places that were derived by hand (``labels.csv``), one test per labelled object.

The labels were made from the plans, and the HCL beside some of them, by somebody who had not seen the reader.
``expect`` is a small language over the deciding locations of one object:

    in:IE, in:DE+US        all of them known, exactly these countries (or within-eu, outside-eu, worldwide)
    unknown, unknown+US    none known, or one at least unknown; known places outside the Union are added
    none                   no place of its own and none needed (IAM, DNS, a value in the state)
    leaves                 deleted by the plan
    absent                 must not be listed at all (data sources, old addresses)
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import Struct

from dpa_guard.model import DECIDING_ROLES, Location, Observation, Resource

Look = Callable[[Path], tuple[Observation, ...]]

MEMBERS = frozenset(re.findall("..", "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK"))
EXPECT = re.compile(r"in:[A-Za-z-]+(\+[A-Za-z-]+)*|unknown(\+[A-Za-z-]+)*|none|leaves|absent")


class Label(Struct, frozen=True):
    """One row of ``labels.csv``."""

    plan: str
    address: str
    instance: str
    expect: str
    why: str


def _labels() -> list[Label]:
    with Path(__file__).with_name("labels.csv").open(encoding="utf-8", newline="") as rows:
        return [Label(**row) for row in csv.DictReader(rows)]


LABELS = _labels()


def _name(label: Label) -> str:
    """A readable test id: where the plan is from, which one, and the object."""
    parts = label.plan.split("/")
    own = parts[0] == "own"
    plan = "/".join(parts[1:] if own else dict.fromkeys([parts[1], *parts[-2:]]))
    return f"{plan}:{label.address}{'@' + label.instance if label.instance else ''}"


def _words(location: Location) -> set[str]:
    return set(location.countries) if location.extent == "exact" else {location.extent}


def said(resource: Resource) -> str:
    """What the reader says of an object, in the language of the labels."""
    if resource.fate == "leaves":
        return "leaves"
    deciding = [location for location in resource.locations if location.role in DECIDING_ROLES]
    if not deciding:
        placeless = resource.class_ in ("configures", "nothing") or bool(resource.locations)
        return "none" if placeless else "unknown"
    words = set[str]().union(*map(_words, deciding))
    if "unknown" not in words:
        return "in:" + "+".join(sorted(words))
    return "+".join(["unknown", *sorted(words - MEMBERS - {"unknown", "within-eu"})])


def _shown(resource: Resource) -> str:
    places = [f"{p.role} {p.code} {p.countries} {p.extent} {p.basis} {p.read_from}" for p in resource.locations]
    return f"class {resource.class_ or '(no row)'}, fate {resource.fate}; " + ("; ".join(places) or "no locations")


def _subject(label: Label, seen: tuple[Observation, ...]) -> list[Resource]:
    named = [r for r in seen if isinstance(r, Resource) and r.id == label.address]
    return named if label.expect == "absent" else [r for r in named if (r.instance or "") == label.instance]


@pytest.mark.parametrize("label", LABELS, ids=_name)
def test_an_object_is_where_a_person_found_it_to_be(label: Label, shared_data: Path, look: Look) -> None:
    seen = look(shared_data / "plans" / label.plan)
    subjects = _subject(label, seen)
    if label.expect == "absent":
        assert not subjects, f"{label.address} must not be listed ({label.why}), but is: {_shown(subjects[0])}"
        return
    listed = sorted(f"{r.id} {r.instance or ''}".strip() for r in seen if isinstance(r, Resource))
    assert len(subjects) == 1, (
        f"{label.address} {label.instance} must be listed once ({label.why}), but is listed {len(subjects)} times; "
        f"the reader lists {listed[:20]}{' ...' if len(listed) > 20 else ''}"
    )
    assert said(subjects[0]) == label.expect, f"{label.why}; the reader says {_shown(subjects[0])}"


def test_the_labels_are_many_sorted_and_written_in_their_language() -> None:
    keys = [(label.plan, label.address, label.instance) for label in LABELS]
    assert keys == sorted(set(keys))
    assert len(keys) >= 130
    assert len({plan for plan, _, _ in keys}) >= 45
    odd = [label for label in LABELS if not EXPECT.fullmatch(label.expect) or not label.why]
    assert odd == []


def _place(role: str, extent: str, *countries: str) -> Location:
    return Location(role=role, code="x", countries=countries, extent=extent)  # type: ignore[arg-type]  # test words


@pytest.mark.parametrize(
    ("class_", "places", "expected"),
    [
        ("stores", [_place("primary", "exact", "DE"), _place("replica", "exact", "US")], "in:DE+US"),
        ("stores", [_place("primary", "exact", "IE"), _place("replica", "unknown")], "unknown"),
        ("stores", [_place("primary", "exact", "US"), _place("backup", "unknown")], "unknown+US"),
        ("stores", [_place("primary", "within-eu")], "in:within-eu"),
        ("stores", [], "unknown"),
        ("", [], "unknown"),
        ("", [_place("control", "exact", "US")], "none"),
        ("configures", [], "none"),
        ("configures", [_place("primary", "exact", "US")], "in:US"),
    ],
)
def test_the_comparison_itself_tells_known_from_unknown(class_: str, places: list[Location], expected: str) -> None:
    resource = Resource("a.b", "a", "", class_, "aws", "aws", "", "plan", tuple(places))  # type: ignore[arg-type]  # ditto
    assert said(resource) == expected
