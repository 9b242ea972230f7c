"""The commit of one run, all or nothing, and the healing of one that was interrupted.

Under the log's lock, each step durable before the next:

 1. the checkpoint is ours, equals the high-water mark, and the tiles give its root: else nothing is signed
 2. ``sealed`` := which run, onto which size
 3. the run's file, its tiles: written beside the log, then renamed into it
 4. the new root, computed from the files that were just written
 5. the high-water mark := the new checkpoint (before the log has it: no signature is ever forgotten)
 6. ``checkpoints/<size>``, then ``checkpoint``: its rename is the commit
 7. the run leaves the spool, then ``sealed`` goes

Interrupted anywhere, 3 to 7 are done again with the same outcome: see ``sealed``.
"""

from __future__ import annotations

from pathlib import Path

from dpa_guard.evidence import checkpoint
from dpa_guard.evidence.checkpoint import Checkpoint
from dpa_guard.evidence.errors import EvidenceUnavailable
from dpa_guard.evidence.write import sealed
from dpa_guard.evidence.write.effects import Effects
from dpa_guard.evidence.write.growth import Growth
from dpa_guard.evidence.write.head import Head, edge_of, read_head
from dpa_guard.evidence.write.key_source import KeySource
from dpa_guard.evidence.write.place import LogPlace
from dpa_guard.evidence.write.spool import waiting

__all__ = ["commit_waiting", "heal"]


def commit_waiting(place: LogPlace, head: Head, effects: Effects) -> tuple[Head, dict[str, Checkpoint]]:
    """Commit every run that waits, the oldest first; return the new head, and the checkpoint over each run."""
    committed: dict[str, Checkpoint] = {}
    for run in waiting(place):
        sealed.write(place, head.log.size, run.path, effects)
        head = _carry_out(place, head, run.path, effects)
        committed[run.run] = head.log
    return head, committed


def heal(place: LogPlace, source: KeySource, effects: Effects) -> Head:
    """Bring a commit that was interrupted to its end; return the head, which equals the high-water mark.

    Raises EvidenceUnavailable where the log is not the one its writer left.
    """
    head = read_head(place, source)
    begun = sealed.read(place)
    if begun is None:
        head.check()
        return head
    spool = place.spool / begun.spool
    if head.log.size == begun.size and spool.exists():
        return _carry_out(place, head, spool, effects)
    head.check()
    if head.log.size <= begun.size:
        raise EvidenceUnavailable(
            "spool-missing",
            f"{spool}: expected the run whose commit was begun; it is not there, and the log does not hold it",
            "restore the private state as it was",
        )
    sealed.remove(place, spool, effects)
    return head


def _carry_out(place: LogPlace, head: Head, spool: Path, effects: Effects) -> Head:
    """Take steps 3 to 7. The high-water mark may be the new checkpoint already, and nothing else."""
    edge = edge_of(place.folder, head.log)
    growth = Growth(place.folder, effects)
    growth.clear()
    effects.make_folder(place.folder / "checkpoints", 0o755)
    growth.write_run(spool, spool.stem.partition("-")[2], edge)
    growth.put_in_place()
    new = Checkpoint(head.log.origin, edge.size, edge.root())
    edge_of(place.folder, new)  # from the files: what is signed is what can be read
    if head.high_water not in (head.log, new):
        Head(head.log, head.high_water, head.key).check()
    note = checkpoint.sign(new, head.key)
    effects.replace_file(place.high_water, note, place.high_water.with_name(f"{place.high_water.name}.new"), 0o600)
    kept = place.folder / "checkpoints" / f"{new.size:020}"
    effects.replace_file(kept, note, place.temporary / "kept", 0o644)
    effects.replace_file(place.checkpoint, note, place.temporary / "checkpoint", 0o644)
    sealed.remove(place, spool, effects)
    return Head(new, new, head.key)
