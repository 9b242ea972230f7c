"""The page of a rule for people, at 80 columns: the docstring of its check, or the page we have in Dutch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from inspect import cleandoc
from pathlib import Path

from dpa_guard.report.page import paragraph
from dpa_guard.report.plain import plain
from dpa_guard.report.prose import Lang, Prose

__all__ = ["first_sentence", "rule_page"]

_FOLDER = Path(__file__).with_name("rules")
_ROW = re.compile(r"(\S+(?: \S+)*)  +(\S.*)")
"""A row of a table: a word or a few, two spaces or more, and what they mean."""


def rule_page(rule: str, docstring: str | None, lang: Lang) -> Iterator[str]:
    """Yield the lines of a rule's page; one that exists in English only says so first."""
    dutch = _dutch(rule) if lang == "nl" else None
    page = (dutch or cleandoc(docstring or "")).strip()
    word = Prose(lang).word
    if not page:
        yield word("rule-without-page")
        return
    if lang != "en" and dutch is None:
        yield word("rule-in-english")
        yield ""
    for number, block in enumerate(page.split("\n\n")):
        if number:
            yield ""
        yield from _block([plain(line) for line in block.splitlines()])


def first_sentence(rule: str, docstring: str | None, lang: Lang) -> str:
    """Return what the rule looks for, in one line; "" where it has no page."""
    page = (_dutch(rule) if lang == "nl" else None) or cleandoc(docstring or "")
    return plain(page.strip().partition("\n")[0])


def _block(lines: Sequence[str]) -> Iterator[str]:
    """Wrap a paragraph or a table; lists and anything drawn by hand stay as they are."""
    if rows := _rows(lines):
        column = max(len(key) for key, _ in rows) + 2
        for key, meaning in rows:
            yield from paragraph(meaning, " " * column, key.ljust(column))
    elif any(line.startswith((" ", "-", "*", "|")) for line in lines):
        yield from lines
    else:
        yield from paragraph(" ".join(lines))


def _rows(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return the rows of a table, the lines that go on joined to them; none where it is no table."""
    rows: list[tuple[str, str]] = []
    for line in lines:
        if found := _ROW.fullmatch(line):
            rows.append((found[1], found[2]))
        elif rows and line.startswith("  "):
            key, meaning = rows[-1]
            rows[-1] = (key, f"{meaning} {line.strip()}")
        else:
            return []
    return rows


def _dutch(rule: str) -> str | None:
    """Return our Dutch page of a rule; the name is only looked up among the files there are."""
    files = {file.name: file for file in _FOLDER.glob("*.nl.txt")}
    file = files.get(f"{rule}.nl.txt")
    return None if file is None else file.read_text(encoding="utf-8")
