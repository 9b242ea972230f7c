"""What is new in a recorded run since the runs before it that looked at the same scopes.

A subject that an incomplete run did not see is not gone: the comparison goes back until a run that looked at least at
as much as this one, and where this run has gaps which that one had not, nothing is called gone at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.read.records import Log
from dpa_guard.evidence.verify.files import RunFile
from dpa_guard.notice.outline import BAD, Finding, Key, Outline, head_of, outline_of

__all__ = ["Change", "Ending", "GapSeen", "News", "news_of"]

SHOWN = 10
"""Changes of one kind that are told; the rest is counted."""
_BACK = 14
"""Runs that are gone back to at most."""


class Change(Struct, frozen=True):
    """A subject whose verdict is not what it was."""

    event: str
    """``fail``, ``unknown``, ``mended`` (no longer either), ``gone`` (no longer seen)."""
    rule: str
    article: str
    subject: str
    before: str
    """The verdict it had; "" where it was not seen before."""
    now: str
    """The verdict it has; "" where it is not seen any more."""
    places: str = ""
    reason: str = ""
    params: dict[str, str] = field(default_factory=dict)
    cure: str = ""


class GapSeen(Struct, frozen=True):
    """Something that was not looked at, and was before."""

    scope: str
    code: str
    params: dict[str, str]


class Ending(Struct, frozen=True):
    """An authorisation or an exclusion that ends soon."""

    kind: str
    """``authorisation`` or ``exclusion``."""
    name: str
    day: str
    """ISO date."""
    days: int
    """From the day of the run."""


class News(Struct, frozen=True):
    """What is new, and where it is recorded; plain data, so that it can wait in a file until it can be sent."""

    agreement: str
    run: str
    kind: str
    scopes: tuple[str, ...]
    began: str
    since: str
    """When the run began that this one was compared with; "" where it is the first."""
    exit_code: int
    verdicts: dict[str, int]
    """How many findings have each verdict now."""
    numbers: dict[str, int]
    """event → how many changes, gaps, missed runs and ends there are, of which the first are below."""
    changes: list[Change] = []
    gaps: list[GapSeen] = []
    missed: dict[str, str] | None = None
    endings: list[Ending] = []

    @property
    def about(self) -> str:
        """What it looked at; runs are compared where that is the same."""
        return _about(self.kind, self.scopes)

    def only(self, events: tuple[str, ...]) -> News:
        """Return the same with what is told of these events."""
        return replace(
            self,
            numbers={event: number for event, number in self.numbers.items() if event in events},
            changes=[one for one in self.changes if one.event in events],
            gaps=self.gaps if "gap" in events else [],
            missed=self.missed if "missed" in events else None,
            endings=self.endings if "expiring" in events else [],
        )


def news_of(log: Log, run: str, told: Mapping[str, str], endings: list[Ending]) -> News:
    """Return what is new in a run of the log since the one that was told last, else since the one before it.

    ``told`` is what was looked at (``News.about``) → the run whose news was told last. Raises EvidenceError where the
    log cannot be read or lacks the run.
    """
    at = next((number for number, file in enumerate(log.runs) if file.run == run), None)
    if at is None:
        raise EvidenceError("no-run", f"{log.folder}: the log has no run {run}")
    now = outline_of(log, log.runs[at])
    since = _until(log.runs[:at], told.get(_about(now.kind, now.scopes), ""))
    before = list(_before(log, since, now))
    known: dict[Key, Finding | str] = {}
    for earlier in before:
        for key, verdict in earlier.verdicts.items():
            known.setdefault(key, earlier.bad.get(key, verdict))
    seen = {gap for earlier in before for gap in earlier.gaps}
    gaps = [gap for gap in now.gaps if gap not in seen]
    changes = [*_worse(now, known), *_better(now, known, complete=not gaps)]
    numbers = Counter(change.event for change in changes)
    numbers += Counter(gap=len(gaps), missed=int(now.missed["missed"]) if now.missed else 0, expiring=len(endings))
    return News(
        agreement=now.agreement,
        run=run,
        kind=now.kind,
        scopes=now.scopes,
        began=now.began,
        since=before[0].began if before else "",
        exit_code=now.exit_code,
        verdicts=dict(Counter(now.verdicts.values())),
        numbers=dict(numbers),
        changes=[one for event in numbers for one in [each for each in changes if each.event == event][:SHOWN]],
        gaps=[GapSeen(gap.scope, gap.code, dict(gap.params)) for gap in gaps[:SHOWN]],
        missed=now.missed,
        endings=endings,
    )


def _about(kind: str, scopes: tuple[str, ...]) -> str:
    return f"{kind}: {', '.join(scopes)}"


def _until(files: list[RunFile], run: str) -> list[RunFile]:
    """Return the runs up to and with one of them; all where it is not among them."""
    at = next((number for number, file in enumerate(files) if file.run == run), len(files) - 1)
    return files[: at + 1]


def _before(log: Log, files: list[RunFile], now: Outline) -> Iterator[Outline]:
    """Yield the whole runs before this one that looked at the same, newest first, until one that saw as much."""
    found = 0
    for file in reversed(files):
        if head_of(log, file).looked_at != now.looked_at:
            continue
        outline = outline_of(log, file)
        if not outline.whole:
            continue
        yield outline
        found += 1
        if outline.gaps.keys() <= now.gaps.keys() or found == _BACK:
            return


def _worse(now: Outline, known: dict[Key, Finding | str]) -> Iterator[Change]:
    """Yield what fails or is unknown and was not so before, or was the other of the two."""
    for key, finding in sorted(now.bad.items()):
        before = _verdict(known.get(key, ""))
        if before != finding.verdict:
            yield Change(
                finding.verdict,
                finding.rule,
                finding.article,
                finding.subject,
                before,
                finding.verdict,
                finding.places,
                finding.reason.code,
                finding.reason.params,
                finding.cure,
            )


def _better(now: Outline, known: dict[Key, Finding | str], *, complete: bool) -> Iterator[Change]:
    """Yield what failed or was unknown and no longer is; what is not seen only where the run saw all there was."""
    for key, before in sorted((key, one) for key, one in known.items() if isinstance(one, Finding)):
        verdict = now.verdicts.get(key, "")
        if verdict in BAD or (not verdict and not complete):
            continue
        event = "mended" if verdict else "gone"
        yield Change(event, before.rule, before.article, before.subject, before.verdict, verdict, before.places)


def _verdict(of: Finding | str) -> str:
    return of.verdict if isinstance(of, Finding) else of
