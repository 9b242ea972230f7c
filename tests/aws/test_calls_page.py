"""``docs/aws-calls.md`` shows the table as it is, and how each row was tried."""

from __future__ import annotations

from aws_calls import calls
from aws_page import HOW, PAGE, page, tried


def test_every_row_says_how_it_was_tried() -> None:
    assert set(tried()) == {call.label for call in calls()}
    assert set(tried().values()) <= set(HOW)


def test_the_page_is_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python tests/support/aws_page.py"
