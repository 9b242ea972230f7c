"""Reading TOML a person wrote: what is wrong with the file as a whole, and on which line each key stands."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.errors import DpaGuardError
from dpa_guard.toml_file import Mistake, load
from dpa_guard.toml_file.lines import key_lines, line_of
from dpa_guard.toml_file.mistakes import KeyPath, dotted, shown
from toml_text import toml_text

SCHEMA = "dpa-guard/agreement/1"


def _refused(path: Path) -> str:
    with pytest.raises(Mistake) as caught:
        load(path, "agreement", SCHEMA)
    assert "\n" not in caught.value.message
    return caught.value.message.replace(str(path), "FILE")


def _written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "agreement.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


TRUE_OR_FALSE = 'expected true or false in small letters; text goes in quotes (Norway is "NO")'
A_DATE = "a date is written 2026-11-24: year-month-day, no quotes"
NO_SUCH_DATE = "no such date; expected two digits for month and day, like 2026-11-04"
ONE_LINE = "expected a key here; a table between { } stays on one line, a longer one is a [table]"
LEADING_ZERO = "a number cannot begin with 0; an account number is text: put it in quotes"


@pytest.mark.parametrize(
    ("text", "line", "advice"),
    [
        ('id = "x"\na = NO', 2, TRUE_OR_FALSE),
        ("a = Yes", 1, TRUE_OR_FALSE),
        ('a = ["NL", BE]', 1, 'text goes in quotes; write a country as "NL"'),
        ("a = 03-04-2017", 1, A_DATE),
        ("a = 2017/04/03", 1, A_DATE),
        ("a = 2026-2-3", 1, NO_SUCH_DATE),
        ("a = 2026-02-30", 1, NO_SUCH_DATE),
        ("a = \u201cx\u201d", 1, 'curly quotes are not quotes in TOML; write "straight" ones'),
        ("a = \u2018x\u2019", 1, "curly quotes are not quotes in TOML; write 'straight' ones"),
        ("a\u00a0= 1", 1, "an invisible character stands in this line; type the line anew"),
        ("a = \x00", 1, "a control character stands in this line; type the line anew"),
        ("a: 1", 1, "this looks like YAML; TOML writes key = value"),
        ("a = 1\n- b", 2, 'this looks like YAML; TOML writes ["one", "two"], and [[name]] before each table'),
        ("// a", 1, "a comment begins with #"),
        ('a = "C:\\papers"', 1, "a backslash in quotes begins an escape; write / in paths, or use single quotes"),
        ('a = "x\nb = 1', 1, "a text is not closed on its line; expected its closing quote"),
        ('a = "x', 1, "a text is not closed; expected its closing quote"),
        ("a = [1,\n2", 2, "a list is not closed; expected ] after its last element"),
        ("[a]\n[a]", 2, "this table is given twice; several of one kind are written [[name]]"),
        ("a = 1\na = 2\n", 2, "this key is given twice; keep one"),
        ("a = {b = 1,\nc = 2}", 1, ONE_LINE),
        ("a = {b = 1, }", 1, "no comma before the closing } of a table on one line"),
        ("a = 000000000000", 1, LEADING_ZERO),
        ("covers = [1.2.3]", 1, 'text goes in quotes; write a clause as "3.1"'),
        ("run_every = P1D", 1, 'a duration is text: write it in quotes, like "P1D"'),
        ("token = hunter2", 1, "text goes in quotes"),
        ("a", 1, "expected = after the key; text goes in quotes"),
        ("a = " + "1" * 5000, 1, "a number with too many digits"),
    ],
)
def test_bad_syntax_is_one_line_with_its_place_and_a_cure(tmp_path: Path, text: str, line: int, advice: str) -> None:
    said = _refused(_written(tmp_path, text))
    assert said.startswith(f"FILE:{line}: this is not TOML")
    assert said.endswith(f": {advice}")


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    assert _refused(_written(tmp_path, "a = " + "[" * 5000)) == "FILE:1: lists or tables are nested too deeply to read"


def test_a_value_is_never_repeated_from_a_line_that_does_not_parse(tmp_path: Path) -> None:
    for line in ("password = hunter2", "password: hunter2", 'password = "hunter2', "password = \u201chunter2\u201d"):
        assert "hunter2" not in _refused(_written(tmp_path, line))


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    assert _refused(tmp_path / "no.toml") == "FILE: there is no such file; `dpa-guard init` writes one to start from"
    assert _refused(tmp_path) == "FILE: this is a folder; name the file in it"
    assert _refused(Path("a\0b")).startswith("FILE: cannot be read: ")
    assert _refused(_written(tmp_path, b" " * (1024 * 1024 + 1))) == (
        "FILE: is longer than 1024 KiB; expected a file a person wrote"
    )


def test_only_utf8_is_read_and_a_byte_order_mark_is_nothing(tmp_path: Path) -> None:
    assert (
        _refused(_written(tmp_path, b"a = 1\nb = '\xe9'\n")) == "FILE:2: byte 0xe9 is not UTF-8; save the file as UTF-8"
    )
    assert _refused(_written(tmp_path, "a = 1".encode("utf-16"))).startswith("FILE:1: is UTF-16; save it as UTF-8")
    assert load(_written(tmp_path, b"\xef\xbb\xbfa = 1\n"), "agreement", SCHEMA).data == {"a": 1}


@pytest.mark.parametrize(
    ("schema", "advice"),
    [
        ("dpa-guard/agreement/2", "this dpa-guard reads version 1; upgrade dpa-guard, or the file"),
        ("dpa-guard/config/1", "this is a configuration: give it with --config"),
        ("other", "give the right file, or correct the key"),
    ],
)
def test_another_schema_is_said_and_nothing_else(tmp_path: Path, schema: str, advice: str) -> None:
    said = _refused(_written(tmp_path, f'\nschema = "{schema}"\nnonsense = 1\n'))
    assert said == f'FILE:2: schema: expected "dpa-guard/agreement/1", found "{schema}"; {advice}'


def test_the_digest_is_of_the_bytes_as_they_lie_there(tmp_path: Path) -> None:
    assert load(_written(tmp_path, b"\xef\xbb\xbf"), "agreement", SCHEMA).sha256 == (
        "f1945cd6c19e56b3c1c78943ef5ec18116907a4ca1efc40a57d48ab1db7adfc5"
    )


TEXT = '''# a comment with [brackets] and a = sign
schema = "x"   # 2
a.b."c.d" = 1
[one.two]
list = [
  1, # here
  { x = "}", y = [2,
    3] },
]
text = """
[not.a.table]
key = 'neither'
"""
after = \'\'\'it's \'\'\'
[[many]]
id = "first"
[many.inside]
k = 1
[[many.deep]]
z = 1
[[many]]
"id" = "second"
[[many.deep]]
[[many.deep]]
'z' = 2
'''


def test_each_key_is_found_on_its_line() -> None:
    assert key_lines(TEXT) == {
        ("schema",): 2,
        ("a",): 3,
        ("a", "b"): 3,
        ("a", "b", "c.d"): 3,
        ("one",): 4,
        ("one", "two"): 4,
        ("one", "two", "list"): 5,
        ("one", "two", "list", 0): 6,
        ("one", "two", "list", 1): 7,
        ("one", "two", "list", 1, "x"): 7,
        ("one", "two", "list", 1, "y"): 7,
        ("one", "two", "list", 1, "y", 0): 7,
        ("one", "two", "list", 1, "y", 1): 8,
        ("one", "two", "text"): 10,
        ("one", "two", "after"): 14,
        ("many",): 15,
        ("many", 0): 15,
        ("many", 0, "id"): 16,
        ("many", 0, "inside"): 17,
        ("many", 0, "inside", "k"): 18,
        ("many", 0, "deep"): 19,
        ("many", 0, "deep", 0): 19,
        ("many", 0, "deep", 0, "z"): 20,
        ("many", 1): 21,
        ("many", 1, "id"): 22,
        ("many", 1, "deep"): 23,
        ("many", 1, "deep", 0): 23,
        ("many", 1, "deep", 1): 24,
        ("many", 1, "deep", 1, "z"): 25,
    }
    assert set(key_lines(TEXT)) == set(_paths(tomllib.loads(TEXT), ()))


def test_what_is_not_there_is_on_the_line_of_the_table_that_lacks_it() -> None:
    lines = key_lines(TEXT)
    assert line_of(lines, ("many", 1, "name")) == 21
    assert line_of(lines, ("nowhere", "at", "all")) == 1


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_are_counted_alike_with_both_newlines(newline: str) -> None:
    assert key_lines(f'a = """x{newline}y"""{newline}b = 1')["b",] == 3


def _paths(value: Any, path: KeyPath) -> list[KeyPath]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, part in inside for found in [(*path, key), *_paths(part, (*path, key))]]


KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(["a", "b.c", 'q"', "#", "[x]"])
VALUES = st.recursive(
    st.integers(-99, 99)
    | st.booleans()
    | st.dates(date(1000, 1, 1))
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS, inside, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_the_scan_finds_exactly_the_keys_the_parser_finds(data: dict[str, Any]) -> None:
    text = toml_text(data)
    assert tomllib.loads(text) == data
    lines = key_lines(text)
    assert set(lines) == set(_paths(data, ()))
    written = text.split("\n")
    plain = [key for key, value in data.items() if not isinstance(value, dict)]
    assert [lines[key,] for key in plain] == list(range(1, len(plain) + 1))
    assert all(1 <= line <= len(written) for line in lines.values())


@given(st.text(st.sampled_from("[]{}=\"'#,.\n\\ ab1")))
def test_the_scan_ends_on_any_text(text: str) -> None:
    assert all(line <= text.count("\n") + 1 for line in key_lines(text).values())


@given(st.binary(max_size=60) | st.text(st.sampled_from("[]{}=\"'#,.\n\\ ab1-:")).map(str.encode))
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    try:
        load(path, "agreement", SCHEMA)
    except DpaGuardError as error:
        said = error.message
    else:
        said = f"{path}: read"
    assert said.startswith(f"{path}:")
    assert "\n" not in said


def test_what_a_message_shows_is_printable_and_short() -> None:
    assert shown('a\x1b[31m"b"\n') == '"a\\u001b[31m\\"b\\"\\u000a"'
    assert shown("x" * 100) == '"' + "x" * 60 + '…"'
    assert shown(True) == "true"
    assert dotted(("a", 0, "b.c", 'd"e')) == 'a[0]."b.c"."d\\"e"'
