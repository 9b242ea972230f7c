"""``dpa-guard explain``, as it is typed: the page of every rule in both languages."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.metadata import distributions
from pathlib import Path

import pytest

from golden import expect
from transcript import call, transcript

GOLDEN = Path(__file__).with_name("golden") / "explain"
RULES = ("transfer-outside-eu", "subprocessor-contract", "subprocessor-prohibited", "subprocessor-identified")
WORDS = {
    "fail": "afwijking",
    "unknown": "onbekend",
    "authorised": "toegestaan",
    "pass": "in orde",
    "not-applicable": "n.v.t.",
}

pytestmark = pytest.mark.skipif(
    not any(found.name == "dpa-guard" for found in distributions()),
    reason="dpa-guard itself is not installed here, so its extensions have no entry points; tox installs it",
)
langs = pytest.mark.parametrize("lang", ["en", "nl"])
rules = pytest.mark.parametrize("rule", RULES)


@langs
@rules
def test_the_page_of_a_rule_is_the_one_that_was_reviewed(rule: str, lang: str) -> None:
    expect(GOLDEN / f"{rule}.{lang}.txt", transcript("explain", rule, "--lang", lang))


@langs
def test_without_a_rule_they_are_listed_in_the_order_of_the_articles(lang: str) -> None:
    shown = call("explain", "--lang", lang).stdout
    assert [line.split()[0] for line in shown.splitlines() if re.match(r"\S+ \(arti[ck]", line)][:4] == [
        "transfer-outside-eu",
        "subprocessor-prohibited",
        "subprocessor-contract",
        "subprocessor-identified",
    ]


@langs
@rules
def test_no_page_is_wider_than_80_columns(rule: str, lang: str) -> None:
    assert [line for line in call("explain", rule, "--lang", lang).stdout.splitlines() if len(line) > 80] == []


@rules
def test_the_dutch_page_says_what_the_english_one_does(rule: str) -> None:
    """Paragraph by paragraph: the same verdicts in the same order, and the same keys, options and codes."""
    english, dutch = (call("explain", rule, "--lang", lang).stdout.split("\n\n") for lang in ("en", "nl"))
    assert len(english) == len(dutch)
    for ours, theirs in zip(english, dutch, strict=True):
        verdicts = [WORDS[word] for word in re.findall(rf"^({'|'.join(WORDS)})  ", ours, flags=re.MULTILINE)]
        assert re.findall(rf"^({'|'.join(map(re.escape, WORDS.values()))})  ", theirs, flags=re.MULTILINE) == verdicts
        codes = r"[a-z]+_[a-z]+|\[\[?\w+\]\]?|--[a-z-]+|sha256|\d+\.\d"
        assert sorted(set(re.findall(codes, theirs))) == sorted(set(re.findall(codes, ours)))


@rules
def test_the_page_comes_from_the_check_itself(rule: str) -> None:
    extension = import_module("dpa_guard_transfers" if rule.startswith("transfer") else "dpa_guard_subprocessors")
    (check,) = [check for check in extension.add_checks() if check.rule == rule]
    shown = " ".join(call("explain", rule).stdout.split())
    for paragraph in (type(check).__doc__ or "").split("\n\n"):
        assert " ".join(paragraph.split()) in shown


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("transfer-outside-ue", "no rule 'transfer-outside-ue' is installed; did you mean transfer-outside-eu?"),
        ("transfer", "no rule 'transfer' is installed; did you mean transfer-outside-eu?"),
        (
            "subprocessor",
            "did you mean subprocessor-contract or subprocessor-identified or subprocessor-prohibited?",
        ),
        ("zzz", "no rule 'zzz' is installed; expected one of "),
        ("5.2", "expected a rule, found the article 5.2; its rule is subprocessor-contract"),
        ("\x1b[2J", r"no rule '\x1b[2J' is installed"),
    ],
)
def test_a_rule_that_is_not_there_is_2_and_the_likely_one_is_named(asked: str, answer: str) -> None:
    done = call("explain", asked)
    assert (done.exit_code, done.stdout) == (2, "")
    assert answer in done.stderr
    assert "\x1b" not in done.stderr
