"""The page for people, over anything that can be in a run: it fits, it is safe to print, and it leaves nothing out."""

from __future__ import annotations

import re
import unicodedata
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from any_run import runs
from dpa_guard.assessment import Assessment
from dpa_guard.errors import DpaGuardError
from dpa_guard.model import VERDICTS
from dpa_guard.report.page import Look
from dpa_guard.report.plain import plain
from dpa_guard.report.prose import Lang, Prose
from dpa_guard.report.run import Run
from dpa_guard.report.text import page

LANGS: tuple[Lang, ...] = get_args(Lang)
langs = st.sampled_from(LANGS)
looks = st.builds(Look, st.just(False), st.booleans())
_START = re.compile(r" *(?:(?:- |=> |[A-Z][A-Z ]*\d?  |[a-z][a-z ]* {2,}))?")
"""What may stand before the first word of a line: indentation, a tag, a label, a mark."""


def _subjects(run: Run) -> set[str]:
    found = [finding for assessment in run.assessments for finding in assessment.findings]
    names = {plain(finding.resource.id) for finding in found if finding.resource}
    names |= {plain(note.subject) for assessment in run.assessments for note in assessment.notes}
    for finding in found:
        if finding.party:
            vendor, identifier = finding.party.vendor, finding.party.identifier
            names.add(plain(identifier if vendor is None else f"{vendor} ({identifier})"))
    rules = {f"{finding.rule} ({finding.article})" for finding in found}
    return names | {plain(rule) for rule in rules}


@given(runs(), langs, looks)
@settings(max_examples=60, deadline=None)
def test_a_line_is_wider_than_80_columns_only_for_a_word_or_a_name_to_be_copied(
    run: Run, lang: Lang, look: Look
) -> None:
    names = _subjects(run)
    for line in page(run, Prose(lang), look):
        if len(line) <= 80 or line.strip().removeprefix("- ") in names:
            continue
        start = _START.match(line)
        assert start is not None
        assert " " not in line[start.end() :].strip(), line


@given(runs(), langs, looks)
@settings(max_examples=60, deadline=None)
def test_no_line_holds_what_moves_a_cursor_turns_text_round_or_talks_to_a_runner(
    run: Run, lang: Lang, look: Look
) -> None:
    for line in page(run, Prose(lang), look):
        assert not [sign for sign in line if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs")], line
        assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff"), (
            line
        )
        assert not re.search(r"(^|\s)::|##\[", line), line


@given(runs(), langs, st.booleans())
@settings(max_examples=25, deadline=None)
def test_colours_change_nothing_but_the_colour(run: Run, lang: Lang, everything: bool) -> None:
    without = list(page(run, Prose(lang), Look(False, everything)))
    painted = list(page(run, Prose(lang), Look(True, everything)))
    assert [re.sub(r"\x1b\[[\d;]+m", "", line) for line in painted] == without
    assert "\x1b" not in "".join(without)


@given(runs(), langs)
@settings(max_examples=25, deadline=None)
def test_what_failed_comes_before_what_is_unknown_and_the_exit_code_comes_last(run: Run, lang: Lang) -> None:
    prose = Prose(lang)
    lines = list(page(run, prose, Look()))
    assert [line for line in lines if line.startswith("EXIT ")][-1].startswith(f"EXIT {run.exit_code}  ")
    tags = {f"{prose.word(f'tag-{verdict}')}  ": number for number, verdict in enumerate(VERDICTS)}
    whole = "\n".join(lines)
    for part in whole.split("=" * 80):
        order = [tags[found] for found in re.findall(rf"^({'|'.join(tags)})", part, flags=re.MULTILINE)]
        assert order == sorted(order)


@given(runs(), langs)
@settings(max_examples=25, deadline=None)
def test_verbose_names_every_subject_of_every_verdict(run: Run, lang: Lang) -> None:
    lines = list(page(run, Prose(lang), Look(everything=True)))
    for assessment in run.assessments:
        for finding in assessment.findings:
            named = plain(finding.resource.id if finding.resource else finding.party.identifier)  # type: ignore[union-attr]  # one of the two
            assert any(named in line for line in lines), named


@given(runs(), langs)
@settings(max_examples=25, deadline=None)
def test_every_gap_is_listed(run: Run, lang: Lang) -> None:
    prose = Prose(lang)
    shown = " ".join(" ".join(page(run, prose, Look())).split())
    for assessment in run.assessments:
        for gap in assessment.gaps:
            assert " ".join(plain(prose("gap", gap.reason_code, gap.detail)).split()) in shown


def _nothing_but(*errors: DpaGuardError, code: int) -> str:
    return "\n".join(page(Run(code, errors=errors), Prose("en"), Look()))


def test_mistakes_that_leave_nothing_to_judge_are_errors_and_not_a_matter_of_recording() -> None:
    shown = _nothing_but(
        DpaGuardError("agreement-missing", "no agreement here", "begin one with: dpa-guard init"), code=2
    )
    assert "\nERROR  no agreement here\n       begin one with: dpa-guard init\n" in shown
    assert shown.count("NOT RECORDED") == 2


def test_a_log_that_cannot_be_written_is_said_under_not_recorded() -> None:
    shown = _nothing_but(DpaGuardError("log-missing", "there is no log"), code=4)
    assert "NOT RECORDED  there is no log" in shown
    assert "ERROR" not in shown


@pytest.mark.parametrize("lang", LANGS)
def test_an_input_that_two_agreements_could_not_have_judged_is_counted_once(lang: Lang) -> None:
    """The totals on the last line are of the run; what is missing is missing once."""
    from dpa_guard.model import Gap, Inventory, Refusal
    from examples_of import agreement_of, moment

    seen = Inventory(
        moment(), "plan", refusals=(Refusal("x.json", "not-json"),), gaps=(Gap("a", "provider-silent", {}),)
    )
    made = tuple(Assessment(agreement_of(id), seen, (), (), seen.gaps, {}, {}) for id in ("A", "B"))
    last = list(page(Run(2, made), Prose(lang), Look()))[-1]
    assert last.endswith(
        {"en": "(1 gap, 1 input without assessment).", "nl": "(1 leemte, 1 invoer zonder beoordeling)."}[lang]
    )
