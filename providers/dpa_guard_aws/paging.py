"""From one page to the next: botocore's own paging rules, and ``data/paging.csv`` where it has none."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from dpa_guard_aws.expressions import search

__all__ = ["MORE", "NoNextPage", "following", "has_more", "rule_of_data", "told_by"]

_TOKENS = ("NextToken", "nextToken", "NextMarker", "nextMarker", "Marker", "marker", "NextPageToken", "nextPageToken")
_TRUNCATED = ("IsTruncated", "isTruncated", "HasMoreResults", "Truncated")
MORE = (*_TOKENS, *_TRUNCATED)
"""Fields that say that there is more, where no rule does."""


class NoNextPage(ValueError):
    """There should be another page, and it cannot be asked for; its text is the code that an answer has for it."""


def following(rule: Mapping[str, Any], params: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the params of the next page by a rule, None where this was the last.

    A rule has ``input_token`` and ``output_token`` (each a text or a list; outputs are JMESPath) and may have
    ``more_results``. Raises ``NoNextPage`` where the next page would be this one again, or where the answer says that
    there is more and not where.
    """
    more = rule.get("more_results")
    if more and not search(more, answer):
        return None
    names = _listed(rule["input_token"])
    found = {
        name: value
        for name, path in zip(names, _listed(rule["output_token"]), strict=True)
        if (value := search(path, answer)) not in (None, "", [], {}, False)
    }
    if not found:
        if more:
            raise NoNextPage("MorePages")
        return None
    if all(params.get(name) == value for name, value in found.items()):
        raise NoNextPage("SamePageAgain")
    return {**{name: value for name, value in params.items() if name not in names}, **found}


def has_more(answer: Mapping[str, Any]) -> bool:
    """Does an answer say that there is more, in one of the ways that services have for it?"""
    return any(answer.get(name) for name in MORE)


def told_by(rule: Mapping[str, Any]) -> list[str]:
    """Return the expressions by which a rule reads an answer."""
    found = [*_listed(rule.get("output_token", [])), rule.get("more_results") or ""]
    return [expression for expression in found if expression]


def rule_of_data(name: str) -> Mapping[str, Any] | None:
    """Return the rule of ``data/paging.csv`` for an operation (``service.Operation``), None where it has none."""
    return _rules().get(name)


@cache
def _rules() -> dict[str, Mapping[str, Any]]:
    path = files("dpa_guard_aws").joinpath("data", "paging.csv")
    if not path.is_file():
        return {}
    rows: Iterable[dict[str, str]] = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {f"{row['service']}.{row['operation']}": row for row in rows}


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
