"""One line per run: when, of what kind, how it ended."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from dpa_guard.evidence.canonical import LONGEST_LINE
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.read.records import Line, Log
from dpa_guard.evidence.verify.files import RunFile

__all__ = ["Summary", "summaries", "summary_of"]

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z\Z")


class Summary(Struct, frozen=True):
    """A run as its first and its last record tell it."""

    run: str
    first: int
    records: int
    began: str
    ended: str
    kind: str
    agreement: str
    agreement_sha256: str
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
        """The moment it claims to have begun; raises EvidenceError where that is none."""
        try:
            if _MOMENT.match(self.began):
                return datetime.fromisoformat(self.began)
        except ValueError:
            pass  # the 30th of February
        raise EvidenceError("record-time", f"record {self.first}: expected a moment, found {self.began[:40]!a}")


def summaries(folder: Path) -> Iterator[Summary]:
    """Yield a summary of each committed run, in the order of the log."""
    log = Log(folder)
    for run in log.runs:
        yield summary_of(log, run)


def summary_of(log: Log, run: RunFile) -> Summary:
    """Return what a run's first and last record say; raises EvidenceError where they cannot be read."""
    first, last = _ends(log, run)
    start, end = first.record(), last.record()
    whole = end.get("event") == "run.end"
    verdicts: Counter[str] = Counter()
    for of_rule in _mapping(end.get("verdicts")).values():
        verdicts.update({verdict: n for verdict, n in _mapping(of_rule).items() if isinstance(n, int)})
    agreement = _mapping(start.get("agreement"))
    return Summary(
        run=run.run,
        first=run.first,
        records=log.end_of(run) - run.first,
        began=_text(start, "time"),
        ended=_text(end, "time"),
        kind=_text(start, "kind"),
        agreement=_text(agreement, "id"),
        agreement_sha256=_text(agreement, "sha256"),
        whole=whole,
        exit_code=_number(end, "exit_code"),
        verdicts=dict(verdicts),
        gaps=_number(_mapping(end.get("counts")), "gap") or 0 if whole else _counted_gaps(log, run),
        reason="" if whole else _text(end, "reason"),
    )


def _ends(log: Log, run: RunFile) -> tuple[Line, Line]:
    """Return the first and the last record; of a plain file nothing else is read."""
    first = next(log.lines(run), None)
    if first is None:
        raise EvidenceError("run-empty", f"{run.path}: expected records, found none")
    if run.packed:
        last = first
        for last in log.lines(run):  # noqa: B007  # to its end: a gzip member cannot be read from behind
            pass
        return first, last
    with open(log.files.open(run.path), "rb") as file:
        file.seek(max(0, file.seek(0, 2) - LONGEST_LINE - 2))
        lines = file.read(LONGEST_LINE + 2).split(b"\n")
    if lines[-1]:
        raise EvidenceError("line-torn", f"{run.path}: the last record is torn")
    return first, Line(log.end_of(run) - 1, lines[-2])


def _counted_gaps(log: Log, run: RunFile) -> int:
    """Count the gaps of an aborted run, whose last record has no counts."""
    return sum(b'"event":"gap"' in line.data and _event_of(line.data) == "gap" for line in log.lines(run))


def _event_of(line: bytes) -> str:
    try:
        return msgspec.json.decode(line, type=_Event).event
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""


class _Event(Struct):
    event: str = ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""


def _number(record: Mapping[str, Any], key: str) -> int | None:
    value = record.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
