"""What a verification comes to: a status, what holds it up, and the first thing that is wrong."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

Status = Literal["verified", "unpinned", "bad"]


class Fault(Struct, frozen=True):
    """One thing that is not as it must be."""

    file: str
    """Relative to the log, ``/`` between the parts."""
    record: int | None
    """The record's index in the log, from 0; None where it is not about one record."""
    code: str
    text: str


class Remark(Struct, frozen=True):
    """Something worth saying that spoils nothing."""

    code: str
    text: str


class Verification(Struct):
    """The answer of ``verify``; ``status`` follows from the rest."""

    pinned: bool
    size: int = 0
    root: bytes = b""
    origin: str = ""
    runs: int = 0
    not_checked: list[str] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def status(self) -> Status:
        """``bad`` where anything is wrong, ``unpinned`` where nobody vouched for the key, else ``verified``."""
        if self.faults:
            return "bad"
        return "verified" if self.pinned else "unpinned"

    @property
    def level(self) -> str:
        """``L1``: signed by the pinned key; ``L0``: the files fit together; "" where they do not."""
        if self.faults:
            return ""
        return "L1" if self.pinned else "L0"

    def fault(self, file: str, code: str, text: str, record: int | None = None) -> None:
        """Add a fault; more than a hundred say no more than a hundred do."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(file, record, code, text))


_MOST_FAULTS = 100
