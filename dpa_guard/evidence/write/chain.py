"""The structlog chain that makes records: bind → allow only known fields → names → canonical line → append.

It is wrapped for itself, so an application's structlog configuration neither changes it nor is changed by it. The
operational log is another one: what passes here is evidence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import structlog

from dpa_guard.evidence import canonical
from dpa_guard.evidence.write.blobs import fitted
from dpa_guard.evidence.write.effects import Effects
from dpa_guard.evidence.write.fields import allowed
from dpa_guard.evidence.write.identifiers import Moments
from dpa_guard.evidence.write.names import Names
from dpa_guard.evidence.write.spool import Spool

__all__ = ["Recorder", "recorder"]


class Recorder(structlog.BoundLoggerBase):
    """What a run's records are given to."""

    def record(self, event: str, fields: Mapping[str, Any]) -> None:
        """Append one record; raises EvidenceError for a field that is not allowed, OSError for a full disk."""
        self._proxy_to_logger("append", event, **fields)


class Numbering:
    """Binds what every record has: the run, its place in it, the moment; and counts by event."""

    def __init__(self, run: str, clock: Callable[[], datetime]) -> None:
        self.run = run
        self.seq = 0
        self.counts: Counter[str] = Counter()
        self._clock = clock
        self._moments = Moments()

    def __call__(self, _logger: Any, _method: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        record["run"] = self.run
        record["seq"] = self.seq
        record["time"] = self._moments(self._clock())
        record["v"] = 1
        return record

    def now(self) -> datetime:
        """The moment, by the run's clock."""
        return self._clock()

    def took(self, event: str) -> None:
        """Count a record that was appended: one that is refused takes no number."""
        self.seq += 1
        self.counts[event] += 1


class Canonical:
    """Allows, hides names, and spells: the last of the chain before a record is a line."""

    def __init__(self, names: Names, folder: Path, effects: Effects) -> None:
        self._names = names
        self._folder = folder
        self._effects = effects

    def __call__(
        self, _logger: Any, _method: str, record: MutableMapping[str, Any]
    ) -> tuple[tuple[bytes], dict[str, Any]]:
        line = canonical.write(allowed(record))  # its type allows no float, and no number near 2^53 but a count
        if self._names.may_concern(line):
            line = canonical.write(self._names.hidden(dict(record)))
        if len(line) > canonical.LONGEST_LINE:
            line = fitted(
                cast("dict[str, Any]", _copied(self._names.hidden(dict(record)))), self._folder, self._effects
            )
        return (line,), {}


def recorder(spool: Spool, numbering: Numbering, names: Names, folder: Path, effects: Effects) -> Recorder:
    """Return the chain that ends in a spool."""
    wrapped = structlog.wrap_logger(
        spool, processors=[numbering, Canonical(names, folder, effects)], wrapper_class=Recorder, context_class=dict
    )
    return cast(Recorder, wrapped.bind())


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_copied(inner) for inner in value]
    return value
