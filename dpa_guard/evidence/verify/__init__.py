"""Verifying a log as a stranger would: every byte read, nothing believed that is not checked.

The steps, in order; each fault names a file and, where there is one, a record:

 1. list the files; whatever no log has is a fault (``files``)
 2. read every checkpoint; by a pinned key its signature must hold, one that does not spoils the log
 3. take the newest as the head; ``checkpoint`` itself may lag behind it (a commit was interrupted after signing)
 4. read the runs from the first record on: each line canonical, each run whole (``run_rules``), every leaf hashed
 5. at each run's border hold the tree against the checkpoint of that size; compare every tile with what it must be
 6. check what runs refer to: the tree each saw when it began, erased records, blobs
 7. hold the log against checkpoints that somebody kept elsewhere: CONSISTENT, TRUNCATED or REWRITTEN
 8. say what was not checked

What lies beyond the head (``.tmp/``, tiles, blobs and one run file) is what an interrupted commit leaves: it is
counted, its content is not read, and it is not evidence yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from dpa_guard.evidence.checkpoint import Checkpoint
from dpa_guard.evidence.note import VerifierKey
from dpa_guard.evidence.verify.findings import Fault, Remark, Verification
from dpa_guard.evidence.verify.log_check import LogCheck

__all__ = ["Fault", "Remark", "Verification", "verify"]


def verify(
    folder: Path,
    keys: Iterable[VerifierKey] = (),
    known: Sequence[Checkpoint] = (),
    since: Checkpoint | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Return what a log's folder comes to.

    ``keys`` are pinned outside the log; without them nothing is said about who signed (status ``unpinned``).
    ``known`` are checkpoints that were kept elsewhere, their form already checked. ``since`` is one of an earlier
    verification: records before it are not read again, only what was added, and that the tree grew out of it.
    ``progress`` is told now and then how many records were read, and how many there are. Never raises for anything
    that lies in the folder.
    """
    everything = tuple(known) if since is None else (*known, since)
    return LogCheck(folder, tuple(keys), everything, since, progress).run()
