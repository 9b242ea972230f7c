"""Where the signing key of a log is: in the private state, or handed in by whoever keeps secrets."""

from __future__ import annotations

from dpa_guard.evidence import VARIABLE, keys
from dpa_guard.evidence.keys import SigningKey
from dpa_guard.evidence.write.place import LogPlace

__all__ = ["KeySource"]


class KeySource:
    """Gives the key of one log when something is to be signed; it is read each time and not kept."""

    def __init__(self, place: LogPlace, text: str | None = None) -> None:
        """``text`` is the key itself, as the environment variable holds it; None: the file in the private state."""
        self._place = place
        self._text = text

    @property
    def is_file(self) -> bool:
        """Is the key kept in the private state?"""
        return self._text is None

    def read(self, origin: str) -> SigningKey:
        """Return the key, for the log of that name; raises EvidenceError as ``dpa_guard.evidence.keys`` does."""
        if self._text is not None:
            return keys.parse_key(self._text.encode(), origin, VARIABLE)
        return keys.read_key(self._place.key, origin)

    def __repr__(self) -> str:
        return f"KeySource({VARIABLE if self._text is not None else self._place.key})"
