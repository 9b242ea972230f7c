"""Doing one call, and reducing what came back to what is needed: ids, places, and what to ask next.

Nothing else of an answer leaves this module: no name, no tag, no environment variable, no message of an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dpa_guard_aws.calls import Access, Answer, Call, Seen
from dpa_guard_aws.credentials import NotEntered
from dpa_guard_aws.expressions import NotAsked, filled, search, texts
from dpa_guard_aws.failures import failed, not_entered
from dpa_guard_aws.forms import region_named
from dpa_guard_aws.guard import NotAllowed
from dpa_guard_aws.paging import NoNextPage, following, has_more, rule_of_data
from dpa_guard_aws.requests import rows, table_of
from dpa_guard_aws.session import Session, session_for
from dpa_guard_aws.table import Row

__all__ = ["perform"]

_ALWAYS = " && "
"""In an ``id``: a condition that what every account has does not meet. Elsewhere an item without an id is a riddle."""
_NAME = re.compile(r"[\w.@]+")
"""A reference that is no condition."""


def perform(access: Access, call: Call) -> Answer:
    """Make one request and return what came back; only a request that is not on the list raises (``NotAllowed``)."""
    row = rows(access.table)[call.row]
    try:
        session = session_for(access)
        frozen = session.frozen(call.account)
    except NotEntered as error:
        return not_entered(error.__cause__)
    except Exception as error:
        return not_entered(error)
    try:
        answer = session.ask(row.service, row.operation, call.region, call.params, frozen)
        return _read(row, call, access, answer, session)
    except NotAllowed:
        raise
    except Exception as error:  # whatever it is, it is this cell's and no other's
        if failed(row.name, error).again == "renewed":
            session.renew(call.account)
        return failed(row.name, error)


def _read(row: Row, call: Call, access: Access, answer: Mapping[str, Any], session: Session) -> Answer:
    request_id = str(answer.get("ResponseMetadata", {}).get("RequestId", ""))
    listed = search(row.items, answer) or ()
    whole = bool(row.id) and row.items == "[@]"  # the answer itself is the item: one that says nothing is none
    single = row.items.startswith("[")  # [Table], [@]: one thing, or nothing at all
    found = [item for item in listed if item is not None and not (whole and _is_empty(item))]
    if (
        row.after and _ONE_THING.fullmatch(row.items) and not found
    ):  # it was listed, so there is something to tell of it
        return Answer("unsupported", code="EmptyAnswer", request_id=request_id)
    own = call.row >= len(table_of(access.table).rows)
    seen, riddles = ((), False) if own else _seen(row, call, access, found)
    riddles = riddles or (len(found) < len(listed) and not single)
    items = tuple(found) if own else ()
    rule = rule_of_data(row.name) or session.paging(row.service, row.operation)
    if rule is None and has_more(answer):
        return Answer("looked-partly", seen, items, code="MorePages", request_id=request_id)
    try:
        after = None if rule is None else following(rule, call.params, answer)
    except NoNextPage as error:
        return Answer("looked-partly", seen, items, code=str(error), request_id=request_id)
    if riddles:
        return Answer("looked-partly", seen, items, after, code="ItemWithoutId", request_id=request_id)
    return Answer("looked", seen, items, after, request_id=request_id)


def _seen(row: Row, call: Call, access: Access, items: list[Any]) -> tuple[tuple[Seen, ...], bool]:
    """Return the items, and whether any is a riddle: without its id, or without what must be known to ask about it."""
    children = table_of(access.table).children.get(call.row, ())
    every = rows(access.table)
    needs_id = bool(row.id) and _ALWAYS not in row.id
    seen: list[Seen] = []
    riddles = False
    for item in items:
        raw = search(row.id, item) if row.id else None
        raw = str(raw) if raw else ""
        places = tuple(
            (number, value) for number, place in enumerate(row.places) for value in texts(search(place.path, item))
        )
        region = _own_region(row, places)
        given = {"account": call.account.id, "partition": access.partition, "region": region or call.region}
        follow = []
        for child in children:
            try:
                follow.append((child, _params(every[child].params, item, given, raw or call.subject)))
            except NotAsked as missing:
                riddles = riddles or _NAME.fullmatch(str(missing)) is not None
        riddles = riddles or (needs_id and not raw)
        seen.append(Seen(_resource_id(row, raw, given), raw, places, region, tuple(follow)))
    return tuple(seen), riddles


_ONE_THING = re.compile(r"\[\w+\]")


def _is_empty(item: Any) -> bool:
    return isinstance(item, dict) and not item.keys() - {"ResponseMetadata"}


def _params(params: Mapping[str, Any], item: Any, given: Mapping[str, str], subject: str) -> Mapping[str, Any]:
    """Return the params of a call about an item; raises ``NotAsked`` where there is nothing to ask.

    ``{id}`` of an item that has no such field is the id of the resource it belongs to.
    """
    if subject and not (isinstance(item, dict) and "id" in item):
        given = {**given, "id": subject}
    asked: Mapping[str, Any] = filled(params, item, given)
    return asked


def _own_region(row: Row, places: tuple[tuple[int, str], ...]) -> str:
    for number, value in places:
        place = row.places[number]
        if place.role == "primary" and place.form == "region":
            return region_named(value)
    return ""


def _resource_id(row: Row, raw: str, given: Mapping[str, str]) -> str:
    """Return the id of a resource; "" where there is none. A name may look like an ARN: only an id is read as one."""
    if raw and row.arn:
        return row.arn.format(id=raw, **given)
    return raw if not raw or raw.startswith("arn:") else ":".join((row.service, given["region"], given["account"], raw))
