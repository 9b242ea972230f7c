"""What was told already and what could not be sent yet, in the private state of a log.

::

    <state>/notices.json    one JSON object, replaced whole; written before anything is sent
    <state>/notices.lock    held while news is gathered and sent, so that two runs do not tell the same twice
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct, field

from dpa_guard.config import Notify
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.write.effects import Effects
from dpa_guard.evidence.write.place import LogPlace
from dpa_guard.notice.news import News

__all__ = ["Told", "channel_of", "lock_of", "read_told", "write_told"]

_KEPT = 30
"""News that waits for one receiver at most; the oldest is given up first. The log has all of it."""


class Told(Struct):
    """What was told and what waits, of one log."""

    v: int = 1
    runs: dict[str, str] = field(default_factory=dict)
    """What was looked at → the run whose news was written down last."""
    endings: dict[str, int] = field(default_factory=dict)
    """Ending → the threshold told last."""
    waiting: dict[str, list[News]] = field(default_factory=dict)
    """Channel → news that was not sent yet, the oldest first."""

    def add(self, channel: str, news: News) -> None:
        """Let news wait for a channel."""
        self.waiting[channel] = [*self.waiting.get(channel, []), news][-_KEPT:]


def channel_of(notify: Notify) -> str:
    """Return what stands for a receiver; never an address of a webhook, which is a secret."""
    if notify.webhook_env:
        return f"webhook {notify.webhook_env}"
    return f"mail {notify.smtp} {' '.join(notify.to)}"


def lock_of(place: LogPlace) -> Path:
    """Return the file that is locked while news is told."""
    return place.state / "notices.lock"


def read_told(place: LogPlace) -> Told:
    """Return what was told of this log; raises EvidenceError ``notices-unreadable``."""
    path = _file(place)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Told)
    except FileNotFoundError:
        return Told()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OSError):
        raise EvidenceError(
            "notices-unreadable",
            f"{path}: expected what was told already, found something that cannot be read",
            f"see what is wrong, or begin anew: rm {path}",
        ) from None


def write_told(place: LogPlace, told: Told) -> None:
    """Put what was told in place, whole and durable."""
    path = _file(place)
    Effects().replace_file(path, msgspec.json.encode(told) + b"\n", path.with_suffix(".new"), 0o600)


def _file(place: LogPlace) -> Path:
    return place.state / "notices.json"
