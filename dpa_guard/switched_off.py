"""A region that was on in an earlier recorded run and is off now: what was in it may be there still.

An account keeps what it has in a region that is switched off, and is billed for it; it only cannot be looked at.
https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.model import Coverage, Gap

__all__ = ["CODE", "switched_off"]

CODE = "region-switched-off"
_OFF = "region-disabled"
_BACK = 60
"""Recorded scans that are gone back to at most: a region that was on before has this gap in each run since."""

_Cell = tuple[str, str]


def switched_off(folder: Path, coverage: Iterable[Coverage]) -> list[Gap]:
    """Return a gap for each region that is off and that the newest recorded scan which looked there found on.

    ``folder`` is the log of the agreement. A log that cannot be read is no proof that a region was off: then each one
    that is off is a gap.
    """
    off = {(row.account, row.region): row.scope for row in coverage if _is_off(row.services)}
    if not off:
        return []
    try:
        on = _once_on(folder, set(off))
    except EvidenceError:
        on = set(off)
    return [
        Gap(scope, CODE, {"account": account, "region": region})
        for (account, region), scope in off.items()
        if (account, region) in on
    ]


def _once_on(folder: Path, asked: set[_Cell]) -> set[_Cell]:
    """Return those of the regions that were looked at when a recorded scan last told of them."""
    from dpa_guard.evidence.read.last import newest_first
    from dpa_guard.evidence.read.records import Log

    log = Log(folder)
    found: set[_Cell] = set()
    left = set(asked)
    for number, file in enumerate(newest_first(log, "scan")):
        if not left or number >= _BACK:
            break
        told, on = set(), set()
        for line in log.lines(file):
            record = line.record()
            if record.get("event") == "coverage":
                cell = (record["account"], record["region"])
                told.add(cell)
                if not _is_off(record["services"]):
                    on.add(cell)
            elif record.get("event") == "gap" and record["reason"]["code"] == CODE:
                params = record["reason"]["params"]
                on.add((params.get("account", ""), params.get("region", "")))
        found |= on & left
        left -= told
    return found


def _is_off(services: Mapping[str, str]) -> bool:
    """Is the whole region off? A bucket in it is still listed elsewhere, and asked about where it lies."""
    return services.get("*") == _OFF
