"""``dpa-guard plan`` beside a stranger's extension that breaks, is missing, or has no prose of ours."""

from __future__ import annotations

import json
from importlib.metadata import distributions
from pathlib import Path

import pytest

from transcript import call

pytestmark = pytest.mark.skipif(
    not any(found.name == "dpa-guard" for found in distributions()),
    reason="dpa-guard itself is not installed here, so its extensions have no entry points; tox installs it",
)
CHECK = """
from dpa_guard import Finding, hookimpl

class Doors:
    '''Doors are closed.'''
    rule = "acme-doors"
    article = "6.1"
    def examine(self, inventory, agreement):
        for resource in inventory.resources:
            told = {{"door": "\\x1b[31m"}}
            yield Finding(self.rule, self.article, "pass", resource, None, (), "acme-closed", told, "")
            {then}

@hookimpl
def add_checks():
    return [Doors()]
"""


@pytest.fixture
def with_doors(at_company: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The company's agreement asks for the rule ``acme-doors`` as well."""
    path = at_company / "agreement.toml"
    rules = 'rules = ["transfer-outside-eu", "acme-doors"]\n'
    path.write_text(path.read_text(encoding="utf-8").replace("time_zone", f"{rules}time_zone"), encoding="utf-8")
    (at_company / "site").mkdir()
    monkeypatch.syspath_prepend(at_company / "site")
    return at_company


def _install(folder: Path, module: str, then: str = "continue") -> None:
    site = folder / "site"
    (site / f"{module}.py").write_text(CHECK.format(then=then), encoding="utf-8")
    info = site / "acme_doors-6.6.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-doors\nVersion: 6.6\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[dpa_guard]\nacme-doors = {module}\n", encoding="utf-8")


@pytest.mark.usefixtures("with_doors")
def test_a_rule_that_nobody_provides_is_a_gap() -> None:
    done = call("plan", "clean.json")
    assert done.exit_code == 3
    assert "NOT LOOKED AT\n  - C-2020-001: The agreement needs the rule acme-doors, and no installed" in done.stdout


def test_an_extension_that_raises_is_named_and_a_gap_and_the_other_rules_are_judged(with_doors: Path) -> None:
    _install(with_doors, "doors_that_break", "raise LookupError('value-of-a-plan')")
    done = call("plan", "clean.json", "--format", "json")
    report = json.loads(done.stdout)
    assert (done.exit_code, report["exit_code"]) == (3, 3)
    (gap,) = report["gaps"]
    assert gap["reason"]["code"] == "check-broke"
    assert gap["reason"]["params"] == {"rule": "acme-doors", "extension": "doors_that_break", "error": "LookupError"}
    assert report["counts"]["transfer-outside-eu"]["pass"] == 2
    shown = call("plan", "fails.json")
    assert shown.exit_code == 1, "a fail stays a fail"
    assert "The check of acme-doors (package doors_that_break) broke off with LookupError" in shown.stdout.replace(
        "\n    ", " "
    )


def test_its_traceback_is_shown_when_asked_for_and_never_its_message(with_doors: Path) -> None:
    _install(with_doors, "doors_that_break_too", "raise LookupError(str(resource))")
    assert "Traceback" not in call("plan", "clean.json").output
    said = call("plan", "clean.json", "--verbose").stderr
    assert "doors_that_break_too.py" in said
    assert "LookupError (message left out: it may quote the input)" in said
    assert "aws_s3_bucket" not in said


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_a_reason_without_a_sentence_is_shown_by_its_code_and_safely(with_doors: Path, lang: str) -> None:
    _install(with_doors, "doors_that_work")
    done = call("plan", "clean.json", "--verbose", "--lang", lang)
    assert done.exit_code == 0
    assert r"acme-closed (door=\x1b[31m)" in done.stdout
    assert "\x1b" not in done.stdout


def test_an_extension_that_cannot_be_imported_stops_the_run(with_doors: Path) -> None:
    _install(with_doors, "doors_without_import")
    (with_doors / "site/doors_without_import.py").write_text("import nowhere_at_all\n", encoding="utf-8")
    done = call("plan", "clean.json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "error: extension 'acme-doors' of acme-doors 6.6 cannot be loaded: "
        "ModuleNotFoundError: No module named 'nowhere_at_all'\n"
        "  mend or uninstall acme-doors; what it would look at must not be missing in silence\n"
        "No assessment was made (exit code 2).\n"
    )
    listed = call("extensions")
    assert (listed.exit_code, listed.stdout) == (2, "")
    assert listed.stderr.startswith("error: extension 'acme-doors' of acme-doors 6.6 cannot be loaded")
