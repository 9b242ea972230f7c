"""What was not looked at: every inconclusive cell of the coverage is a gap, once."""

from __future__ import annotations

from itertools import product

from dpa_guard.model import CONCLUSIVE, Coverage, Gap, Inventory

_NAMED = ("account", "region", "service", "input")
"""What a gap's detail may narrow it to; a key that is absent narrows nothing."""

_Spoken = frozenset[tuple[str | None, ...]]


def gaps_of_coverage(inventory: Inventory) -> list[Gap]:
    """Return a gap for the inconclusive cells that no gap of the inventory speaks for.

    One per coverage row and status; a cell that an exclusion set aside is no gap. A gap speaks for a cell of its scope
    (or source) where every account, region, service and input it names is the cell's.
    """
    spoken = frozenset((gap.scope, *(gap.detail.get(key) for key in _NAMED)) for gap in inventory.gaps)
    return [gap for row in inventory.coverage for gap in _of_row(row, spoken)]


def _of_row(row: Coverage, spoken: _Spoken) -> list[Gap]:
    silent: dict[str, list[str]] = {}
    for service, status in row.services.items():
        if status in CONCLUSIVE or status == "excluded" or _is_spoken_for(row, service, spoken):
            continue
        silent.setdefault(status, []).append(service)
    return [
        Gap(
            row.scope,
            "not-looked",
            {"account": row.account, "region": row.region, "services": ", ".join(sorted(services)), "status": status},
        )
        for status, services in silent.items()
    ]


def _is_spoken_for(row: Coverage, service: str, spoken: _Spoken) -> bool:
    cell = ((row.account, None), (row.region, None), (service, None), (row.source, None))
    return any((scope, *names) in spoken for scope in (row.scope, row.source) for names in product(*cell))
