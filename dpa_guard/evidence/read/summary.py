"""One line per run: when, of what kind, how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.read.records import Line, event_of, lines_of_run, runs_of
from dpa_guard.evidence.verify.files import RunFile

__all__ = ["Summary", "summaries"]


class Summary(Struct):
    """A run as its first and its last record tell it."""

    run: str
    first: int
    records: int
    began: str
    ended: str
    kind: str
    agreement: str
    whole: bool
    """Does it end with ``run.end``? Else it was aborted, and proves no pass."""
    exit_code: int | None
    verdicts: Mapping[str, int] = field(default_factory=dict)
    """Verdict → findings over all rules."""
    gaps: int = 0
    reason: str = ""
    """Why it was aborted; "" for a whole one."""

    @property
    def began_at(self) -> datetime:
        """The moment it claims to have begun."""
        return datetime.fromisoformat(self.began).astimezone(UTC)


def summaries(folder: Path) -> Iterator[Summary]:
    """Yield a summary of each committed run, in the order of the log."""
    for run in runs_of(folder):
        yield _summary(folder, run)


def _summary(folder: Path, run: RunFile) -> Summary:
    first: Line | None = None
    last: Line | None = None
    gaps = 0
    for line in lines_of_run(folder, run):
        first = first or line
        last = line
        gaps += b'"event":"gap"' in line.data and event_of(line.data) == "gap"
    if first is None or last is None:
        raise EvidenceError("run-empty", f"{run.path}: expected records, found none")
    start, end = first.record(), last.record()
    verdicts: dict[str, int] = {}
    for of_rule in _mapping(end.get("verdicts")).values():
        for verdict, count in _mapping(of_rule).items():
            verdicts[verdict] = verdicts.get(verdict, 0) + count
    exit_code = end.get("exit_code")
    return Summary(
        run=run.run,
        first=run.first,
        records=last.index - run.first + 1,
        began=str(start.get("time", "")),
        ended=str(end.get("time", "")),
        kind=str(start.get("kind", "")),
        agreement=str(_mapping(start.get("agreement")).get("id", "")),
        whole=end.get("event") == "run.end",
        exit_code=exit_code if isinstance(exit_code, int) else None,
        verdicts=verdicts,
        gaps=gaps,
        reason=str(end.get("reason", "")),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
