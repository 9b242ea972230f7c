"""The page of a rule: what a stranger's docstring may hold, at 80 columns."""

from __future__ import annotations

from typing import get_args

import pytest

from dpa_guard.report.prose import Lang
from dpa_guard.report.rule_page import first_sentence, rule_page

LANGS: tuple[Lang, ...] = get_args(Lang)
DOCSTRING = """Logs are kept in Germany.

    What it looks for. Every log group of the estate, in each account and region that is looked at, and the countries.

    fail    a log group lies elsewhere, which is one of those things that take more than one line to say whole and
            goes on here
    pass    none does

    - one thing
    - another

        machines = { "db-1" = "DE" }

    Ends with an \x1b[31mescape.
    """


def test_paragraphs_and_tables_are_wrapped_and_what_was_drawn_by_hand_stays() -> None:
    assert list(rule_page("acme", DOCSTRING, "en")) == [
        "Logs are kept in Germany.",
        "",
        "What it looks for. Every log group of the estate, in each account and region",
        "that is looked at, and the countries.",
        "",
        "fail  a log group lies elsewhere, which is one of those things that take more",
        "      than one line to say whole and goes on here",
        "pass  none does",
        "",
        "- one thing",
        "- another",
        "",
        '    machines = { "db-1" = "DE" }',
        "",
        r"Ends with an \x1b[31mescape.",
    ]


def test_a_page_that_exists_in_english_only_says_so_first_in_dutch() -> None:
    shown = list(rule_page("acme", DOCSTRING, "nl"))
    assert shown[:3] == ["Van deze regel bestaat alleen de Engelse pagina.", "", "Logs are kept in Germany."]


@pytest.mark.parametrize("docstring", [None, "", "   \n  "])
def test_a_check_without_a_docstring_has_no_page_and_says_so(docstring: str | None) -> None:
    for lang in LANGS:
        (line,) = rule_page("acme", docstring, lang)
        assert "docstring" in line
        assert first_sentence("acme", docstring, lang) == ""


@pytest.mark.parametrize("rule", ["../rules/transfer-outside-eu", "transfer-outside-eu.nl", "", "*", "a\x00b"])
def test_a_rule_id_that_is_a_path_opens_no_file(rule: str) -> None:
    assert list(rule_page(rule, "English.", "nl"))[-1] == "English."


def test_the_first_sentence_is_what_a_list_shows() -> None:
    assert first_sentence("acme", DOCSTRING, "en") == "Logs are kept in Germany."
    assert first_sentence("subprocessor-identified", "ignored", "nl").startswith("Een derde is in gebruik")
