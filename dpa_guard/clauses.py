"""The numbered clauses of the agreement, and what becomes of each; the words are in ``report/prose/files.csv``."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["CLAUSES", "DEFAULT_RULES", "RULES", "Clause", "clause_number"]

RULES = {
    "transfer-outside-eu": "3.1",
    "subprocessor-contract": "5.2",
    "subprocessor-prohibited": "5.1",
    "subprocessor-identified": "5.3",
    "public-exposure": "7.1",
    "amendment-undocumented": "10.3",
    "evidence-gap": "11.3",
}
"""The rules that come with dpa-guard, and the article each belongs to."""

DEFAULT_RULES = tuple(RULES)[:4]
"""What must run where the agreement file names no rules."""


class Clause(Struct, frozen=True):
    """A clause by its number."""

    number: str
    measured: bool
    """False: nothing in an estate can show whether it is kept; said openly in ``agreement check``."""


_LAST = {1: 5, 2: 2, 3: 2, 4: 2, 5: 3, 6: 3, 7: 2, 8: 1, 9: 3, 10: 3, 11: 3}
"""article → its last clause; all from 1 on exist, but for 6.2."""
_NOTHING_TO_MEASURE = ("1.3", "1.4", "1.5", "2.1", "2.2", "8.1", "9.1", "9.2", "9.3", "11.1", "11.2")

CLAUSES = tuple(
    Clause(number, number not in _NOTHING_TO_MEASURE)
    for article, last in _LAST.items()
    for clause in range(1, last + 1)
    if (number := f"{article}.{clause}") != "6.2"
)
"""The 28 clauses, in order."""


def clause_number(text: str) -> str:
    """Return a clause number of the agreement; raises ``ValueError`` for one that does not exist."""
    numbers = [clause.number for clause in CLAUSES]
    if text in numbers:
        return text
    if text == "6.2":
        raise ValueError('there is no clause "6.2": the agreement goes from 6.1 to 6.3; look up which one is meant')
    article = [number for number in numbers if number.partition(".")[0] == text.partition(".")[0]]
    advice = f"article {text.partition('.')[0]} has {', '.join(article)}" if article else "the articles are 1 to 11"
    shown = text if text.isprintable() and len(text) < 20 else "this"
    raise ValueError(f'"{shown}" is not a clause of the agreement; {advice}')
