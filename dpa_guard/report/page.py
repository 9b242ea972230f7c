"""Lines of a page of 80 columns: wrapped prose under a tag, lists that stop in time, and colours on a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from msgspec import Struct

from dpa_guard.report.prose import Prose

__all__ = ["WIDTH", "Look", "Subject", "field", "listed", "paragraph", "tagged"]

WIDTH = 80
MARGIN = 14
"""Where the text of a field begins."""
SHOWN = 10
"""How many subjects of one reason are listed; the rest is counted."""

_COLOURS = {"red": "31;1", "yellow": "33;1", "cyan": "36", "green": "32;1", "dim": "2"}


class Look(Struct, frozen=True):
    """How the page is to look."""

    colour: bool = False
    everything: bool = False
    """List every subject."""

    def paint(self, text: str, colour: str) -> str:
        """Return the text in a colour, where colours are wanted."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.colour and colour else text


class Subject(Struct, frozen=True):
    """What a finding or a note is about: its name, to be copied, and what is said of it."""

    name: str
    beside: str = ""
    """Shown behind the name, where both fit on a line."""
    below: str = ""


def paragraph(text: str, indent: str = "", first: str | None = None) -> list[str]:
    """Return prose in lines of at most 80 columns; a word longer than that stays whole, so that it can be copied."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def field(label: str, text: str) -> list[str]:
    """Return text behind a label such as "looked at", wrapped under its own beginning."""
    return paragraph(text, " " * MARGIN, label.ljust(MARGIN))


def tagged(tag: str, colour: str, text: str, look: Look) -> list[str]:
    """Return prose behind a tag such as FAIL, wrapped under its own beginning."""
    lines = paragraph(text, " " * (len(tag) + 2), f"{tag}  ")
    return [look.paint(tag, colour) + lines[0][len(tag) :], *lines[1:]] if lines else []


def listed(subjects: Sequence[Subject], indent: str, look: Look, prose: Prose) -> Iterator[str]:
    """Yield each subject's name on a line (never broken: it is there to be copied), and how many more there are."""
    shown = subjects if look.everything or len(subjects) <= SHOWN + 1 else subjects[:SHOWN]
    for subject in shown:
        whole = f"{indent}- {subject.name} {subject.beside}".rstrip()
        if len(whole) <= WIDTH:
            yield whole
        else:
            yield f"{indent}- {subject.name}"
            yield from paragraph(subject.beside, indent + "  ")
        yield from paragraph(subject.below, indent + "  ")
    if len(shown) < len(subjects):
        yield from paragraph(prose.word("and-more", count=str(len(subjects) - len(shown))), indent + "  ")
