"""The head of a log as its writer must find it before it may sign again."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from dpa_guard.evidence import checkpoint
from dpa_guard.evidence.checkpoint import Checkpoint
from dpa_guard.evidence.errors import EvidenceError, EvidenceUnavailable
from dpa_guard.evidence.keys import SigningKey
from dpa_guard.evidence.note import LONGEST_NOTE
from dpa_guard.evidence.tiles import RightEdge, Tile
from dpa_guard.evidence.write.key_source import KeySource
from dpa_guard.evidence.write.place import LogPlace

__all__ = ["Head", "edge_of", "read_head"]


class Head(Struct, frozen=True):
    """The newest checkpoint of the log, and the newest one this writer knows that it signed."""

    log: Checkpoint
    high_water: Checkpoint
    key: SigningKey

    def check(self) -> None:
        """Refuse a log that is not the one this writer left: raises EvidenceUnavailable ``log-rolled-back``."""
        if self.log == self.high_water:
            return
        cure = (
            "do not go on with it: open a new log (dpa-guard evidence init) and keep this one as it is, "
            "with an explanation of what was restored"
        )
        if self.log.size == self.high_water.size:
            what = f"another tree of {self.log.size} records than the one this writer signed"
        else:
            order = "fewer" if self.log.size < self.high_water.size else "more"
            what = f"{self.log.size} records, {order} than the {self.high_water.size} this writer signed last"
        raise EvidenceUnavailable(
            "log-rolled-back",
            f"the log holds {what}: it, or its private state, was restored from a backup, copied or replaced",
            cure,
        )


def read_head(place: LogPlace, source: KeySource) -> Head:
    """Return the head; every signature on it is checked with the writer's own key.

    Raises EvidenceUnavailable ``log-missing`` and ``log-unusable``.
    """
    data = _read(
        place.checkpoint,
        "log-missing",
        f"{place.folder}: expected an evidence log, found no checkpoint there",
        f"make one with: dpa-guard evidence init {place.folder} --origin NAME",
    )
    kept = _read(
        place.high_water,
        "high-water-missing",
        f"{place.high_water}: expected the newest checkpoint this writer signed (the high-water mark); it is not there",
        f"verify the log against a checkpoint that somebody else kept, then: cp {place.checkpoint} {place.high_water}",
    )
    try:
        origin = checkpoint.read(data)[0].origin
        key = source.read(origin)
        signed = checkpoint.open_signed(data, [key.verifier])
        return Head(signed, checkpoint.open_signed(kept, [key.verifier]), key)
    except EvidenceError as error:
        raise EvidenceUnavailable(error.code, f"{place.folder}: {error.message}", error.hint) from error


def edge_of(folder: Path, head: Checkpoint) -> RightEdge:
    """Return the unfinished tiles of the tree at the head, held against its root.

    Raises EvidenceUnavailable ``log-damaged``: nothing may be signed over tiles that do not give the signed root.
    """

    def read(tile: Tile) -> bytes:
        return (folder / tile.path).read_bytes()

    try:
        edge = RightEdge.resume(head.size, read)
    except (OSError, EvidenceError) as error:
        why = error.message if isinstance(error, EvidenceError) else f"{error.filename}: {error.strerror}"
        raise _damaged(folder, why) from None
    if edge.root() != head.root:
        raise _damaged(folder, f"the tiles do not give the root that was signed over {head.size} records")
    return edge


def _damaged(folder: Path, why: str) -> EvidenceUnavailable:
    return EvidenceUnavailable(
        "log-damaged",
        f"{folder}: {why}; nothing is signed over a damaged log",
        f"see what is wrong: dpa-guard evidence verify {folder}",
    )


def _read(path: Path, code: str, message: str, hint: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_NOTE + 1)
    except FileNotFoundError:
        raise EvidenceUnavailable(code, message, hint) from None
