"""The page of a notice, reviewed in both languages, and what may never get into it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace

from dpa_guard.notice.message import body, document, subject
from dpa_guard.notice.news import Change, Ending, GapSeen, News
from dpa_guard.report.prose import Lang, Prose
from dpa_guard.report.run import Recorded

GOLDEN = Path(__file__).with_name("golden")
OUTSIDE = {"places": "us-east-1 (US)", "role": "primary", "attribute": "region", "territory": "EU"}
RECORDED = Recorded("/var/lib/x", "evidence.example/acme/scan-1", "ab", 1234, "uR8o…=")
NEWS = News(
    agreement="A-1",
    run="0193631f-0000-7000-8000-000000000002",
    kind="scan",
    scopes=("production",),
    began="2026-11-25T02:17:03.123456Z",
    since="2026-11-24T02:17:01.000000Z",
    exit_code=1,
    verdicts={"fail": 14, "unknown": 1, "pass": 240, "not-applicable": 31},
    numbers={"fail": 12, "unknown": 1, "gap": 1, "missed": 2, "expiring": 2, "mended": 1, "gone": 1},
    changes=[
        Change("fail", "transfer-outside-eu", "3.1", "arn:aws:s3:::calls", "pass", "fail", "us-east-1 (US)",
               "outside-territory", OUTSIDE, "move-or-ask"),
        Change("unknown", "subprocessor-identified", "5.3", 'x["commit:5e0c"]', "", "unknown"),
        Change("mended", "transfer-outside-eu", "3.1", "arn:aws:s3:::old", "fail", "pass", "us-east-1 (US)"),
        Change("gone", "subprocessor-contract", "5.2", "Datadog (host:datadoghq.com)", "unknown", ""),
    ],
    gaps=[
        GapSeen("production", "not-looked",
                {"services": "s3", "region": "eu-west-1", "account": "111122223333", "status": "denied"}),
    ],
    missed={"from": "2026-11-22 02:17Z", "until": "2026-11-25 02:17Z", "missed": "2", "hours": "36"},
    endings=[
        Ending("authorisation", "T-2024-01", "2026-12-01", 6),
        Ending("exclusion", "account=222222222222", "2026-12-10", 15),
    ],
)  # fmt: skip
FIRST = replace(NEWS, since="", numbers={"fail": 12}, changes=NEWS.changes[:1], missed=None, endings=[], gaps=[])


@pytest.mark.parametrize("lang", get_args(Lang))
def test_the_page_is_as_reviewed(lang: Lang) -> None:
    """If a change is meant: delete the file, run again, and read what came out."""
    prose = Prose(lang)
    page = f"{subject([FIRST, NEWS], prose)}\n\n{body([FIRST, NEWS], RECORDED, prose)}"
    path = GOLDEN / f"notice.{lang}.txt"
    if not path.exists():
        path.write_text(page, encoding="utf-8")
        pytest.fail(f"{path} is new: read it, and run again")
    assert page == path.read_text(encoding="utf-8")
    assert all(len(line) <= 80 for line in page.splitlines()[1:])


def test_the_document_has_codes_beside_their_sentences_and_the_page_for_chats() -> None:
    made = json.loads(document([FIRST, NEWS], RECORDED, Prose("en")))
    assert made["schema"] == "dpa-guard/notice/1"
    assert made["evidence"] == {"log": "evidence.example/acme/scan-1", "size": 1234, "root": "uR8o…="}
    assert made["text"].startswith(made["subject"])
    newest, oldest = made["runs"]
    assert (newest["since"], oldest["since"]) == (NEWS.since, "")
    assert newest["changes"][0]["reason"]["code"] == "outside-territory"
    assert "United States" in newest["changes"][0]["reason"]["text"]
    assert newest["changes"][2]["reason"] is None
    assert newest["gaps"][0]["reason"]["text"].startswith("Not looked at: s3")


def test_a_name_cannot_break_a_line_of_the_subject_or_the_page() -> None:
    hostile = replace(
        FIRST, agreement="A\r\nBcc: x@y.example", changes=[replace(NEWS.changes[0], subject="a\x1b[2J\nb")]
    )
    prose = Prose("en")
    assert len(subject([hostile], prose).splitlines()) == 1
    page = body([hostile], RECORDED, prose)
    assert "\x1b" not in page
    assert "a\\x1b[2J\\nb" in page
