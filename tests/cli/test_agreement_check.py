"""``dpa-guard agreement check``, as it is typed."""

from __future__ import annotations

import csv
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from click.testing import CliRunner, Result

from dpa_guard.agreement import AuthorisationScope
from dpa_guard.agreement_summary import Consent
from dpa_guard.clauses import CLAUSES, RULES
from dpa_guard.cli import main
from dpa_guard.documents import AtHand
from dpa_guard.report.agreement_text import agreement_text
from golden import expect
from transcript import transcript

GOLDEN = Path(__file__).with_name("golden") / "agreement-check"

AGREEMENT = """\
schema = "dpa-guard/agreement/1"
[agreement]
id = "X-1"
time_zone = "Europe/Amsterdam"
documents = [{ role = "signed", file = "signed.pdf", sha256 = "SHA" }]
[parties.controller]
name = "A"
[parties.processor]
name = "B"
[territory]
rule = "eu-member-states"
""".replace("SHA", sha256(b"signed").hexdigest())
CONFIGURATION = 'schema = "dpa-guard/config/1"\n[[agreement]]\nfile = "agreement.toml"\n'


def _check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["agreement", "check", *arguments])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("here")
def test_without_a_file_the_agreement_of_this_folder_is_shown() -> None:
    done = _check()
    assert done.exit_code == 0
    assert done.stdout.startswith("X-1\nagreement.toml  sha256 ")
    assert "Territory (3.1)     the member states of the European Union\n" in done.stdout
    assert "1 named, 0 at hand; add --documents to read them" in done.stdout
    assert "- signed.pdf: The document is named but not at hand" in done.stdout
    assert "  9.1   telling the controller of a security incident without delay\n" in done.stdout


@pytest.mark.usefixtures("here")
def test_it_speaks_dutch() -> None:
    done = _check("--lang", "nl")
    assert done.exit_code == 0
    assert "Gebied (3.1)        de lidstaten van de Europese Unie\n" in done.stdout


def test_a_document_that_is_missing_or_differs_is_1_and_only_when_asked(here: Path) -> None:
    assert _check("--documents").exit_code == 1
    (here / "signed.pdf").write_bytes(b"signed")
    done = _check("--documents")
    assert (done.exit_code, "signed.pdf: read, as entered\n" in done.stdout) == (0, True)
    (here / "signed.pdf").write_bytes(b"forged")
    done = _check("--documents")
    assert (done.exit_code, "signed.pdf: another file: its sha256 differs\n" in done.stdout) == (1, True)
    assert "  - signed.pdf: The file at agreement.documents[0] is not the one that was" in done.stdout
    assert _check().exit_code == 0


def test_the_configuration_and_the_agreements_it_lists_are_checked(here: Path) -> None:
    (here / "dpa-guard.toml").write_text(CONFIGURATION.replace("agreement.toml", "other.toml"), encoding="utf-8")
    (here / "other.toml").write_text(AGREEMENT.replace("X-1", "X-2"), encoding="utf-8")
    done = _check()
    assert done.exit_code == 0
    assert done.stdout.startswith("dpa-guard.toml: configuration; agreements: 1; scopes: none; exclusions: 0;")
    assert "\n\nX-2\nother.toml  sha256 " in done.stdout
    assert "X-1" not in done.stdout


def test_mistakes_of_both_files_are_said_together_and_are_2(here: Path) -> None:
    (here / "dpa-guard.toml").write_text(f"{CONFIGURATION}scopes = ['x']\n", encoding="utf-8")
    (here / "agreement.toml").write_text(AGREEMENT.replace('"X-1"', '""'), encoding="utf-8")
    done = _check()
    assert done.exit_code == 2
    assert done.stdout == (
        'dpa-guard.toml:4: agreement[0].scopes[0]: "x" is not the name of a [[scope]]\n\n'
        "Mistakes in dpa-guard.toml: 1. As long as they stand, nothing can be judged by\nit.\n\n"
        "agreement.toml:3: agreement.id: still to be filled in\n\n"
        "Mistakes in agreement.toml: 1. As long as they stand, nothing can be judged by\nit.\n"
    )


def test_several_files_are_each_shown_and_the_worst_counts(here: Path) -> None:
    (here / "b.toml").write_text("a = NO\n", encoding="utf-8")
    done = _check("agreement.toml", "b.toml", "c.toml")
    assert done.exit_code == 2
    assert "X-1\n" in done.stdout
    assert "b.toml:1: this is not TOML (column 5): expected true or false" in done.stdout
    assert "c.toml: there is no such file; `dpa-guard init` writes one to start from\n" in done.stdout


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_page_of_an_agreement_is_the_one_that_was_reviewed(at_company: Path, lang: str) -> None:
    expect(GOLDEN / f"0-fine.{lang}.txt", transcript("agreement", "check", "--lang", lang))
    shown = transcript("agreement", "check", "--documents", "--lang", lang)
    assert shown.endswith("--- exit code 0\n")
    (at_company / "documents/paper.txt").unlink()
    expect(GOLDEN / f"1-document-missing.{lang}.txt", transcript("agreement", "check", "--documents", "--lang", lang))


def test_typos_are_said_all_at_once_each_with_its_line_and_what_was_meant(at_company: Path) -> None:
    text = (at_company / "agreement.toml").read_text(encoding="utf-8")
    for right, wrong in (
        ('time_zone = "Europe/Amsterdam"', 'time_zone = "Europe/Amsterdm"'),
        ('rule = "eu-member-states"', 'rule = "eu-memberstates"'),
        ('countries = ["GB"]', 'countries = ["UK"]'),
        ('kind = "prohibition"', 'kind = "prohibiton"'),
        ('legal_name = "Pager', 'legalname = "Pager'),
    ):
        assert right in text
        text = text.replace(right, wrong)
    (at_company / "typos.toml").write_text(text, encoding="utf-8")
    expect(GOLDEN / "2-typos.txt", transcript("agreement", "check", "typos.toml"))


def test_an_empty_folder_is_2_and_names_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = _check()
    assert done.exit_code == 2
    assert done.stdout.startswith("agreement.toml: there is no such file; `dpa-guard init` writes one to start from\n")


def test_json_says_the_same(here: Path) -> None:
    (here / "dpa-guard.toml").write_text(CONFIGURATION, encoding="utf-8")
    done = _check("--format", "json", "--documents")
    answer = json.loads(done.stdout)
    assert (answer["schema"], answer["exit_code"], done.exit_code) == ("dpa-guard/agreement-check/1", 1, 1)
    configuration, agreement = answer["files"]
    assert configuration == {
        "file": "dpa-guard.toml",
        "kind": "config",
        "mistakes": [],
        "agreements": [str(here / "agreement.toml")],
        "scopes": [],
        "exclusions": 0,
        "known": 0,
    }
    assert agreement["agreement"] == {"id": "X-1", "sha256": sha256(AGREEMENT.encode()).hexdigest(), "title": ""}
    assert agreement["documents"] == [
        {"file": "signed.pdf", "sha256": sha256(b"signed").hexdigest(), "at_hand": "missing"}
    ]
    assert agreement["rules"][0] == {
        "rule": "transfer-outside-eu",
        "article": "3.1",
        "uses": {"in_force": "0", "count": "0"},
    }
    assert agreement["notes"][0]["kind"] == "term-missing"
    assert agreement["not_measured"][:3] == ["1.3", "1.4", "1.5"]


def test_json_of_mistakes_has_code_line_and_key(here: Path) -> None:
    (here / "agreement.toml").write_text(AGREEMENT.replace("name = ", "nam = ", 1), encoding="utf-8")
    done = _check("--format", "json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["files"] == [
        {
            "file": "agreement.toml",
            "kind": "agreement",
            "mistakes": [
                {
                    "code": "agreement-missing-key",
                    "line": 6,
                    "key": "parties.controller",
                    "text": '"name" is missing: the legal name',
                },
                {
                    "code": "agreement-unknown-key",
                    "line": 7,
                    "key": "parties.controller.nam",
                    "text": '"nam" is not a key of [parties.controller]; did you mean "name"?',
                },
            ],
        }
    ]


def test_nothing_in_a_file_can_move_the_cursor(here: Path) -> None:
    (here / "agreement.toml").write_text(AGREEMENT + '[[subprocessor]]\n"\\u001b[2J" = 1\n', encoding="utf-8")
    assert "\x1b" not in _check().stdout


def test_every_word_of_the_page_is_there_and_every_word_there_is_used() -> None:
    """A word without a row would be shown as its bare code."""
    folder = Path(agreement_text.__code__.co_filename).parents[1]
    files = [folder / "report/agreement_text.py", folder / "cli/agreement.py"]
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    labels = re.findall(r'_labelled\(\s*"([a-z-]+)"', source)
    used = {*re.findall(r'"(agreement-[a-z-]+)"', source), *(f"agreement-{label}" for label in labels)}
    states = get_args(get_type_hints(Consent)["state"])
    used |= {f"agreement-consent-{state}" for state in (*states, "in-force-open")}
    used |= {f"agreement-at-hand-{state}" for state in get_args(AtHand)}
    used |= {f"agreement-uses-{rule}" for rule in RULES}
    used |= {f"agreement-territory-{rule}" for rule in ("eu-member-states", "eea", "countries")}
    used |= {f"agreement-scope-{key}" for key in AuthorisationScope.__struct_fields__}
    used |= {"agreement-acts-as-processor-for-own-customers"}
    used |= {f"clause-{clause.number}" for clause in CLAUSES if not clause.measured}
    used -= {"agreement-uses-public-exposure"}  # takes nothing from the agreement file
    with (folder / "report/prose/files.csv").open(encoding="utf-8", newline="") as table:
        known = {row["code"] for row in csv.DictReader(table) if row["group"] == "word"}
    assert used == known
