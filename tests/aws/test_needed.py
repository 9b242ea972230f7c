"""An expression keeps every field that it reads, and all below where it ends or asks whether there is anything."""

from __future__ import annotations

from typing import Any

import pytest

from dpa_guard_aws.needed import Fields

SHAPES: dict[str, dict[str, Any]] = {
    "Answer": {"type": "structure", "members": {"Items": {"shape": "Items"}, "Next": {"shape": "Text"}}},
    "Items": {"type": "list", "member": {"shape": "Item"}},
    "Item": {
        "type": "structure",
        "members": {"Id": {"shape": "Text"}, "Copy": {"shape": "Copy"}, "Tags": {"shape": "Tags"}},
    },
    "Copy": {"type": "structure", "members": {"Key": {"shape": "Text"}, "Place": {"shape": "Text"}}},
    "Tags": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Copy"}},
    "Text": {"type": "string"},
}


@pytest.mark.parametrize(
    ("expression", "kept"),
    [
        ("Items[].Id", {"Answer": {"Items"}, "Item": {"Id"}}),
        ("Items[*].Copy.Place", {"Answer": {"Items"}, "Item": {"Copy"}, "Copy": {"Place"}}),
        ("Items[].Copy", {"Answer": {"Items"}, "Item": {"Copy"}, "Copy": {"Key", "Place"}}),
        ("Items[].[Copy && Id]", {"Answer": {"Items"}, "Item": {"Copy", "Id"}, "Copy": {"Key", "Place"}}),
        ("Items[].[!Copy && Id]", {"Answer": {"Items"}, "Item": {"Copy", "Id"}, "Copy": {"Key", "Place"}}),
        ("Items[?Copy.Key == 'a'].Id", {"Answer": {"Items"}, "Item": {"Copy", "Id"}, "Copy": {"Key"}}),
        ("Items[?Copy].Id", {"Answer": {"Items"}, "Item": {"Copy", "Id"}, "Copy": {"Key", "Place"}}),
        ("Items[0].Tags.any.Key", {"Answer": {"Items"}, "Item": {"Tags"}, "Copy": {"Key"}}),
        ("Items[-1:].Id | [0]", {"Answer": {"Items"}, "Item": {"Id"}}),
        (
            "(Items[0].Copy || Items[1].Copy).Key",  # whether there is a Copy is told by all that is in it
            {"Answer": {"Items"}, "Item": {"Copy"}, "Copy": {"Key", "Place"}},
        ),
        ("(Next || Items[0].Copy.Place)", {"Answer": {"Items", "Next"}, "Item": {"Copy"}, "Copy": {"Place"}}),
    ],
)
def test_what_is_read_is_kept(expression: str, kept: dict[str, set[str]]) -> None:
    fields = Fields(SHAPES.__getitem__)
    fields.end(fields.add(expression, ["Answer"]))
    assert {name: found for name, found in fields.found.items() if found} == kept


@pytest.mark.parametrize("expression", ["Items[].Tags.*.Key", "Items[].keys(@)", "Items[].{a: Id}"])
def test_what_cannot_be_followed_is_kept_whole(expression: str) -> None:
    fields = Fields(SHAPES.__getitem__)
    fields.end(fields.add(expression, ["Answer"]))
    whole = {"Id", "Copy", "Tags"}
    assert fields.found["Item"] in (whole, {"Tags"})
    assert fields.found["Copy"] == {"Key", "Place"}
