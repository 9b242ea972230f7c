"""What a run came to, as every report format takes it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from dpa_guard.assessment import Assessment
from dpa_guard.errors import DpaGuardError, Mistakes
from dpa_guard.model import RunKind

__all__ = ["Recorded", "Run", "in_one_line", "one_by_one"]


class Recorded(Struct, frozen=True):
    """A run that is evidence: where it lies, and the head of the log after it."""

    folder: str
    """As the user named it."""
    log: str
    """The log's origin."""
    run: str
    size: int
    root: str
    """Base64, as in the checkpoint."""


class Run(Struct, frozen=True):
    """The assessments of one run, one per agreement, and what concerns them all."""

    exit_code: int
    assessments: tuple[Assessment, ...] = ()
    """Empty where no assessment was made at all; then ``errors`` says why."""
    errors: tuple[DpaGuardError, ...] = ()
    """Mistakes outside the inputs: in the call, the files, the extensions."""
    kind: RunKind = "plan"
    not_recorded: str = "none"
    """Why no evidence is kept: ``none`` configured, or switched ``off``."""
    evidence_missing: bool = False
    """Evidence was required, and there is no log to record in."""
    recorded: Mapping[str, Recorded] = {}
    """Agreement id → where its run is recorded; absent where it is not."""
    allow_incomplete: str = ""
    """The reason given for turning exit code 3 into 0."""
    unseen: tuple[str, ...] = ()
    """Ids of agreements that cover no scope of this run."""


def one_by_one(error: DpaGuardError) -> tuple[DpaGuardError, ...]:
    """Return the mistakes of one error, each on its own."""
    return tuple(error.mistakes) if isinstance(error, Mistakes) else (error,)


def in_one_line(error: DpaGuardError) -> str:
    """Return the message with what to do about it; bytes of a path that are no text are written as escapes."""
    line = f"{error.message}; {error.hint}" if error.hint else error.message
    return line.encode("utf-8", "backslashreplace").decode("utf-8")
