"""The questions before the scan, each put to AWS page by page: every page's items, or why there are none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dpa_guard_aws.calls import Account, Answer, Call
from dpa_guard_aws.dispatch import Dispatcher
from dpa_guard_aws.requests import own_row, rows

__all__ = ["Asker"]


class Asker:
    """Puts the engine's own requests to AWS, one for each account or subject, side by side."""

    def __init__(self, dispatcher: Dispatcher, table: str = "") -> None:
        self._dispatcher = dispatcher
        self._table = table

    def ask(
        self, name: str, subjects: Iterable[tuple[str, Account, str, Mapping[str, Any]]]
    ) -> dict[str, tuple[list[Any], Answer]]:
        """Return items and last answer by key; a subject is (key, account, region, params)."""
        number = own_row(name, self._table)
        row = rows(self._table)[number]
        keys: list[str] = []
        calls: list[Call] = []
        for key, account, region, params in subjects:
            calls.append(Call(number, account, region, {**row.params, **params}, ticket=len(keys)))
            keys.append(key)
        found: dict[str, tuple[list[Any], Answer]] = {}
        for call, answer in self._dispatcher.run(calls):
            items, _ = found.setdefault(keys[call.ticket], ([], answer))
            items.extend(answer.items)
            found[keys[call.ticket]] = (items, answer)
        return found

    def ask_one(self, name: str, account: Account, region: str) -> tuple[list[Any], Answer]:
        """Return items and last answer of one request."""
        return self.ask(name, [("", account, region, {})])[""]
