"""Every code that can be said has its sentence in both languages, with the same params; and no sentence is idle."""

from __future__ import annotations

import ast
import contextlib
import csv
import json
import re
import string
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec import Struct

import dpa_guard
from company import company
from dpa_guard import model
from dpa_guard.model import CONCLUSIVE, VERDICTS
from dpa_guard.report.prose import Lang, render, rows
from transcript import call

ROOT = Path(__file__).resolve().parents[2]
ANNOUNCED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]["dpa_guard"]
ALL = (
    "dpa_guard",
    *sorted(path.name for root in ("providers", "plugins") for path in (ROOT / root).glob("dpa_guard_*")),
)
TABLES = sorted(Path(dpa_guard.__file__).with_name("report").joinpath("prose").glob("*.csv"))
LANGS: tuple[Lang, ...] = get_args(Lang)
SENTENCES = ("reason", "cure", "note", "gap", "refusal")
CALLS: dict[str, dict[int | str, str]] = {
    "Refusal": {1: "refusal"},
    "Gap": {1: "gap"},
    "Note": {0: "note"},
    "Decision": {1: "reason", 3: "cure"},
    "Outcome": {1: "reason", 3: "cure"},
    "Cover": {2: "reason", 4: "cure"},
    "_uncovered": {1: "reason", 3: "cure"},
    "_outside": {2: "reason"},
    "Reading": {"why": "reason"},
    "Location": {6: "reason", "why": "reason"},
    "unknown": {0: "reason", 1: "reason"},
    "_unknown": {1: "reason"},
}
"""Who says a code: the call, and the argument that is one of which group."""
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


class Said(Struct, frozen=True):
    """A code in the source, and the keys of its params where they are written beside it."""

    group: str
    code: str
    where: str
    keys: frozenset[str] | None = None


def _trees(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    """Our own modules, by their path; those of the evidence log have their own notes and words."""
    for package in packages:
        (folder,) = [path for root in ("", "providers", "plugins") if (path := ROOT / root / package).is_dir()]
        for file in sorted(folder.rglob("*.py")):
            where = file.relative_to(ROOT)
            if where.parts[:2] != ("dpa_guard", "evidence"):
                yield str(where), ast.parse(file.read_text(encoding="utf-8"))


def _texts(node: ast.AST) -> Iterator[str]:
    """The texts an expression can come to: of ``a if x else b`` and ``a or b`` both."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _texts(value)


def _keys(made: ast.Call) -> frozenset[str] | None:
    for argument in made.args:
        if isinstance(argument, ast.Dict) and all(isinstance(key, ast.Constant) for key in argument.keys):
            return frozenset(str(key.value) for key in argument.keys if isinstance(key, ast.Constant))
    return None


def _said() -> list[Said]:
    found: list[Said] = []
    for where, tree in _trees("dpa_guard", *ANNOUNCED.values()):
        for made in ast.walk(tree):
            if not isinstance(made, ast.Call):
                continue
            name = made.func.attr if isinstance(made.func, ast.Attribute) else getattr(made.func, "id", "")
            arguments: dict[int | str, ast.AST] = {
                **dict(enumerate(made.args)),
                **{keyword.arg: keyword.value for keyword in made.keywords if keyword.arg},
            }
            keys = _keys(made) if name in ("Refusal", "Gap", "Note") else None
            found += [
                Said(group, text, f"{where}:{made.lineno}", keys)
                for at, group in CALLS.get(name, {}).items()
                for text in (_texts(arguments[at]) if at in arguments else ())
                if CODE.fullmatch(text)
            ]
    return found


def _constants() -> set[str]:
    return {
        node.value
        for _, tree in _trees(*ALL)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _kinds() -> set[str]:
    table = Path(dpa_guard.__file__).with_name("gazetteer") / "data/kinds.csv"
    with table.open(encoding="utf-8", newline="") as file:
        return {f"kind-{row['reason']}" for row in csv.DictReader(file) if row["reason"]}


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


SAID = _said()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_a_table_is_sorted_and_says_the_same_in_both_languages(table: Path) -> None:
    with table.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    keys = [(row["group"], row["code"]) for row in found]
    assert keys == sorted(set(keys))
    for row in found:
        assert list(row) == ["group", "code", "en", "nl"]
        assert row["en"].strip() == row["en"] != ""
        assert row["nl"].strip() == row["nl"] != ""
        assert _fields(row["en"]) == _fields(row["nl"]), row["code"]
        if row["group"] in SENTENCES:
            assert row["en"].endswith("."), row["code"]
            assert row["nl"].endswith("."), row["code"]
            assert row["en"] != row["nl"], row["code"]


def test_no_code_has_two_sentences() -> None:
    total = sum(len(list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))) for table in TABLES)
    assert len(rows()) == total


def test_the_source_says_many_codes_in_many_places() -> None:
    """Guards the test below against finding nothing."""
    assert len({one.code for one in SAID}) > 90
    assert {one.group for one in SAID} == set(SENTENCES)


def test_every_code_in_the_source_has_its_sentence() -> None:
    assert [f"{one.where}: {one.group} {one.code}" for one in SAID if (one.group, one.code) not in rows()] == []


def test_every_sentence_is_filled_in_by_the_params_beside_its_code() -> None:
    lacking = [
        f"{one.where}: {one.code} needs {sorted(_fields(row['en']) - one.keys)}"
        for one in SAID
        if one.keys is not None and (row := rows().get((one.group, one.code))) and _fields(row["en"]) - one.keys
    ]
    assert lacking == []


def test_every_reason_why_a_kind_holds_no_data_has_its_sentence() -> None:
    known = {code for group, code in rows() if group == "reason"}
    assert _kinds() - known == set()
    assert {code for code in known if code.startswith("kind-")} - _kinds() == set()


def test_every_sentence_is_said_somewhere() -> None:
    used = _constants() | _kinds()
    used |= {f"{code}-many" for code in used}  # many gaps of one reason are said together
    assert [key for key in rows() if key[0] in SENTENCES and key[1] not in used] == []


def _spelled() -> set[str]:
    """The words of the pages whose code is put together from the words of the model."""
    numbers = ("one", "many")
    several = product(("fail", "found"), ("would", "now", "party"), numbers)
    return {
        *(f"{word}-{verdict}" for word in ("tag", "verdict") for verdict in VERDICTS),
        *("-".join(parts) for parts in several),
        *(f"{verdict}-both-many" for verdict in ("fail", "found")),
        *(
            f"{what}-{number}"
            for what in ("accounts", "regions", "failures", "unknowns", "gaps", "refusals")
            for number in numbers
        ),
        *(f"exit-{code}" for code in range(5)),
        *(f"inventory-exit-{code}" for code in (0, 2, 3)),
        *(f"doctor-{number}" for number in ("none", "one", "many")),
        *(f"kind-of-{kind}" for kind in get_args(model.RunKind)),
        *(f"assumed-{origin}" for origin in ("command-line", "configuration")),
        *(f"not-recorded-{why}" for why in ("none", "off")),
        *(f"role-{role}" for role in get_args(model.Role)),
        *(f"extent-{extent}" for extent in get_args(model.Extent) if extent != "exact"),
        *(f"status-{status}" for status in get_args(model.Status) if status not in {*CONCLUSIVE, "excluded"}),
        *(f"where-extent-{extent}" for extent in get_args(model.Extent)),
        *(f"where-list-{extent}" for extent in get_args(model.Extent) if extent != "exact"),
        *(f"mechanism-{mechanism}" for mechanism in ("cloud", "terraform-provider")),
        "attribute-none",
        "extent-EEA",
    }


def test_every_word_of_the_pages_is_there_and_none_is_idle() -> None:
    """Those of ``agreement check`` are held by its own test, those of kinds of places by ``where``'s."""
    known = {code for group, code in rows() if group == "word"}
    apart = {code for code in known if code.startswith(("agreement-", "clause-", "where-kind-"))}
    literal = {
        text
        for _, tree in _trees(*ALL)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", "") == "word" or getattr(node.func, "id", "") == "word")
        for argument in node.args[:1]
        for text in _texts(argument)
    }
    assert _spelled() | literal <= known
    assert known - apart - _spelled() - _constants() == set()


@pytest.mark.parametrize("lang", LANGS)
def test_a_code_without_a_sentence_is_shown_with_its_params_and_never_silent(lang: Lang) -> None:
    assert render("reason", "acme-logs-at-home", {"countries": "DE"}, lang) == "acme-logs-at-home (countries=DE)"
    assert render("reason", "acme-alone", {}, lang) == "acme-alone"
    assert render("gap", "rule-absent", {}, lang) == "rule-absent", "a param that is missing"


@pytest.mark.parametrize(
    ("params", "en", "nl"),
    [
        ({"places": "us-east-1 (US)"}, "us-east-1 (United States)", "us-east-1 (Verenigde Staten)"),
        ({"places": "DE/NL"}, "Germany, Netherlands", "Duitsland, Nederland"),
        ({"places": "US (US)"}, "US (United States)", "US (Verenigde Staten)"),
        ({"places": "EU (within-eu)"}, "EU (within the European Union)", "EU (binnen de Europese Unie)"),
        ({"places": "x (unknown)"}, "x (country not known)", "x (land niet bekend)"),
        ({"places": "global (worldwide)"}, "global (worldwide)", "global (wereldwijd)"),
    ],
)
def test_countries_are_written_out_and_the_codes_of_clouds_are_not(params: dict[str, str], en: str, nl: str) -> None:
    assert en in render("reason", "inside", params, "en")
    assert nl in render("reason", "inside", params, "nl")


@pytest.mark.parametrize(
    ("territory", "en", "nl"),
    [("EEA", "Economic Area", "Economische Ruimte"), ("NL, DE", "Netherlands, Germany", "Nederland, Duitsland")],
)
def test_the_territory_is_written_out(territory: str, en: str, nl: str) -> None:
    params = {"places": "x (IN)", "role": "primary", "attribute": "", "territory": territory}
    assert en in render("reason", "outside-territory", params, "en")
    assert nl in render("reason", "outside-territory", params, "nl")


def test_a_role_is_translated_and_an_attribute_that_is_absent_is_a_default() -> None:
    params = {"places": "x (IN)", "role": "primary", "attribute": "", "territory": "EEA"}
    assert "(primair, gelezen uit een standaardwaarde)" in render("reason", "outside-territory", params, "nl")


def _bare(said: dict[str, Any]) -> bool:
    code = said.get("code") or said.get("kind")
    return bool(said["text"] == code or str(said["text"]).startswith(f"{code} ("))


def _told(report: Any) -> Iterator[dict[str, Any]]:
    if isinstance(report, dict):
        if "text" in report:
            yield report
        for value in report.values():
            yield from _told(value)
    elif isinstance(report, list):
        for value in report:
            yield from _told(value)


def test_nothing_that_real_inputs_give_is_shown_by_its_bare_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Params are given where a verdict is reached, often far from its code: so this runs the whole path."""
    monkeypatch.chdir(company(tmp_path))
    inputs = [
        ROOT / "examples/tfplan.json",
        *sorted((ROOT / "tests/terraform/data").glob("*.json")),
        *sorted(tmp_path.glob("*.json")),
    ]
    with contextlib.suppress(pytest.skip.Exception):
        inputs += sorted((request.getfixturevalue("shared_data") / "plans").rglob("plan.json"))
    report = json.loads(call("plan", *inputs, "--format", "json", "--lang", "nl").stdout)
    told = list(_told(report))
    assert len(told) > 50
    assert [one for one in told if _bare(one)] == []
    assert [finding["cure"] for finding in report["findings"] if finding["cure"] and finding["cure"][-1] != "."] == []
