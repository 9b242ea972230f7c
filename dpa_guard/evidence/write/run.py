"""A run that is being recorded: begun durably before anything is looked at, committed before anything is said."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from msgspec import Struct, to_builtins

from dpa_guard.evidence import checkpoint
from dpa_guard.evidence.checkpoint import Checkpoint
from dpa_guard.evidence.errors import EvidenceError, EvidenceUnavailable
from dpa_guard.evidence.spelling import base64_of
from dpa_guard.evidence.write.adopt import adopt_the_dead, end_as_aborted
from dpa_guard.evidence.write.binding import check_binding
from dpa_guard.evidence.write.chain import Numbering, recorder
from dpa_guard.evidence.write.commit import commit_waiting, heal
from dpa_guard.evidence.write.effects import Effects
from dpa_guard.evidence.write.head import edge_of
from dpa_guard.evidence.write.identifiers import new_run_id
from dpa_guard.evidence.write.key_source import KeySource
from dpa_guard.evidence.write.lock import locked
from dpa_guard.evidence.write.names import DEFAULT_PATTERNS, Names
from dpa_guard.evidence.write.place import LogPlace
from dpa_guard.evidence.write.spool import RESERVED, Spool

__all__ = ["Run", "RunStart", "begin"]


class RunStart(Struct, frozen=True):
    """What is known when a run begins: its first record says it."""

    kind: str
    agreement: Mapping[str, str]
    """``id`` and ``sha256``."""
    documents: list[dict[str, str | None]]
    """``file``, ``sha256`` and ``at_hand`` of each paper the agreement names."""
    versions: Mapping[str, object]
    """``dpa_guard``, ``gazetteer`` (a digest of the tables), ``extensions`` (name → version)."""
    scope: list[str]
    assume: Mapping[str, str]
    allow_incomplete: str


class Run:
    """A run between its first and its last record; made by ``begin``."""

    def __init__(
        self,
        place: LogPlace,
        source: KeySource,
        seen: Checkpoint,
        spool: Spool,
        numbering: Numbering,
        names: Names,
        effects: Effects,
    ) -> None:
        self.seen = seen
        """The tree when it began."""
        self._place = place
        self._source = source
        self._spool = spool
        self._numbering = numbering
        self._names = names
        self._effects = effects
        self._recorder = recorder(spool, numbering, names, place.folder, effects)
        self._ended = False

    @property
    def id(self) -> str:
        """The run's UUID."""
        return self._numbering.run

    def append(self, event: str, fields: Mapping[str, Any]) -> None:
        """Add a record.

        Raises EvidenceError where a field is not allowed or has another type, and EvidenceUnavailable where it cannot
        be written; the run is then recorded as aborted, as far as that is still possible.
        """
        if self._ended:
            raise self._has_ended()
        try:
            self._record(event, fields)
        except OSError as error:
            self._failed(error)
            raise unwritable(self._place, error) from error

    def keep_salt(self, label: str, commitment: str, salt: str) -> None:
        """Keep the salt of an input's commitment in the private state."""
        with self._stopping():
            self._names.keep_salt(label, commitment, salt)

    def commit(self, exit_code: int, verdicts: Mapping[str, Mapping[str, int]]) -> Checkpoint:
        """End the run and commit it; what is returned is durable. Raises EvidenceUnavailable.

        ``verdicts`` are rule → verdict → findings. A run that could not be committed stays in the spool, and the next
        run on this log commits it.
        """
        with self._stopping():
            counts = {**self._numbering.counts, "run.end": 1}
            ending = {
                "records": self._numbering.seq + 1,
                "counts": counts,
                "verdicts": {rule: dict(of_rule) for rule, of_rule in verdicts.items()},
                "exit_code": exit_code,
            }
            self._record("run.end", ending)
            self._names.sync()
            self._spool.finish()
        self._ended = True
        with _as_unavailable(self._place), locked(self._place.lock):
            head = heal(self._place, self._source, self._effects)
            _, committed = commit_waiting(self._place, head, self._effects)
            return committed.get(self.id) or self._committed()

    def abort(self, reason: str) -> None:
        """Record that the run stopped before its end, and commit what it had; nothing where it has ended already."""
        if self._ended:
            return
        with _as_unavailable(self._place):
            self._stop(reason)
            with locked(self._place.lock):
                commit_waiting(self._place, heal(self._place, self._source, self._effects), self._effects)

    def _record(self, event: str, fields: Mapping[str, Any]) -> None:
        self._recorder.record(event, fields)
        self._numbering.took(event)

    def _stop(self, reason: str, error: OSError | None = None) -> None:
        self._ended = True
        if error is None:
            self._spool.flush()
        else:
            self._spool.discard_batch()
            self._spool.release_reserve(error)
        self._spool.stop(reason, self._numbering.now(), end_as_aborted)

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        """Record the run as aborted where the disk refuses, and say it in a way the user can mend."""
        with _as_unavailable(self._place):
            if self._ended:
                raise self._has_ended()
            try:
                yield
            except OSError as error:
                self._failed(error)
                raise

    def _failed(self, error: OSError) -> None:
        try:
            self._stop("cannot-be-written", error)
        except OSError:
            self._spool.close()  # then it is adopted by the next run

    def _has_ended(self) -> EvidenceUnavailable:
        return EvidenceUnavailable("run-ended", f"run {self.id} has ended; nothing can be added to it")

    def _committed(self) -> Checkpoint:
        """Return the checkpoint over this run, which another process has committed meanwhile."""
        (path,) = (self._place.folder / "runs").glob(f"*-{self.id}.jsonl*")
        size = int(path.name[:20]) + self._numbering.seq
        data = (self._place.folder / "checkpoints" / f"{size:020}").read_bytes()
        return checkpoint.read(data)[0]


def begin(
    place: LogPlace,
    start: RunStart,
    clock: Callable[[], datetime],
    *,
    key: str | None = None,
    patterns: tuple[str, ...] = DEFAULT_PATTERNS,
    effects: Effects | None = None,
) -> Run:
    """Begin a run in a log: when this returns, its first record is durable.

    ``key`` is the signing key itself where it is not in the private state.
    First an interrupted commit is brought to its end, and runs whose process was killed are committed as aborted.
    Raises EvidenceUnavailable where the log cannot take a run, EvidenceError ``agreement-other`` where it belongs to
    another agreement.
    """
    acts = effects or Effects()
    with _as_unavailable(place):
        _check_state(place)
        with locked(place.lock):
            source = KeySource(place, key)
            head = heal(place, source, acts)
            adopt_the_dead(place, clock, acts)
            head, _ = commit_waiting(place, head, acts)
            edge_of(place.folder, head.log)  # better refused before anything is looked at than after
            check_binding(place, start.agreement["id"])
            _keep_reserve(place, acts)
            now = clock()
            names = Names(place, acts, patterns)
            numbering = Numbering(new_run_id(now), clock)
            spool = Spool(place, acts, int(now.timestamp() * 1_000_000_000), numbering.run)
            run = Run(place, source, head.log, spool, numbering, names, acts)
            try:
                tree = {"size": head.log.size, "root": base64_of(head.log.root)}
                run._record("run.start", {**to_builtins(start), "tree": tree})
                names.sync()
                spool.publish()
            except BaseException:
                spool.close()
                raise
            return run


def _check_state(place: LogPlace) -> None:
    if not place.checkpoint.exists() and not place.folder.exists():
        raise EvidenceUnavailable(
            "log-missing",
            f"{place.folder}: expected an evidence log, found no such folder",
            f"make one with: dpa-guard evidence init {place.folder} --origin NAME",
        )
    try:
        mode = place.state.stat().st_mode
    except FileNotFoundError:
        raise EvidenceUnavailable(
            "state-missing",
            f"{place.state}: expected the private state of the log {place.folder}; there is no such folder",
            "say where it is with --state DIR, or record on the machine where the log was made",
        ) from None
    if mode & 0o077:
        raise EvidenceUnavailable(
            "state-mode",
            f"{place.state}: expected a folder that only its owner may enter (mode 0700), found {mode & 0o777:04o}",
            f"chmod 700 {place.state}",
        )


def _keep_reserve(place: LogPlace, effects: Effects) -> None:
    """Set space aside again; without it a full disk leaves a run for the next one to adopt, which is no harm."""
    if place.reserve.exists():
        return
    temporary = place.reserve.with_suffix(".new")
    try:
        effects.unlink(temporary)
        effects.write_file(temporary, (os.urandom(RESERVED),), 0o600)
        effects.rename(temporary, place.reserve)
    except OSError:
        effects.unlink(temporary)


@contextmanager
def _as_unavailable(place: LogPlace) -> Iterator[None]:
    """Turn what the file system refuses into one line that says what to do."""
    try:
        yield
    except EvidenceError:
        raise
    except OSError as error:
        raise unwritable(place, error) from error


def unwritable(place: LogPlace, error: OSError) -> EvidenceUnavailable:
    """Return what the file system refused, in one line that says what to do."""
    return EvidenceUnavailable(
        "evidence-unwritable",
        f"{error.filename or place.folder}: the run cannot be recorded: {error.strerror or error}",
        f"make {place.folder} and {place.state} writable for this user, with space left, and run again",
    )
