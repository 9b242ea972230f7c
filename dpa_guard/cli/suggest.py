"""What was meant by a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["meant"]

_FEW = 4


def meant(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean X?`` where known words are spelled alike or begin with it, else the words there are."""
    from difflib import get_close_matches

    names = sorted(known)
    asked = word[:80].lower()
    begun = [name for name in names if len(asked) > 1 and name.startswith(asked)]
    likely = begun if 0 < len(begun) <= _FEW else get_close_matches(asked, names, n=1, cutoff=0.6)
    if likely:
        return f"; did you mean {' or '.join(likely)}?"
    return f"; expected one of {', '.join(names)}" if names else ""
