"""Every code of the checks and of the core has a sentence in both languages that its params fill in."""

from __future__ import annotations

import ast
import csv
import string
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLES = {
    "transfers": "plugins/dpa_guard_transfers",
    "subprocessors": "plugins/dpa_guard_subprocessors",
    "core": "dpa_guard",
}


def _rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "dpa_guard/report/prose" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _texts(folder: str) -> set[str]:
    """Return every text constant of the modules in a folder."""
    return {
        node.value
        for file in (ROOT / folder).glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_prose_is_sorted_and_says_the_same_in_both_languages(name: str) -> None:
    rows = _rows(name)
    keys = [(row["group"], row["code"]) for row in rows]
    assert keys == sorted(set(keys))
    for row in rows:
        assert _fields(row["en"]) == _fields(row["nl"]), row["code"]
        assert row["en"].endswith(".")
        assert row["nl"].endswith(".")
        for word in ("compliant", "breach", "inbreuk", "datalek"):
            assert word not in (row["en"] + row["nl"]).lower()


@pytest.mark.parametrize(("name", "folder"), TABLES.items())
def test_every_sentence_has_its_code_in_the_source(name: str, folder: str) -> None:
    said = _texts(folder)
    said |= {f"{code}-many" for code in said}  # many gaps of one reason are said together
    assert {row["code"] for row in _rows(name)} - said == set()


@pytest.mark.parametrize(("name", "folder"), list(TABLES.items())[:2])
def test_every_code_of_a_check_has_its_sentence(name: str, folder: str) -> None:
    """Reasons and cures are the second and the last text in a Decision, an Outcome or a Cover; notes the first."""
    known = {row["code"] for row in _rows(name)}
    for file in (ROOT / folder).glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if call.func.id in ("Decision", "Outcome"):
                assert set(texts[1:]) - {""} <= known, file
            elif call.func.id == "Note":
                assert set(texts[:1]) <= known, file
            elif call.func.id == "Cover":
                assert {text for text in texts[1:] if text} <= known, file
