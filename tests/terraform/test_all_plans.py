"""Every plan and state at hand: nothing breaks, every object that will exist is listed once, no data source is.

Which objects will exist is worked out here from the JSON alone, without a line of the reader.
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dpa_guard.model import Gap, Observation, Refusal, Resource

Look = Callable[[Path], tuple[Observation, ...]]
Json = dict[str, Any]
Subject = tuple[str, str]
"""(address, instance), instance "" for the current object."""

ROOT = Path(os.environ.get("DPA_GUARD_SHARED") or Path(__file__).resolve().parents[3] / "shared") / "data" / "plans"
FILES = sorted(
    str(path.relative_to(ROOT))
    for path in (*ROOT.rglob("*.json"), *ROOT.rglob("*.tfstate"), *ROOT.glob("own/bad-inputs/*"))
    if path.name != "meta.json" and path.parent != ROOT
)
ABSENT = [pytest.param("", marks=pytest.mark.skip(reason="the shared plans are not on this machine"))]


def _text(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    return raw.decode("utf-16-le" if raw[1:2] == b"\0" else "utf-8-sig", "replace")


def _documents(path: Path) -> list[Json]:
    """The plans or states of a file; none if it is neither."""
    text = _text(path.read_bytes())
    try:
        found = [json.loads(text)]
    except ValueError:
        try:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            return []
    return found if all(isinstance(document, dict) and _is_known(document) for document in found) else []


def _is_known(document: Json) -> bool:
    parts = {"planned_values", "resource_changes", "configuration", "values", "prior_state"}
    return document.get("version") == 4 or ("format_version" in document and bool(parts & set(document)))


def _full(address: str, module: str, index: str | int | None) -> str:
    """Terraform 0.12 left module path and index out of the addresses in states."""
    if module and not address.startswith(module + "."):
        address = f"{module}.{address}"
    key = "" if index is None else f"[{json.dumps(index)}]"
    return address if address.endswith(key) else address + key


def _state_objects(module: Json) -> Iterator[tuple[str, str, str]]:
    """(mode, full address, deposed key) of everything in a state's module, recursively."""
    for item in module.get("resources", ()):
        address = _full(item["address"], module.get("address", ""), item.get("index"))
        yield item["mode"], address, item.get("deposed_key") or ""
    for child in module.get("child_modules", ()):
        yield from _state_objects(child)


def _raw_state_objects(state: Json) -> Iterator[tuple[str, str, str]]:
    for item in state["resources"]:
        for instance in item["instances"]:
            address = _full(f"{item['type']}.{item['name']}", item.get("module", ""), instance.get("index_key"))
            yield item["mode"], address, instance.get("deposed") or ""


def _instance(deposed: str) -> str:
    return f"deposed:{deposed}" if deposed else ""


def _changes(document: Json) -> Iterator[tuple[Subject, str]]:
    """Each managed object of ``resource_changes`` with what becomes of it: stays, leaves, never."""
    for item in document.get("resource_changes", ()):
        if item.get("mode") == "data":
            continue
        address, instance = item["address"], _instance(item.get("deposed") or "")
        actions, after = item["change"]["actions"], item["change"]["after"]
        if "forget" in actions:
            yield (address, "forgotten"), "stays"
        if actions == ["delete"]:
            yield (address, instance), "leaves"
        elif after is not None or "create" in actions:
            yield (address, instance), "stays"
        else:
            yield (address, instance), "never"


def _fates(document: Json) -> tuple[set[Subject], set[Subject]]:
    """The objects that will exist, and those the plan deletes."""
    if document.get("version") == 4:
        return {(a, _instance(d)) for mode, a, d in _raw_state_objects(document) if mode == "managed"}, set()
    state = document.get("values") or (document.get("prior_state") or {}).get("values") or {}
    fates = dict(_changes(document))
    moved = {item.get("previous_address") for item in document.get("resource_changes", ())}
    for mode, address, deposed in _state_objects(state.get("root_module") or {}):
        key = (address, _instance(deposed))
        if mode == "managed" and address not in moved and key not in fates and (address, "forgotten") not in fates:
            fates[key] = "stays"
    return {k for k, v in fates.items() if v == "stays"}, {k for k, v in fates.items() if v == "leaves"}


def _cut(document: Json) -> bool:
    """Does it show objects, and neither what happens to them nor what was there before?"""
    shown = list(_state_objects((document.get("planned_values") or {}).get("root_module") or {}))
    return (
        bool(shown)
        and not document.get("resource_changes")
        and "prior_state" not in document
        and "values" not in document
    )


def _data_sources(document: Json) -> set[str]:
    states = (document.get("values") or {}, (document.get("prior_state") or {}).get("values") or {})
    objects = [item for state in states for item in _state_objects(state.get("root_module") or {})]
    return {address for mode, address, _ in objects if mode == "data"} | {
        c["address"] for c in document.get("resource_changes", ()) if c.get("mode") == "data"
    }


@pytest.mark.parametrize("file", FILES or ABSENT, ids=str)
def test_every_object_that_will_exist_is_listed_once_and_no_data_source_is(file: str, look: Look) -> None:
    seen = look(ROOT / file)
    documents = _documents(ROOT / file)
    listed = [item for item in seen if isinstance(item, Resource)]
    if not documents or any(document.get("errored") for document in documents):
        assert any(isinstance(item, Refusal) for item in seen), "no assessment can be made of this file"
        assert documents or listed == []
        return
    if all(_cut(document) for document in documents):
        assert [item.code for item in seen if isinstance(item, Refusal)] == ["plan-cut"]
        return
    assert [item for item in seen if isinstance(item, Refusal)] == []
    stays, leaves = (set[Subject]().union(*sets) for sets in zip(*map(_fates, documents), strict=True))
    counted = Counter((r.id, r.instance or "") for r in listed if r.fate != "leaves")
    assert set(counted) == stays
    assert set(counted.values()) <= {len(documents)}
    assert {(r.id, r.instance or "") for r in listed if r.fate == "leaves"} <= leaves
    assert len({(r.source, r.id, r.instance) for r in listed}) == len(listed)
    assert {r.id for r in listed}.isdisjoint(set[str]().union(*map(_data_sources, documents)))


def test_a_plan_that_says_it_is_incomplete_is_judged_with_a_gap(shared_data: Path, look: Look) -> None:
    seen = look(shared_data / "plans" / "own" / "31-target-existing" / "plan.json")
    assert any(isinstance(item, Gap) for item in seen)
    assert {item.id for item in seen if isinstance(item, Resource)} == {"aws_s3_bucket.a", "aws_s3_bucket.us"}


def test_this_file_itself_reads_what_the_plans_hold(shared_data: Path) -> None:
    own = shared_data / "plans" / "own"

    def fates(name: str) -> tuple[set[Subject], set[Subject]]:
        return _fates(_documents(own / name)[0])

    assert fates("32-deposed/plan.json") == ({("aws_s3_bucket.cbd", "")}, {("aws_s3_bucket.cbd", "deposed:68a28a70")})
    assert fates("33-deposed-refresh-only/plan.json")[0] == {
        ("aws_s3_bucket.cbd", ""),
        ("aws_s3_bucket.cbd", "deposed:70499454"),
    }
    assert fates("13-import-moved-removed/plan.json")[0] == {
        ("aws_s3_bucket.gone", "forgotten"),
        ("aws_s3_bucket.imp", ""),
        ("aws_s3_bucket.new", ""),
    }
    assert fates("09-destroy/plan.json")[0] == set()


def test_the_labels_of_this_folder_name_objects_that_the_plans_hold(shared_data: Path) -> None:
    with Path(__file__).with_name("labels.csv").open(encoding="utf-8", newline="") as rows:
        labels = list(csv.DictReader(rows))
    wrong = []
    for label in labels:
        stays, leaves = _fates(_documents(shared_data / "plans" / label["plan"])[0])
        subject = (label["address"], label["instance"])
        held = "leaves" if subject in leaves else "stays" if subject in stays else "absent"
        if held != (label["expect"] if label["expect"] in ("leaves", "absent") else "stays"):
            wrong.append((label["plan"], *subject, label["expect"], held))
    assert wrong == []
