"""Recording a run in the logs of its agreements: begun before anything is looked at, durable before anything is said.

A log belongs to one agreement and one writer. Where one of several logs cannot be written, the others are still
committed; for the one that failed no verdict is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from dpa_guard import __version__
from dpa_guard.agreement import Agreement
from dpa_guard.assess import Asked
from dpa_guard.assessment import Assessment
from dpa_guard.documents import named_documents
from dpa_guard.errors import DpaGuardError
from dpa_guard.evidence.spelling import base64_of
from dpa_guard.hookspecs import Scope
from dpa_guard.missed import missed_note
from dpa_guard.model import Note, RunKind
from dpa_guard.recorded import records_of, verdicts_of
from dpa_guard.report.run import Recorded

if TYPE_CHECKING:
    from dpa_guard.evidence.write import Run

__all__ = ["Recording"]


class Recording:
    """The runs begun in the logs of several agreements; leaving the block without a commit records that it stopped."""

    def __init__(self, kind: RunKind, versions: Mapping[str, str], key: str | None = None) -> None:
        """``key`` is the signing key where it is not in a log's private state."""
        self._key = key
        self._kind = kind
        self._versions = versions
        self._begun: dict[str, tuple[str, Run]] = {}
        self.failed: dict[str, DpaGuardError] = {}
        """Agreement id → why its log does not hold this run."""
        self.missed: dict[str, Note] = {}
        """Agreement id → what is to be noted of the time before this run."""

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        reason = "nothing-judged" if kind is None else "interrupted" if kind is KeyboardInterrupt else "broken"
        for _, run in self._begun.values():
            run.abort(reason)
        self._begun = {}

    def begin(
        self,
        asked: Asked,
        scopes: Sequence[Scope],
        assume: Mapping[str, str],
        allow_incomplete: str,
        clock: Callable[[], datetime],
    ) -> None:
        """Begin a run in the agreement's log, where it has one; it is durable when this returns.

        Raises EvidenceUnavailable where the log cannot take it, EvidenceError where it is another agreement's.
        """
        folder = asked.entry.evidence
        if folder is None:
            return
        from dpa_guard.evidence.write import LogPlace, RunStart, begin

        place = LogPlace.at(Path(folder), Path(asked.entry.state) if asked.entry.state else None)
        start = RunStart(
            kind=self._kind,
            agreement={"id": asked.agreement.id, "sha256": asked.agreement.sha256},
            documents=_documents(asked.agreement),
            versions=_versions(self._versions),
            scope=[scope.name for scope in scopes],
            assume=dict(assume),
            allow_incomplete=allow_incomplete,
        )
        self._begun[asked.agreement.id] = (folder, begin(place, start, clock, key=self._key))
        note = missed_note(place.folder, self._kind, asked.agreement.evidence, clock())
        if note is not None:
            self.missed[asked.agreement.id] = note

    def commit(self, assessments: Iterable[tuple[Assessment, int]]) -> dict[str, Recorded]:
        """Record each assessment with its exit code, and return agreement id → where it lies; failures are kept."""
        done: dict[str, Recorded] = {}
        for assessment, exit_code in assessments:
            begun = self._begun.pop(assessment.agreement.id, None)
            if begun is None:
                continue
            folder, run = begun
            try:
                for given in assessment.inventory.inputs:
                    run.keep_salt(given.label, given.commitment, given.salt)
                for event, fields in records_of(assessment):
                    run.append(event, fields)
                head = run.commit(exit_code, verdicts_of(assessment))
            except DpaGuardError as error:
                self.failed[assessment.agreement.id] = error
                continue
            done[assessment.agreement.id] = Recorded(folder, head.origin, run.id, head.size, base64_of(head.root))
        return done


def _documents(agreement: Agreement) -> list[dict[str, str | None]]:
    states = dict(agreement.documents_at_hand)
    declared = {paper.file: paper.sha256 for paper in named_documents(agreement)}
    return [
        {"file": file, "sha256": sha256, "at_hand": states.get(file, "unread")} for file, sha256 in declared.items()
    ]


def _versions(extensions: Mapping[str, str]) -> dict[str, object]:
    from dpa_guard.gazetteer.digest import digest

    return {"dpa_guard": __version__, "gazetteer": digest(), "extensions": dict(extensions)}
