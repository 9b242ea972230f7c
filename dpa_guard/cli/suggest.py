"""What was meant by a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["meant"]


def meant(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean X?`` where a known word is spelled alike, else the words there are."""
    from difflib import get_close_matches

    names = sorted(known)
    close = get_close_matches(word[:80].lower(), names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; expected one of {', '.join(names)}" if names else ""
