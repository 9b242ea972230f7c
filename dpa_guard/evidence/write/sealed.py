"""Which run is being committed, and onto which tree: with it an interrupted commit can only be done again the same way.

The spool does not change until its commit is durable, the tree grows from a known size, and Ed25519 gives the same
signature for the same checkpoint: so doing it again writes the same bytes.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from dpa_guard.evidence.errors import EvidenceUnavailable
from dpa_guard.evidence.write.effects import Effects
from dpa_guard.evidence.write.place import LogPlace

__all__ = ["Sealed", "read", "remove", "write"]


class Sealed(Struct, forbid_unknown_fields=True, frozen=True):
    """A commit that was begun."""

    size: int
    """How many records the log held before it."""
    spool: str
    """The name of the run's file."""


def read(place: LogPlace) -> Sealed | None:
    """Return the commit that was begun and perhaps not ended; None where there is none."""
    try:
        data = place.sealed.read_bytes()
    except FileNotFoundError:
        return None
    try:
        found = msgspec.json.decode(data, type=Sealed)
    except msgspec.MsgspecError:
        raise EvidenceUnavailable(
            "sealed-unreadable",
            f"{place.sealed}: expected what the last commit left there, found something else",
            "restore the private state as it was; the log is not continued until it is understood",
        ) from None
    return found


def write(place: LogPlace, size: int, spool: Path, effects: Effects) -> None:
    """Seal a run: from here on it is committed, now or when the log is next opened."""
    data = msgspec.json.encode(Sealed(size, spool.name))
    effects.replace_file(place.sealed, data, place.state / "sealed.new", 0o600)


def remove(place: LogPlace, spool: Path, effects: Effects) -> None:
    """Take the run out of the spool, and then the seal off; the order is what keeps a run from a second commit."""
    effects.unlink(spool)
    effects.sync_folder(place.spool)
    effects.unlink(place.sealed)
    effects.sync_folder(place.state)
