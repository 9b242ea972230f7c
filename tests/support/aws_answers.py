"""Answers of AWS: recorded ones, the same again as they come over the wire, and ones made up from their shapes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from botocore import loaders, parsers
from botocore.validate import ParamValidator
from moto.core.model import ServiceModel
from moto.core.serialize import get_serializer_class

from aws_calls import Call
from aws_shapes import service_model

_MOMENT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_WORD = re.compile(r"'([^']+)'")
_NEGATED = re.compile(r"!\s*([A-Za-z]\w*)")
_EQUAL = re.compile(r"(\w+) == '([^']+)'")
_FIELD = re.compile(r"[A-Za-z]\w*")
_TURNS = 4
_PARTS = ("year", "month", "day", "hour", "minute", "second")


def recorded(folder: Path, call: Call) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (file name, answer) of each recording of a call's operation.

    Recordings are kept by endpoint prefix, which several services of botocore share: an answer of another service's
    operation of the same name, by its types, is passed over.
    """
    model = service_model(call.service)
    shape = model.operation_model(call.operation).output_shape
    for file in sorted((folder / model.endpoint_prefix).glob(f"{call.operation}__*.json")):
        whole = json.loads(file.read_text(encoding="utf-8"), object_hook=_moment)
        answer = {key: value for key, value in whole["data"].items() if key != "ResponseMetadata"}
        if whole.get("status_code", 200) < 300 and "Error" not in answer and not _of_another_type(answer, shape):
            yield file.name, answer


def over_the_wire(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer written out as the service writes it, and read back by botocore's parser."""
    operation = moto_model(call.service).operation_model(call.operation)
    protocol = service_model(call.service).resolved_protocol
    response = get_serializer_class(call.service, protocol)(operation).serialize(answer)
    body = response["body"]
    parsed: dict[str, Any] = parsers.create_parser(protocol).parse(
        {
            "status_code": response["status_code"],
            "headers": {name.lower(): value for name, value in response["headers"].items()},
            "body": body.encode() if isinstance(body, str) else body,
            "context": {"operation_name": call.operation},
        },
        operation.output_shape,
    )
    parsed.pop("ResponseMetadata", None)
    return parsed


def made(call: Call, also: str = "") -> Iterator[dict[str, Any]]:
    """Yield answers in which every field of the shape is set.

    A field that the row compares with a word says that word; all others say one word, in one answer for each word of
    the row. Flags are true, then false; fields that the row negates are set, then left out; of a choice between
    members each has its turn. ``also`` holds further expressions that are read over the answer's items.
    """
    shape = service_model(call.service).operation_model(call.operation).output_shape
    expressions = " ".join([call.items, call.id, *(place.path for place in call.places), also])
    for word in dict.fromkeys(["something", *_WORD.findall(expressions)]):
        for flag in (True, False):
            for without in (frozenset[str](), frozenset(_NEGATED.findall(expressions))):
                for turn in range(_TURNS):
                    says = dict(_EQUAL.findall(expressions))
                    made_up = _MadeUp(word, flag, without, turn, says, frozenset(_FIELD.findall(expressions)))
                    yield made_up.value(shape)


class _MadeUp(NamedTuple):
    word: str
    flag: bool
    without: frozenset[str]
    turn: int
    says: dict[str, str]
    keys: frozenset[str]

    def value(self, shape: Any, name: str = "", above: tuple[str, ...] = ()) -> Any:
        kind = shape.type_name
        if kind == "structure":
            return self._structure(shape, above)
        if kind == "list":
            return [self.value(shape.member, name, above)]
        if kind == "map":
            return {key: self.value(shape.value, name, above) for key in sorted({self.word, *self.keys})}
        if kind == "string":
            return self.says.get(name, self.word)
        if kind == "boolean":
            return self.flag
        return {"timestamp": _MOMENT, "blob": b"x", "float": 1.5, "double": 1.5}.get(kind, 1)

    def _structure(self, shape: Any, above: tuple[str, ...]) -> dict[str, Any]:
        if above.count(shape.name) > 1 or len(above) > 12:
            return {}
        members = {name: member for name, member in shape.members.items() if name not in self.without}
        if getattr(shape, "is_tagged_union", False):
            one = list(members)[self.turn % len(members)]
            members = {one: members[one]}
        return {name: self.value(member, name, (*above, shape.name)) for name, member in members.items()}


def _of_another_type(answer: dict[str, Any], shape: Any) -> bool:
    report = ParamValidator().validate(answer, shape)
    return "Invalid type" in report.generate_report()


def _moment(value: dict[str, Any]) -> Any:
    if value.get("__class__") != "datetime":
        return value
    year, month, day, hour, minute, second = (value[name] for name in _PARTS)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@cache
def moto_model(service: str) -> ServiceModel:
    """Moto writes answers by models of its own class, made of botocore's data."""
    return ServiceModel(loaders.Loader().load_service_model(service, "service-2"), service)
