"""A new log: its folders, its key, and a signed checkpoint of the empty tree."""

from __future__ import annotations

from pathlib import Path

from dpa_guard.evidence import checkpoint, keys
from dpa_guard.evidence.checkpoint import Checkpoint, check_origin
from dpa_guard.evidence.errors import EvidenceError, EvidenceUnavailable
from dpa_guard.evidence.note import VerifierKey
from dpa_guard.evidence.tree import EMPTY_ROOT
from dpa_guard.evidence.write.effects import Effects
from dpa_guard.evidence.write.key_source import KeySource
from dpa_guard.evidence.write.lock import locked
from dpa_guard.evidence.write.place import LogPlace

__all__ = ["create"]

_FOLDERS = ("checkpoints", "runs", "tile", "blob", ".tmp")


def create(place: LogPlace, origin: str, key: str | None = None, effects: Effects | None = None) -> VerifierKey:
    """Make a log that holds no run yet, and return its verifier key, to be pinned outside the log.

    The signing key is ``key`` where that is given; else it is made, and kept in the private state. Raises EvidenceError
    ``log-exists``, ``folder-not-empty``, ``origin-form`` and those of keys, EvidenceUnavailable where nothing can be
    written. What an interrupted call has made is taken up again.
    """
    check_origin(origin)
    acts = effects or Effects()
    try:
        return _create(place, origin, KeySource(place, key), acts)
    except OSError as error:
        raise EvidenceUnavailable(
            "evidence-unwritable",
            f"{error.filename or place.folder}: no log can be made there: {error.strerror or error}",
            "name a folder that this user may write to",
        ) from error


def _create(place: LogPlace, origin: str, source: KeySource, effects: Effects) -> VerifierKey:
    _refuse_taken(place)
    for folder in (*reversed(place.folder.parents), place.folder):
        effects.make_folder(folder, 0o755)
    effects.make_folder(place.state, 0o700)
    place.state.chmod(0o700)
    effects.make_folder(place.spool, 0o700)
    for name in _FOLDERS:
        effects.make_folder(place.folder / name, 0o755)
    with locked(place.lock):
        _refuse_taken(place)
        key = _key(place, origin, source)
        note = checkpoint.sign(Checkpoint(origin, 0, EMPTY_ROOT), key)
        mark = place.high_water
        effects.replace_file(mark, note, mark.with_name(f"{mark.name}.new"), 0o600)
        effects.replace_file(place.folder / "checkpoints" / f"{0:020}", note, place.temporary / "kept", 0o644)
        for folder in (place.state, place.folder, place.folder.parent, place.state.parent):
            effects.sync_folder(folder)
        effects.replace_file(place.checkpoint, note, place.temporary / "checkpoint", 0o644)
    return key.verifier


def _key(place: LogPlace, origin: str, source: KeySource) -> keys.SigningKey:
    if not source.is_file or place.key.exists():
        return source.read(origin)
    key = keys.generate(origin)
    keys.write_key(place.key, key)
    return key


def _refuse_taken(place: LogPlace) -> None:
    if place.checkpoint.exists():
        raise EvidenceError(
            "log-exists",
            f"{place.folder}: expected no log yet, found one",
            "record in it with --evidence, or name another folder",
        )
    if place.high_water.exists() and not _is_of_nothing(place.high_water):
        raise EvidenceError(
            "state-taken",
            f"{place.state}: expected no private state yet, found that of a log with records",
            "its log belongs in the folder beside it; a new log needs another folder",
        )
    if place.folder.is_dir():
        others = sorted(path.name for path in place.folder.iterdir() if path.name not in {*_FOLDERS, "checkpoint"})
        if others:
            raise EvidenceError(
                "folder-not-empty", f"{place.folder}: expected a new or an empty folder, found {others[0]!a} in it"
            )


def _is_of_nothing(high_water: Path) -> bool:
    try:
        return checkpoint.read(high_water.read_bytes())[0].size == 0
    except EvidenceError:
        return False
