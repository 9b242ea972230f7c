"""What holds a run together: its first and last record, its numbering, its counts.

A committed run begins with ``run.start`` and ends with ``run.end`` or ``run.aborted``; every record names the run and
its place in it. An erased record leaves a placeholder that a later record must announce.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from datetime import datetime
from functools import lru_cache
from typing import Any

from msgspec import Struct, field

from dpa_guard.evidence.errors import EvidenceError

EVENTS = frozenset(
    {"run.start", "input", "finding", "engagement", "coverage", "gap", "note", "run.end", "run.aborted"}
    | {"record.erased", "key.add", "key.retire", "anchor"}
)
"""The closed list of events."""

_LAST = frozenset({"run.end", "run.aborted"})


class Erasure(Struct, frozen=True):
    """A placeholder that was met, or a record that announces one."""

    index: int
    leaf: str


class Run(Struct):
    """A run while it is being read."""

    run: str
    first: int
    records: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    ended: str = ""
    """The event of its last record, once that has been read."""
    time: str = ""
    agreement: str = ""
    tree: tuple[int, bytes] | None = None
    placeholders: list[Erasure] = field(default_factory=list)
    announced: list[Erasure] = field(default_factory=list)
    blobs: set[str] = field(default_factory=set)
    clock_back: bool = False

    def take(self, record: dict[str, Any], *, refers: bool = True) -> None:
        """Take one record up; raises EvidenceError where it does not continue the run.

        ``refers`` is False where the line cannot refer to a blob: then nobody looks for one.
        """
        event = record.get("event")
        if event == "record.erased" and "run" not in record:
            self._placeholder(record)
            return
        if event not in EVENTS:
            raise EvidenceError("record-event", "expected an event of the closed list")
        if self.ended:
            raise EvidenceError("run-continues", f"a record follows {self.ended}, which ends a run")
        if record.get("v") != 1:
            raise EvidenceError("record-version", "expected version 1 (v)")
        if record.get("run") != self.run:
            raise EvidenceError("record-run", "the record names another run than its file does")
        if record.get("seq") != self.records or isinstance(record.get("seq"), bool):
            raise EvidenceError("record-seq", f"expected seq {self.records}: a record is missing, doubled or moved")
        if (event == "run.start") != (self.records == 0):
            raise EvidenceError("run-start", "a run begins with run.start, and only there")
        self._time(record.get("time"))
        self.records += 1
        self.counts[str(event)] += 1
        if refers:
            _blobs_in(record, self.blobs)
        if event == "run.start":
            self._start(record)
        elif event == "record.erased":
            self._announcement(record)
        elif event in _LAST:
            self._end(str(event), record)

    def close(self) -> None:
        """Say that the file has ended; raises EvidenceError where the run has not."""
        if not self.ended:
            raise EvidenceError("run-open", "the run has neither run.end nor run.aborted")

    def _placeholder(self, record: dict[str, Any]) -> None:
        leaf = record.get("leaf")
        if set(record) != {"event", "leaf", "v"} or record["v"] != 1 or not _is_hash(leaf) or self.ended:
            raise EvidenceError("record-erased", "this is no placeholder of an erased record")
        self.placeholders.append(Erasure(self.first + self.records, str(leaf)))
        self.records += 1

    def _announcement(self, record: dict[str, Any]) -> None:
        index, leaf = record.get("index"), record.get("leaf")
        if not isinstance(index, int) or isinstance(index, bool) or not _is_hash(leaf):
            raise EvidenceError("record-erased", "record.erased must name the index and the leaf of what it erases")
        self.announced.append(Erasure(index, str(leaf)))

    def _start(self, record: dict[str, Any]) -> None:
        tree, agreement = record.get("tree"), record.get("agreement")
        if not isinstance(tree, dict) or not isinstance(agreement, dict):
            raise EvidenceError("run-start", "run.start must name the tree seen and the agreement")
        size, root, name = tree.get("size"), tree.get("root"), agreement.get("id")
        if (
            not isinstance(size, int)
            or isinstance(size, bool)
            or not isinstance(root, str)
            or not isinstance(name, str)
        ):
            raise EvidenceError("run-start", "run.start must name the tree seen and the agreement")
        try:
            self.tree = (size, base64.b64decode(root, validate=True))
        except ValueError:
            raise EvidenceError("run-start", "the root in run.start is not base64") from None
        self.agreement = name

    def _end(self, event: str, record: dict[str, Any]) -> None:
        self.ended = event
        if record.get("records") != self.records:
            raise EvidenceError(
                "run-count", f"{event} counts another number of records than the {self.records} there are"
            )
        counts = record.get("counts")
        if event == "run.end" and not self.placeholders and counts != dict(self.counts):
            raise EvidenceError("run-count", "the counts by event in run.end are not those of the run")

    def _time(self, time: object) -> None:
        if not isinstance(time, str) or not _TIME.fullmatch(time) or not _is_moment(time):
            raise EvidenceError("record-time", "expected a time of the form YYYY-MM-DDTHH:MM:SS.ffffffZ")
        self.clock_back = self.clock_back or time < self.time
        self.time = time


_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


@lru_cache(maxsize=8)
def _is_second(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_moment(time: str) -> bool:
    """Is there such a day and second? Records follow each other closely, so the last answers are kept."""
    return _is_second(time[:19])


def _is_hash(text: object) -> bool:
    return isinstance(text, str) and len(text) == 64 and all(mark in "0123456789abcdef" for mark in text)


def _blobs_in(value: Any, found: set[str]) -> None:
    """Collect the SHA-256 of every blob that a record refers to."""
    if isinstance(value, dict):
        digest = value.get("blob")
        if _is_hash(digest) and set(value) == {"blob", "length"}:
            found.add(str(digest))
        for inner in value.values():
            if isinstance(inner, dict | list):
                _blobs_in(inner, found)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict | list):
                _blobs_in(inner, found)
