"""``agreement.toml`` becomes an Agreement, or every mistake in it is said at once with its line."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard import agreement_file
from dpa_guard.agreement import (
    AuthorisationScope,
    Contract,
    Document,
    EvidenceTerms,
    Notice,
    Processing,
    Signatory,
    Territory,
)
from dpa_guard.errors import DpaGuardError, Mistakes
from dpa_guard.report.agreement_text import agreement_text
from dpa_guard.report.prose import rows
from toml_text import toml_text

GOLDEN = Path(__file__).with_name("golden")
WHOLE = (GOLDEN / "agreement.toml").read_text(encoding="utf-8")
TODAY = date(2026, 11, 24)

LEAST = """\
schema = "dpa-guard/agreement/1"
[agreement]
id = "X-1"
[parties.controller]
name = "A"
[parties.processor]
name = "B"
[territory]
rule = "eu-member-states"
"""
"""All that is required; the next line is line 10."""


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "agreement.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _mistakes(path: Path) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        agreement_file.read(path)
    return [mistake.message.replace(f"{path}:", "") for mistake in caught.value.mistakes]


def _kinds(path: Path, today: date | None = TODAY) -> list[tuple[str, str]]:
    return [(kind, subject) for kind, subject, _ in agreement_file.read(path, today).remarks]


def test_the_shared_example_is_read_without_mistakes(shared_data: Path) -> None:
    agreement = agreement_file.read(shared_data.parent / "examples" / "agreement.toml", TODAY)
    assert agreement.id == "NLH-2017-0142"
    assert agreement.territory == Territory("eu-member-states")
    assert agreement.controller.may_sign == (Signatory("M. de Vries", "bestuurder", date(2017, 1, 1)),)
    (authorisation,) = agreement.authorisations
    assert authorisation.countries == ("NO",)
    assert authorisation.scope == AuthorisationScope(subprocessors=("azure",), services=("storage", "compute"))
    azure, datadog, kustwacht = agreement.register
    assert azure.contract == Contract(
        "Microsoft DPA",
        date(2017, 4, 28),
        ("1.2", "2.2", "6.1", "7.1", "9.1"),
        Document("contracts/ms-dpa.pdf", "4" * 64, where="subprocessor[0].contract.document"),
    )
    assert datadog.processing == (Processing("DE", "declared", "order form 2024-03", date(2026, 1, 12)),)
    assert datadog.notices == (Notice(date(2024, 2, 12), "letter"),)
    assert kustwacht.objections[0].in_force(TODAY)
    assert agreement.amendments[0].date == date(2019, 6, 1)
    assert agreement.requests[0].as_of == date(2026, 11, 16)
    assert agreement.evidence.keep_years == 7
    assert {kind for kind, _, _ in agreement.remarks} == {"contract-missing", "document-not-at-hand"}


def test_the_required_keys_are_enough_and_the_rest_has_its_default(tmp_path: Path) -> None:
    agreement = agreement_file.read(_written(tmp_path, LEAST))
    assert (agreement.time_zone, agreement.register, agreement.evidence) == ("UTC", (), EvidenceTerms())
    assert agreement.rules == (
        "transfer-outside-eu",
        "subprocessor-contract",
        "subprocessor-prohibited",
        "subprocessor-identified",
    )
    assert _kinds(tmp_path / "agreement.toml") == [
        ("time-zone-missing", "agreement.time_zone"),
        ("signed-document-missing", "agreement.documents"),
        ("term-missing", "agreement.in_force_from"),
        ("register-empty", "subprocessor"),
        ("log-keys-missing", "evidence.log_keys"),
    ]


def test_every_required_key_that_is_missing_is_said(tmp_path: Path) -> None:
    assert _mistakes(_written(tmp_path, "# nothing\n")) == [
        '1: "schema" is missing: which file this is and in which version: "dpa-guard/agreement/1"',
        '1: "agreement" is missing: the agreement itself',
        '1: "parties" is missing: who agreed with whom',
        '1: "territory" is missing: where data may be without further consent (3.1)',
    ]


ENTRY = '[[subprocessor]]\nid = "a"\nlegal_name = "A"\n'
CONSENT = '[[authorisation]]\nid = "c"\ncountries = ["NO"]\ngranted_on = 2024-02-19\n'


def _reviewed(name: str) -> list[tuple[str, list[str]]]:
    """The cases of a golden file, parted by empty lines: what is added to LEAST, and after ``> `` what is said."""
    blocks = (GOLDEN / name).read_text(encoding="utf-8").strip().split("\n\n")
    cases = [[line.removeprefix("> ") for line in block.split("\n") if line.startswith("> ")] for block in blocks]
    return [(re.sub(r"(?m)^> .*\n?", "", block), said) for block, said in zip(blocks, cases, strict=True)]


@pytest.mark.parametrize(("added", "said"), _reviewed("agreement-mistakes.txt"))
def test_a_mistake_is_one_line_with_its_place_and_what_to_do(tmp_path: Path, added: str, said: list[str]) -> None:
    assert _mistakes(_written(tmp_path, LEAST + added)) == said


ID, RULE = 'id = "X-1"', 'rule = "eu-member-states"'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (ID, 'id = ""', "3: agreement.id: still to be filled in"),
        (ID, 'id = "TODO: our number"', "3: agreement.id: still to be filled in"),
        (
            ID,
            f'{ID}\ntime_zone = "Europe/Amsterdm"',
            '"Europe/Amsterdm" is not a time zone; did you mean "Europe/Amsterdam"?',
        ),
        (ID, f'{ID}\ntime_zone = "Amsterdam"', '"Amsterdam" is not a time zone; did you mean "Europe/Amsterdam"?'),
        (ID, f'{ID}\ntime_zone = "../UTC"', '4: agreement.time_zone: "../UTC" is not a time zone'),
        (ID, f"{ID}\nrules = []", "4: agreement.rules: the list is empty; name at least one, or leave the key out"),
        (ID, f'{ID}\nrules = ["Transfer outside EU"]', 'did you mean "transfer-outside-eu"?'),
        (
            ID,
            f"{ID}\nin_force_from = 2020-01-02\nin_force_until = 2020-01-01",
            "5: agreement.in_force_until: 2020-01-01",
        ),
        (RULE, 'rule = "eu"', '9: territory.rule: "eu" is not known here; expected "eu-member-states" or "eea"'),
        (RULE, 'rule = "eea"\ncountries = ["NL"]', "10: territory.countries: a rule and a list of countries"),
        (RULE, "", "8: territory: nothing in it; expected rule = "),
        (
            'name = "A"',
            'name = "A"\nmay_sign = [{ name = "C", from = 2020-01-02, until = 2020-01-01 }]',
            "6: parties.controller.may_sign[0].until: 2020-01-01 lies before from, 2020-01-02",
        ),
    ],
)
def test_a_mistake_in_what_is_required_is_found_too(tmp_path: Path, old: str, new: str, said: str) -> None:
    (found,) = _mistakes(_written(tmp_path, LEAST.replace(old, new, 1)))
    assert said in found


def test_mistakes_of_shape_and_of_meaning_are_said_together_in_the_order_of_lines(tmp_path: Path) -> None:
    text = LEAST.replace('"A"', "1") + ENTRY + ENTRY + "colour = 1\n"
    assert [line.partition(":")[0] for line in _mistakes(_written(tmp_path, text))] == ["5", "14", "16"]


def test_a_ring_of_three_names_the_whole_ring(tmp_path: Path) -> None:
    ring = "".join(
        f'[[subprocessor]]\nid = "{one}"\nlegal_name = "x"\nengaged_by = "{by}"\n'
        for one, by in ("ab", "bc", "ca", "da")
    )
    assert _mistakes(_written(tmp_path, LEAST + ring)) == [
        f"{line}: subprocessor[{i}].engaged_by: {chain}: the chain must end at the processor"
        for i, (line, chain) in enumerate(
            [
                (13, "a is engaged by b is engaged by c is engaged by a"),
                (17, "b is engaged by c is engaged by a is engaged by b"),
                (21, "c is engaged by a is engaged by b is engaged by c"),
            ]
        )
    ]


def test_an_identifier_of_two_entries_is_found_in_any_spelling(tmp_path: Path) -> None:
    text = LEAST + ENTRY + 'identifiers = ["host:datadoghq.eu"]\n' + ENTRY.replace('"a"', '"b"')
    (said,) = _mistakes(_written(tmp_path, text + 'identifiers = ["host:DataDogHQ.EU."]\n'))
    assert said.startswith('17: subprocessor[1].identifiers[0]: "host:datadoghq.eu" is also in subprocessor[0]; ')


def test_a_list_of_countries_is_a_territory(tmp_path: Path) -> None:
    text = LEAST.replace('rule = "eu-member-states"', 'countries = ["NL", "DE"]')
    assert agreement_file.read(_written(tmp_path, text)).territory == Territory("countries", ("NL", "DE"))


def test_values_come_back_in_one_spelling(tmp_path: Path) -> None:
    text = LEAST + ENTRY + 'identifiers = ["HOST:münchen.example", "aws-account:4646-2253-2012"]\n' + CONSENT
    text += f'document = {{ file = "x", sha256 = "SHA256:{"AB" * 32}" }}\n'
    agreement = agreement_file.read(_written(tmp_path, text))
    assert agreement.register[0].identifiers == ("host:xn--mnchen-3ya.example", "aws-account:464622532012")
    assert agreement.authorisations[0].document == Document("x", "ab" * 32, where="authorisation[0].document")


def test_what_an_auditor_would_miss_is_remarked() -> None:
    assert _kinds(GOLDEN / "agreement.toml") == [
        ("rule-not-ours", "acme-racks"),
        ("authorisation-backdated", "T-1"),
        ("authorisation-without-document", "T-2"),
        ("signatory-not-listed", "T-2"),
        ("authorisation-without-document", "T-3"),
        ("signatory-missing", "T-3"),
        ("engaged-from-missing", "berichten"),
        ("contract-missing", "berichten"),
        ("objection-without-document", "berichten"),
        ("objection-without-document", "berichten"),
        ("identifiers-missing", "lamp"),
        ("engaged-from-missing", "lamp"),
        ("supplier-without-purpose", "lamp"),
        ("amendment-without-document", "A-1"),
        ("request-without-document", "R-1"),
        ("document-without-hash", "papers/annex-a.pdf"),
        ("document-not-at-hand", "papers/WK-2025-007.pdf"),
        ("document-not-at-hand", "papers/annex-a.pdf"),
        ("document-not-at-hand", "papers/T-1.pdf"),
        ("document-not-at-hand", "papers/ms.pdf"),
    ]


def test_a_signature_counts_on_the_day_it_was_given(tmp_path: Path) -> None:
    signatories = 'may_sign = [{ name = "H. Postma", from = 2024-02-19, until = 2024-02-19 }]'
    text = LEAST.replace('name = "A"', f'name = "A"\n{signatories}') + CONSENT + 'signed_by = "h. postma"\n'
    assert ("signatory-not-listed", "c") not in _kinds(_written(tmp_path, text))
    assert ("signatory-not-listed", "c") in _kinds(
        _written(tmp_path, text.replace("2024-02-19\nsigned", "2024-02-20\nsigned"))
    )


def test_facts_dated_in_the_future_are_remarked_where_today_is_known(tmp_path: Path) -> None:
    path = _written(tmp_path, LEAST + CONSENT.replace("2024-02-19", "2062-02-19"))
    remarks = agreement_file.read(path, TODAY).remarks
    assert ("date-to-come", "c", (("what", "granted_on"), ("day", "2062-02-19"))) in remarks
    assert "date-to-come" not in [kind for kind, _, _ in agreement_file.read(path).remarks]


def test_a_default_rule_that_is_left_out_is_remarked(tmp_path: Path) -> None:
    text = LEAST.replace('id = "X-1"', 'id = "X-1"\nrules = ["transfer-outside-eu", "transfer-outside-eu"]')
    agreement = agreement_file.read(_written(tmp_path, text))
    assert agreement.rules == ("transfer-outside-eu",)
    assert [subject for kind, subject, _ in agreement.remarks if kind == "rule-left-out"] == [
        "subprocessor-contract",
        "subprocessor-prohibited",
        "subprocessor-identified",
    ]


def test_every_remark_has_a_sentence_in_both_languages() -> None:
    source = Path(agreement_file.__file__).with_name("agreement_remarks.py").read_text(encoding="utf-8")
    kinds = {
        *re.findall(r'_remark\("([a-z-]+)"', source),
        *re.findall(r'"(document-[a-z-]+)"', source),
        "time-zone-missing",
    }
    assert len(kinds) == 24
    assert [kind for kind in sorted(kinds) if ("note", kind) not in rows()] == []


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_page_on_an_agreement_is_as_reviewed(lang: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    page = agreement_text(agreement_file.read(Path("agreement.toml"), TODAY), TODAY, lang)
    assert page + "\n" == (GOLDEN / f"agreement-{lang}.txt").read_text(encoding="utf-8")
    assert [line for line in page.splitlines() if len(line) > 80] == []


def _whatever(path: Path) -> None:
    """Read it; nothing but mistakes, each with the file and a line that exists, may come of it."""
    lines = path.read_bytes().count(b"\n") + 1
    try:
        agreement_file.read(path, TODAY)
    except DpaGuardError as error:
        said = error.mistakes if isinstance(error, Mistakes) else [error]
    else:
        return
    for mistake in said:
        found = re.match(rf"{re.escape(str(path))}:(\d+): ", mistake.message)
        assert found is not None, mistake.message
        assert 1 <= int(found[1]) <= lines, mistake.message
        assert "\n" not in mistake.message


@st.composite
def _mangled(draw: st.DrawFn) -> str:
    """The whole example with some values renamed, deleted, or replaced by values of other types."""
    data = tomllib.loads(WHOLE)
    odd: st.SearchStrategy[Any] = st.one_of(
        st.sampled_from(["", "*", "NO", "UK", "a:b", "cloud:aws", "processor", "azure", "host:x", "3.1", "P1D"]),
        st.sampled_from([0, -1, 1.5, True, [], {}, [[]], [{}], {"file": "x"}, date(2026, 1, 1)]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    )
    for _ in range(draw(st.integers(1, 4))):
        place: Any = data
        while True:
            inside: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not inside:
                break
            key = draw(st.sampled_from(inside))
            if isinstance(place[key], dict | list) and place[key] and draw(st.integers(0, 3)):
                place = place[key]
                continue
            _change(place, key, draw(st.sampled_from(["replace", "delete", "rename"])), deepcopy(draw(odd)), draw)
            break
    return toml_text(data)


def _change(place: Any, key: Any, how: str, value: Any, draw: Callable[[st.SearchStrategy[str]], str]) -> None:
    if how == "delete":
        del place[key]
    elif how == "rename" and isinstance(place, dict):
        place[draw(st.text(st.sampled_from("abé._\"'\n"), max_size=4))] = place.pop(key)
    else:
        place[key] = value


@given(_mangled())
def test_values_of_any_kind_anywhere_give_mistakes_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "mangled.toml"
    path.write_text(text, encoding="utf-8")
    _whatever(path)


@given(st.data())
def test_lines_lost_doubled_or_torn_give_mistakes_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = WHOLE.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        how = data.draw(st.sampled_from(["lost", "doubled", "torn", "moved"]))
        if how == "torn":
            lines[at] = lines[at][: data.draw(st.integers(0, 40))]
        elif how == "doubled":
            lines.insert(at, lines[at])
        else:
            taken = lines.pop(at)
            if how == "moved":
                lines.insert(data.draw(st.integers(0, len(lines))), taken)
        lines = lines or [""]
    path = tmp_path_factory.getbasetemp() / "torn.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    _whatever(path)


def test_reading_takes_less_than_ten_milliseconds_of_processor_time() -> None:
    def once() -> float:
        before = time.process_time()
        agreement_file.read(GOLDEN / "agreement.toml")
        return time.process_time() - before

    assert min(once() for _ in range(20)) < 0.010


def test_reading_loads_no_schema_library_and_no_sdk() -> None:
    program = f"""
import sys
from pathlib import Path
from dpa_guard import agreement_file
agreement_file.read(Path({str(GOLDEN / "agreement.toml")!r}))
print(*[name for name in ("jsonschema", "difflib", "structlog", "cryptography", "click") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
