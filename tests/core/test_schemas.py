"""The published JSON Schemas are those of the tables of fields, and take what the readers take."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dpa_guard.schemas import published

GOLDEN = Path(__file__).with_name("golden")
ROOT = Path(__file__).resolve().parents[2]


def _validator(name: str) -> Draft202012Validator:
    schema = json.loads(published()[name])
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _faults(name: str, text: str) -> list[str]:
    """Dates are handed over as text, as editors do."""
    data = json.loads(json.dumps(tomllib.loads(text), default=date.isoformat))
    return [f"{list(fault.path)}: {fault.message}" for fault in _validator(name).iter_errors(data)]


@pytest.mark.parametrize("name", ["agreement-1.schema.json", "config-1.schema.json"])
def test_the_published_schema_is_that_of_the_fields(name: str) -> None:
    """If this fails: ``python -m dpa_guard.schemas`` writes them anew."""
    assert (files("dpa_guard.schemas") / name).read_text(encoding="utf-8") == published()[name]


@pytest.mark.parametrize(
    ("name", "file"),
    [("agreement-1.schema.json", "agreement.toml"), ("config-1.schema.json", "dpa-guard.toml")],
)
def test_the_examples_are_valid(shared_data: Path, name: str, file: str) -> None:
    assert _faults(name, (shared_data.parent / "examples" / file).read_text(encoding="utf-8")) == []
    assert _faults(name, (ROOT / "examples" / file).read_text(encoding="utf-8")) == []


def test_an_agreement_with_every_table_is_valid() -> None:
    assert _faults("agreement-1.schema.json", (GOLDEN / "agreement.toml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('country = "IE"', 'country = "ie"', "'ie' does not match '^[A-Z]{2}$'"),
        ("engaged_from = 2025-03-01", 'engaged_from = "soon"', "'soon' is not a 'date'"),
        ('id = "WK-2025-007"', 'id = ""', "'' should be non-empty"),
        (
            'title = "Bewerkersovereenkomst"',
            "titel = 1",
            "Additional properties are not allowed ('titel' was unexpected)",
        ),
        ('covers = ["1.2", "6.1"]', 'covers = ["6.2"]', "'6.2' is not one of ['1.1'"),
        ("keep_years = 7", "keep_years = 0", "0 is less than the minimum of 1"),
        ('max_gap = "PT26H"', 'max_gap = "P"', "'P' does not match"),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(old: str, new: str, said: str) -> None:
    text = (GOLDEN / "agreement.toml").read_text(encoding="utf-8")
    (fault,) = _faults("agreement-1.schema.json", text.replace(old, new, 1))
    assert said in fault


def test_an_exclusion_of_nothing_is_refused() -> None:
    text = (
        'schema = "dpa-guard/config/1"\n[[exclusion]]\nwhat = {}\nreason = "r"\nowner = "o"\nreview_by = 2027-01-01\n'
    )
    (fault,) = _faults("config-1.schema.json", text)
    assert fault.startswith("['exclusion', 0, 'what']: ")


def test_every_key_of_the_files_has_a_sentence() -> None:
    def silent(schema: Any, path: str) -> list[str]:
        if not isinstance(schema, dict):
            return []
        inside = list(schema.get("properties", {}).items())
        is_table = "title" in schema  # a map of words, like assume, is told as a whole
        found = [f"{path}.{key}" for key, part in inside if is_table and not part.get("description")]
        parts = [*inside, ("[]", schema.get("items"))]
        return found + [name for key, part in parts for name in silent(part, f"{path}.{key}")]

    assert [name for text in published().values() for name in silent(json.loads(text), "")] == []
