"""Rows of the table of AWS calls that no recording covers, asked of moto's server over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
)
from botocore.parsers import ResponseParserError

from aws_calls import Call, calls, filled, found_id, found_items, found_places, parent_of
from aws_moto import ACCOUNT, REGION, Clients, moto_server, seed
from aws_page import tried

SEED = Path(__file__).parent / "data" / "moto-seed.json"


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    with moto_server() as address:
        there = Clients(address)
        seed(there, SEED)
        yield there


def asked(clients: Clients, call: Call) -> list[tuple[object, str]]:
    """(item, id of its resource) of every answer to a call, asked for each item of the call before it."""
    parent = parent_of(call)
    found = []
    for before, resource in asked(clients, parent) if parent else [(None, "")]:
        of_the_call = {"account": ACCOUNT, "region": REGION, "partition": "aws", "id": resource}
        params = filled(call.params, before, of_the_call)
        if params is not None:
            answer = clients.ask(call.service, call.operation, params)
            found += [(item, found_id(call, item) or resource) for item in found_items(call, answer)]
    return found


def test_the_answer_over_http_has_items_with_ids_and_readable_places(clients: Clients) -> None:
    empty, lost = [], []
    for call in calls():
        if tried()[call.label] == "moto":
            items = asked(clients, call)
            for item, _ in items:
                found_places(call, item)
            if not items:
                empty.append(call.label)
            if " && " not in call.id and not all(resource for _, resource in items):
                lost.append(call.label)
    assert (empty, lost) == ([], [])


@pytest.mark.slow
def test_rows_said_to_be_served_by_neither_are(clients: Clients) -> None:
    served = []
    for call in calls():
        if tried()[call.label] == "made":
            try:
                if any(resource or not call.id for _, resource in asked(clients, call)):
                    served.append(call.label)
            except (ClientError, BotoCoreError, ResponseParserError):
                continue
    assert served == []
