"""What the pages say is so: commands exist, links resolve, every rule has its page, and some words are never used."""

from __future__ import annotations

import inspect
import re
import shlex
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import click
import pytest

from dpa_guard import Check, __version__
from dpa_guard.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    file
    for pattern in ("*.md", "docs/*.md", "examples/*.md", "deploy/**/*.md", "tests/acme_dpa_rules/*.md")
    for file in ROOT.glob(pattern)
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEST_COMMAND = (
    "python3 -m venv --without-pip .venv && python3 -m pip --python .venv install --quiet tox && .venv/bin/tox"
)
MAIN_COMMAND = (
    "python3 -m venv --without-pip .venv && python3 -m pip --python .venv install --quiet '.[all]' "
    "&& (cd examples && ../.venv/bin/dpa-guard plan tfplan.json)"
)

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def _commands(
    group: click.Group, context: click.Context, before: tuple[str, ...] = ()
) -> dict[tuple[str, ...], click.Command]:
    found: dict[tuple[str, ...], click.Command] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found[(*before, name)] = command
        if isinstance(command, click.Group):
            found |= _commands(command, context, (*before, name))
    return found


COMMANDS = _commands(main, click.Context(main))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CHECKS: list[Check] = [
    check
    for package in PROJECT["entry-points"]["dpa_guard"].values()
    if hasattr(extension := import_module(package), "add_checks")
    for check in extension.add_checks()
]


def _quoted(page: Path) -> list[tuple[str, ...]]:
    """Return the words of every dpa-guard command a page shows, in code spans, indented blocks and fences."""
    text = page.read_text(encoding="utf-8")
    spans = re.findall(r"`(dpa-guard [^`\n]+)`", text)
    blocks = re.findall(r"^(?: {4}|\t|[$] )?.*?(?<![\w/-])(dpa-guard [a-z][^|#\n`)]*)$", text, flags=re.MULTILINE)
    piped = re.findall(r"\| (dpa-guard [a-z][^|#\n`)]*)", text)
    commented = re.findall(r"^ {4}(dpa-guard [a-z][^|#\n`)]*?) +#", text, flags=re.MULTILINE)
    in_code = [line for line in blocks if f"    {line}" in text or f"`{line}" in text]
    return [tuple(shlex.split(line)) for line in (*spans, *in_code, *piped, *commented)]


def _command_of(words: tuple[str, ...]) -> tuple[str, ...] | None:
    return next((words[1 : 1 + n] for n in (2, 1) if words[1 : 1 + n] in COMMANDS), None)


@pages
def test_every_command_on_a_page_exists_with_its_options(page: Path) -> None:
    for words in _quoted(page):
        if words[1].startswith("-"):
            continue
        name = _command_of(words)
        assert name is not None, " ".join(words)
        known = {
            option for parameter in COMMANDS[name].params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        asked = {word.partition("=")[0] for word in words if word.startswith("--")} - {"--help"}
        assert asked <= known, f"{' '.join(words)}: unknown {sorted(asked - known)}"


@pytest.mark.parametrize("name", sorted(COMMANDS), ids=" ".join)
def test_every_command_answers_help_and_is_on_the_readme(name: tuple[str, ...]) -> None:
    shown = subprocess.run(
        [sys.executable, "-P", "-c", "from dpa_guard.cli import main; main()", *name, "--help"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("Usage:")
    if not isinstance(COMMANDS[name], click.Group):
        assert f"dpa-guard {' '.join(name)}" in README


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.rule)
def test_every_rule_has_a_page_and_is_on_the_readme(check: Check) -> None:
    """Its docstring: one sentence, what it looks for, why the article asks it, what to do."""
    page = inspect.getdoc(type(check)) or ""
    first, blank, *_ = page.splitlines()
    assert first.endswith(".")
    assert blank == ""
    assert [part for part in ("What it looks for", "Why", "What to do") if part not in page] == []
    assert [line for line in page.splitlines() if len(line) > 120] == []
    assert f"| `{check.rule}` | {check.article} |" in README


def test_the_readme_has_the_two_commands_and_ci_runs_the_one_for_the_tests() -> None:
    assert f"    {MAIN_COMMAND}\n" in README
    assert f"    {TEST_COMMAND}\n" in README
    last = (ROOT / ".ci/run").read_text(encoding="utf-8").rstrip().splitlines()[-1]
    assert last == TEST_COMMAND


def test_the_readmes_output_fits_eighty_columns() -> None:
    """That it is a copy of a real run, test_installed.py holds."""
    shown = re.search(r"```text\n(.*?)```", README, flags=re.DOTALL)
    assert shown is not None
    assert [line for line in shown[1].splitlines() if len(line) > 80] == []


@pages
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    missing = [
        target
        for target in targets
        if not target.startswith(("https://", "#")) and not (page.parent / target.partition("#")[0]).exists()
    ]
    assert missing == []


NEVER = ("compliant", "compliance", "tamper-proof", "tamperproof", "gdpr-proof", "avg-proof", "unhackable")


@pytest.mark.parametrize(
    "file",
    [*PAGES, *sorted((ROOT / "dpa_guard/report/prose").glob("*.csv"))],
    ids=lambda file: str(file.relative_to(ROOT)),
)
def test_some_words_are_never_used(file: Path) -> None:
    """What was measured can show no deviation; it cannot show that somebody obeys the law."""
    text = file.read_text(encoding="utf-8").lower()
    assert [word for word in NEVER if word in text] == []


@pytest.mark.parametrize("file", sorted((ROOT / "dpa_guard/report/prose").glob("*.csv")), ids=lambda file: file.name)
def test_a_failed_rule_is_never_called_a_breach(file: Path) -> None:
    text = file.read_text(encoding="utf-8").lower()
    assert [word for word in ("breach", "datalek", "inbreuk") if word in text] == []


def test_the_changelog_knows_this_version() -> None:
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
