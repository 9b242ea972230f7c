"""``dpa-guard extensions``, as it is typed."""

from __future__ import annotations

import json
from importlib.metadata import distributions

import pytest

from dpa_guard import __version__
from transcript import call

pytestmark = pytest.mark.skipif(
    not any(found.name == "dpa-guard" for found in distributions()),
    reason="dpa-guard itself is not installed here, so its extensions have no entry points; tox installs it",
)


def test_each_extension_is_listed_with_what_it_adds() -> None:
    done = call("extensions")
    assert (done.exit_code, done.stderr) == (0, "")
    shown = done.stdout
    for name, added in (
        ("subprocessors", "  rules:     subprocessor-contract (5.2), subprocessor-prohibited (5.1),\n"),
        ("terraform", "  providers: terraform\n"),
        ("transfers", "  rules:     transfer-outside-eu (3.1)\n"),
    ):
        assert f"{name}  (dpa-guard {__version__})\n{added}" in shown
    assert [line for line in shown.splitlines() if len(line) > 80] == []


def test_json_says_the_same() -> None:
    answer = json.loads(call("extensions", "--format", "json").stdout)
    assert answer["schema"] == "dpa-guard/extensions/1"
    by_name = {row["name"]: row for row in answer["extensions"]}
    assert by_name["subprocessors"] == {
        "name": "subprocessors",
        "distribution": "dpa-guard",
        "version": __version__,
        "providers": [],
        "rules": ["subprocessor-contract", "subprocessor-prohibited", "subprocessor-identified"],
    }
    assert by_name["terraform"]["providers"] == ["terraform"]
