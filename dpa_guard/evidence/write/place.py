"""Where a log is: its public folder, the writer's private state beside it, and the high-water mark.

::

    <log>/      checkpoint  checkpoints/  runs/  tile/  blob/  .tmp/         may be copied to anybody
    <state>/    lock  spool/  sealed  salts.jsonl  key.pem  reserve          0700: never leaves the writer
                notices.json  notices.lock                                    what was told (dpa_guard.notice)
    high-water  the newest checkpoint signed, best kept on another disk
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

__all__ = ["LogPlace"]


class LogPlace(Struct, frozen=True):
    """The three places of one log."""

    folder: Path
    state: Path
    high_water: Path

    @classmethod
    def at(cls, folder: Path, state: Path | None = None, high_water: Path | None = None) -> LogPlace:
        """Return the places of the log in ``folder``; what is not given lies beside it.

        The high-water mark may have been moved to another disk, with a link left in its place.
        """
        private = state or folder.with_name(f"{folder.name}.state")
        mark = high_water or private / "high-water"
        return cls(folder, private, mark.resolve() if mark.is_symlink() else mark)

    @property
    def checkpoint(self) -> Path:
        """The newest signed checkpoint: the only file of a log that is ever replaced."""
        return self.folder / "checkpoint"

    @property
    def temporary(self) -> Path:
        """Where files wait to be renamed."""
        return self.folder / ".tmp"

    @property
    def lock(self) -> Path:
        """Held by whoever changes the log."""
        return self.state / "lock"

    @property
    def spool(self) -> Path:
        """The runs that are not committed yet."""
        return self.state / "spool"

    @property
    def sealed(self) -> Path:
        """Names the run that is being committed, so that an interrupted commit can be done again."""
        return self.state / "sealed"

    @property
    def salts(self) -> Path:
        """Opens the commitments of names and inputs."""
        return self.state / "salts.jsonl"

    @property
    def key(self) -> Path:
        """The signing key."""
        return self.state / "key.pem"

    @property
    def reserve(self) -> Path:
        """Space kept free, so that on a full disk it can still be recorded that a run stopped."""
        return self.state / "reserve"
