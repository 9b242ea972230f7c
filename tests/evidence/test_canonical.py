"""One record, one line: RFC 8785, against published vectors and against a slow writer of our own."""

from __future__ import annotations

import enum
import json
import math
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dpa_guard.evidence import EvidenceError, canonical

LARGEST = 2**53 - 1
KEYS_OF_RFC_8785 = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\U0001f600": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
}
"""Section 3.2.3: code points would put the emoji last, UTF-16 puts it before U+FB33."""

text = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | text
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4))
records = st.dictionaries(text, values, max_size=6)


def _slow(value: object) -> str:
    """RFC 8785 as it is written down, for values without floats."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_slow(key)}:{_slow(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_slow, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(map(_escaped, value)) + '"'
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)


def _escaped(character: str) -> str:
    short = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
    return short.get(character) or (f"\\u{ord(character):04x}" if character < " " else character)


def _refused(line: bytes) -> str:
    with pytest.raises(EvidenceError) as refusal:
        canonical.decode(line)
    assert not canonical.is_canonical(line)
    assert "\n" not in refusal.value.message
    return refusal.value.code


def test_a_record_is_written_with_sorted_keys_and_no_blanks() -> None:
    record = {
        "v": 1,
        "event": "gap",
        "seq": 0,
        "scope": None,
        "detail": {"é": [True, False, -5], "a": "\u2028\x7f\x1f"},
    }
    line = '{"detail":{"a":"\u2028\x7f\\u001f","é":[true,false,-5]},"event":"gap","scope":null,"seq":0,"v":1}'
    assert canonical.encode(record) == line.encode()
    assert canonical.decode(line.encode()) == record


def test_the_published_example_of_the_order_of_keys() -> None:
    line = canonical.encode(KEYS_OF_RFC_8785)
    assert list(json.loads(line)) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert canonical.decode(line) == KEYS_OF_RFC_8785


def test_the_order_of_code_points_is_refused_where_it_is_another() -> None:
    assert _refused('{"\ufb33":1,"\U0001f600":2}'.encode()) == "record-form"
    assert canonical.decode('{"\U0001f600":2,"\ufb33":1}'.encode()) == {"\ufb33": 1, "\U0001f600": 2}


def test_the_published_vectors(shared_data: Path) -> None:
    """Every file of the folder: written as published or, where it holds a float, refused; ours is a part of JSON."""
    inputs = sorted((shared_data / "vectors/rfc8785/input").glob("*.json"))
    assert inputs != []
    for file in inputs:
        value = json.loads(file.read_bytes())
        expected = (shared_data / "vectors/rfc8785/output" / file.name).read_bytes().removesuffix(b"\n")
        record, line = {"published": value}, b'{"published":' + expected + b"}"
        if _holds_a_float(value):
            with pytest.raises(EvidenceError):
                canonical.encode(record)
        else:
            assert canonical.encode(record) == line
            assert canonical.decode(line) == record


def _holds_a_float(value: object) -> bool:
    if isinstance(value, dict | list):
        return any(_holds_a_float(item) for item in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, float)


@given(records)
@example({"\U0001f600": "\U0001f600", "\uffff": [{"\ue000": 1, "\U00010000": 2}]})
@example({"n": [LARGEST, -LARGEST, 10**15], "s": "0" * 40})
def test_the_fast_writer_equals_the_slow_one_and_reads_back(record: dict[str, Any]) -> None:
    line = canonical.encode(record)
    assert line == _slow(record).encode()
    assert canonical.decode(line) == record
    assert b"\n" not in line
    assert b"\r" not in line


@pytest.mark.parametrize(
    "spelling",
    [
        b'{"a":1,"a":1}',
        b'{"a":2,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b' {"a":1}',
        b'{"a":1} ',
        b'{"a":1}\n',
        b'{"a":1}\r',
        b'{"a":-0}',
        rb'{"a":"\u0041"}',
        rb'{"\u0061":1}',
        rb'{"a":"\/"}',
        rb'{"a":"\u2028"}',
        rb'{"a":"\u001F"}',
        rb'{"a":"\u000a"}',
        rb'{"a":"\u007f"}',
        rb'{"a":"\ud83d\ude00"}',
        b'{"a":[1 ,2]}',
        b'{"a":\t1}',
    ],
)
def test_another_spelling_of_a_record_is_refused(spelling: bytes) -> None:
    json.loads(spelling)
    assert _refused(spelling) == "record-form"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"", "record-json"),
        (b"{", "record-json"),
        (b'{"a":1}x', "record-json"),
        (b'{"a":1}{"a":1}', "record-json"),
        (b'{"a":01}', "record-json"),
        (b'{"a":+1}', "record-json"),
        (b'{"a":1,}', "record-json"),
        (b'{"a":NaN}', "record-json"),
        (b'{"a":"\n"}', "record-json"),
        (b'{"a":"\x00"}', "record-json"),
        (b"{'a':1}", "record-json"),
        (b'\xef\xbb\xbf{"a":1}', "record-json"),
        (b'{"a":"\xff"}', "record-json"),
        (b'{"a":"\xc0\xaf"}', "record-json"),
        (b'{"a":"\xed\xa0\x80"}', "record-json"),
        (b'{"\xff":1}', "record-json"),
        (rb'{"a":"\ud800"}', "record-json"),
        (rb'{"a":"\ude00\ud83d"}', "record-json"),
        (b'{"a":1e3}', "record-value"),
        (b'{"a":1E3}', "record-value"),
        (b'{"a":1.0}', "record-value"),
        (b'{"a":0.1}', "record-value"),
        (b'{"a":1e400}', "record-value"),
        (b'{"a":-0.0}', "record-value"),
        (b'{"a":9007199254740992}', "record-integer"),
        (b'{"a":-9007199254740992}', "record-integer"),
        (b'{"a":[18446744073709551616]}', "record-integer"),
        pytest.param(b'{"a":' + b"9" * 5000 + b"}", "record-json", id="5000 digits"),
        pytest.param(b'{"a":' + b"[" * 32 + b"]" * 32 + b"}", "record-deep", id="33 deep"),
        pytest.param(b'{"a":' + b"[" * 60_000, "record-deep", id="60,000 deep"),
        pytest.param(b'{"a":"' + b"x" * 65_528 + b'"}', "record-long", id="65,536 bytes"),
        (b"[]", "record-value"),
        (b"null", "record-value"),
        (b'"a"', "record-value"),
        (b"1", "record-value"),
    ],
)
def test_what_is_no_record_is_refused(line: bytes, code: str) -> None:
    assert _refused(line) == code


@pytest.mark.parametrize(
    "record",
    [
        {"a": LARGEST, "b": -LARGEST},
        {"a": json.loads("[" * 31 + "]" * 31)},
        {"a": [[] for _ in range(100)]},
        {"a": "x" * (65_535 - 8)},
        {},
        {"": ""},
    ],
    ids=["integers", "depth", "many lists", "length", "empty", "empty key"],
)
def test_the_limits_themselves_are_within(record: dict[str, Any]) -> None:
    assert canonical.decode(canonical.encode(record)) == record


class _Colour(enum.Enum):
    RED = "red"


class _Row(msgspec.Struct):
    a: int = 1


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "record-value"),
        (math.nan, "record-value"),
        (math.inf, "record-value"),
        (1e300, "record-value"),
        (b"bytes", "record-value"),
        (datetime(2026, 11, 24), "record-value"),
        (Decimal(1), "record-value"),
        ({1, 2}, "record-value"),
        (_Colour.RED, "record-value"),
        (_Row(), "record-value"),
        (msgspec.Raw(b"1.5"), "record-value"),
        (msgspec.Raw(b"1"), "record-value"),
        (msgspec.UNSET, "record-value"),
        (object(), "record-value"),
        ({1: 2}, "record-value"),
        ({None: 2}, "record-value"),
        (LARGEST + 1, "record-integer"),
        (-LARGEST - 1, "record-integer"),
        pytest.param(10**5000, "record-integer", id="5000 digits"),
        ("\ud800", "record-unicode"),
        ({"\udfff": 1}, "record-unicode"),
        pytest.param("x" * 65_530, "record-long", id="long"),
        pytest.param("é" * 32_765, "record-long", id="long in bytes"),
    ],
)
def test_what_json_would_bend_or_lose_is_not_written(value: object, code: str) -> None:
    with pytest.raises(EvidenceError) as refusal:
        canonical.encode({"what": [{"ever": value}]})
    assert refusal.value.code == code
    assert "\n" not in refusal.value.message
    assert refusal.value.message.isprintable()


def test_a_refusal_names_the_place_and_not_the_value() -> None:
    with pytest.raises(EvidenceError, match=r"^record\.locations\[1\]\['not plain'\]: expected .*, found float$"):
        canonical.encode({"locations": [{}, {"not plain": 3.25}]})


def test_a_record_that_contains_itself_is_too_deep() -> None:
    record: dict[str, Any] = {}
    record["self"] = [record]
    with pytest.raises(EvidenceError) as refusal:
        canonical.encode(record)
    assert refusal.value.code == "record-deep"


def test_a_tuple_is_written_as_a_list() -> None:
    assert canonical.encode({"a": (1, (2, {"b": ()}))}) == b'{"a":[1,[2,{"b":[]}]]}'


def test_a_refused_line_names_the_first_byte_that_differs() -> None:
    with pytest.raises(EvidenceError, match="from byte 6 on"):
        canonical.decode(b'{"a":1 }')


@given(records, st.data())
def test_any_other_line_is_refused_or_is_the_canonical_line_of_what_it_says(
    record: dict[str, Any], data: st.DataObject
) -> None:
    line = bytearray(canonical.encode(record))
    at = data.draw(st.integers(0, len(line) - 1))
    line[at : at + data.draw(st.integers(0, 1))] = data.draw(st.binary(max_size=2))
    try:
        read = canonical.decode(bytes(line))
    except EvidenceError:
        return
    assert _slow(read).encode() == bytes(line)


@given(st.binary(max_size=40) | st.text('{}[]":,\\u0123456789eE.-+ \n\t"abtrufalsn', max_size=30).map(str.encode))
def test_no_input_raises_anything_else(line: bytes) -> None:
    try:
        record = canonical.decode(line)
    except EvidenceError:
        return
    assert canonical.encode(record) == line
