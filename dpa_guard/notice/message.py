"""News as people read it, in their language, and as JSON for a webhook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from dpa_guard.notice.news import Change, News
from dpa_guard.report.page import paragraph
from dpa_guard.report.plain import plain
from dpa_guard.report.prose import Prose
from dpa_guard.report.run import Recorded
from dpa_guard.report.seen import scope_named

__all__ = ["body", "document", "subject"]

_WORDS = {
    "fail": "notice-fail",
    "unknown": "notice-unknown",
    "gap": "notice-gap",
    "missed": "notice-missed",
    "expiring": "notice-expiring",
    "mended": "notice-mended",
    "gone": "notice-gone",
}
"""Event → its heading, in the order they are told."""
_ENDINGS = {"authorisation": "notice-authorisation", "exclusion": "notice-exclusion"}
_SCHEMA = "dpa-guard/notice/1"


def subject(waiting: Sequence[News], prose: Prose) -> str:
    """Return the line that says what it is about, with the number of each."""
    numbers: Counter[str] = Counter()
    for news in waiting:
        numbers.update(news.numbers)
    told = ", ".join(f"{prose.word(_WORDS[event])}: {numbers[event]}" for event in _WORDS if numbers[event])
    return plain(prose.word("notice-subject", agreement=waiting[-1].agreement, told=told))


def body(waiting: Sequence[News], recorded: Recorded, prose: Prose) -> str:
    """Return the text: the newest run first, then those that could not be told at the time, then where it is proved."""
    lines: list[str] = []
    for number, news in enumerate(reversed(waiting)):
        lines += [*paragraph(prose.word("notice-waited")), ""] if number else []
        lines += [*_page(news, prose), ""]
    proof = prose.word("notice-evidence", log=recorded.log, size=str(recorded.size), root=recorded.root)
    lines += paragraph(plain(proof))
    if any("commit:" in line for line in lines):
        lines += ["", *paragraph(prose.word("notice-names"))]
    return "\n".join(lines) + "\n"


def document(waiting: Sequence[News], recorded: Recorded, prose: Prose) -> bytes:
    """Return the JSON for a webhook; its ``text`` is what chat services show."""
    return msgspec.json.encode(
        {
            "schema": _SCHEMA,
            "subject": subject(waiting, prose),
            "text": f"{subject(waiting, prose)}\n\n{body(waiting, recorded, prose)}",
            "agreement": waiting[-1].agreement,
            "lang": prose.lang,
            "evidence": {"log": recorded.log, "size": recorded.size, "root": recorded.root},
            "runs": [_shape(news, prose) for news in reversed(waiting)],
        }
    )


def _page(news: News, prose: Prose) -> Iterator[str]:
    about = {"run": news.run, "kind": news.kind, "began": _moment(news.began), "since": _moment(news.since)}
    yield from paragraph(plain(prose.word("notice-run" if news.since else "notice-first", **about)))
    verdicts = {code: prose.word(f"verdict-{code}") for code in ("fail", "unknown", "authorised", "pass")}
    now = ", ".join(f"{word}: {news.verdicts.get(code, 0)}" for code, word in verdicts.items())
    yield from paragraph(prose.word("notice-now", told=now, code=str(news.exit_code)))
    for event, heading in _WORDS.items():
        if not news.numbers.get(event):
            continue
        yield from ("", f"{prose.word(heading).upper()}: {news.numbers[event]}")
        entries = list(_entries(event, news, prose))
        for entry in entries:
            yield from entry
        rest = news.numbers[event] - len(entries)
        if rest > 0 and event != "missed":
            yield from paragraph(prose.word("notice-more", count=str(rest)), "    ")


def _entries(event: str, news: News, prose: Prose) -> Iterator[list[str]]:
    """Yield the lines of each thing that is told of an event."""
    if event == "gap":
        for gap in news.gaps:
            yield _item(f"{scope_named(gap.scope, prose)}: {prose('gap', gap.code, gap.params)}")
    elif event == "missed" and news.missed is not None:
        yield _item(prose("note", "run-missed", news.missed))
    elif event == "expiring":
        for one in news.endings:
            yield _item(prose.word(_ENDINGS[one.kind], name=one.name, day=one.day, days=str(one.days)))
    for change in news.changes:
        if change.event == event:
            yield list(_change(change, prose))


def _change(change: Change, prose: Prose) -> Iterator[str]:
    before = prose.word(f"verdict-{change.before}") if change.before else prose.word("notice-unseen")
    told = [f"{change.article} {change.rule}", prose.word("notice-was", before=before)]
    if change.event == "mended":
        told.append(prose.word("notice-is", now=prose.word(f"verdict-{change.now}")))
    yield f"  - {plain(change.subject or prose.word('whole-estate'))}"
    yield from paragraph(f"({', '.join(told)})", "    ")
    if change.reason:
        yield from paragraph(plain(prose("reason", change.reason, change.params)), "    ")
    elif change.places:
        yield from paragraph(plain(change.places), "    ")
    if change.cure:
        yield from paragraph(plain(prose("cure", change.cure, change.params)), "    ", "    => ")


def _item(text: str) -> list[str]:
    return paragraph(plain(text), "    ", "  - ")


def _moment(text: str) -> str:
    """The log's own spelling (2026-11-25T02:17:03.123456Z), to the minute."""
    return f"{text[:10]} {text[11:16]}Z" if text else ""


def _shape(news: News, prose: Prose) -> dict[str, Any]:
    """Return news as JSON, with the sentences of reasons and cures beside their codes."""
    shape: dict[str, Any] = msgspec.to_builtins(news)
    for told, change in zip(shape["changes"], news.changes, strict=True):
        code, params, cure = told.pop("reason"), told.pop("params"), told.pop("cure")
        text = prose("reason", code, params) if code else ""
        told["reason"] = {"code": code, "params": params, "text": text} if code else None
        told["cure"] = prose("cure", cure, change.params) if cure else ""
    for gap in shape["gaps"]:
        gap["reason"] = {"code": gap.pop("code"), "params": gap.pop("params")}
        gap["reason"]["text"] = prose("gap", gap["reason"]["code"], gap["reason"]["params"])
    return shape
