"""Files, folders, pipes and standard input: what is read, once, under which label."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from dpa_guard.model import Note, Refusal
from dpa_guard_terraform.document import Document
from dpa_guard_terraform.intake import read

DATA = Path(__file__).parent / "data"
PLAN = (DATA / "plan.json").read_bytes()
STATE = (DATA / "state.json").read_bytes()

Item = Document | Refusal | Note


def _put(path: Path, data: bytes = PLAN) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path)


def _read(*paths: str, stdin: Callable[[], bytes] | None = None) -> list[Item]:
    return list(read([(path, path) for path in paths], stdin))


def _said(items: list[Item], below: Path | None = None) -> list[tuple[str, str]]:
    """(label, kind of document or code), with labels relative to a folder."""
    said = []
    for item in items:
        label = item.label if isinstance(item, Document) else item.input if isinstance(item, Refusal) else item.subject
        what = item.code if isinstance(item, Refusal) else item.kind
        said.append((label.removeprefix(f"{below}/"), what))
    return said


def test_a_file_is_read_under_the_label_it_was_given(tmp_path: Path) -> None:
    (document,) = read([("my plan", _put(tmp_path / "p.json"))], None)
    assert isinstance(document, Document)
    assert (document.label, document.kind, document.data) == ("my plan", "plan", PLAN)


def test_files_with_one_label_are_told_apart(tmp_path: Path) -> None:
    inputs = [("p.json", _put(tmp_path / unit / "p.json")) for unit in "abc"]
    assert _said(list(read(inputs, None))) == [("p.json", "plan"), ("p.json (2)", "plan"), ("p.json (3)", "plan")]


def test_a_file_given_twice_is_judged_once_and_said(tmp_path: Path) -> None:
    path = _put(tmp_path / "p.json")
    (tmp_path / "q.json").symlink_to("p.json")
    items = _read(path, path, str(tmp_path / "q.json"), str(tmp_path))
    again = [("p.json", "given-twice"), ("q.json", "given-twice"), ("p.json", "given-twice")]
    assert _said(items, tmp_path) == [("p.json", "plan"), *again]
    assert items[1] == Note("given-twice", path, {"first": path})


@pytest.mark.parametrize("path", ["-", "/dev/stdin", "/dev/fd/0"])
def test_standard_input_is_read_through_what_the_core_lends(path: str) -> None:
    assert _said(_read(path, stdin=lambda: PLAN)) == [(path, "plan")]


def test_standard_input_can_be_given_once() -> None:
    assert _said(_read("-", "/dev/stdin", stdin=lambda: PLAN)) == [("-", "plan"), ("/dev/stdin", "stdin-twice")]


def test_an_empty_pipe_is_told_from_an_empty_file(tmp_path: Path) -> None:
    path = _put(tmp_path / "p.json", b"")
    assert _said(_read("-", path, stdin=bytes), tmp_path) == [("-", "pipe-empty"), ("p.json", "input-empty")]


def _closed() -> bytes:
    raise ValueError("I/O operation on closed file")


@pytest.mark.parametrize("stdin", [None, _closed])
def test_a_closed_standard_input_is_a_refusal(stdin: Callable[[], bytes] | None) -> None:
    assert _said(_read("-", stdin=stdin)) == [("-", "stdin-unavailable")]


def test_what_is_not_there_or_not_a_file_is_a_refusal(tmp_path: Path) -> None:
    path = _put(tmp_path / "p.json")
    items = _read(str(tmp_path / "gone.json"), f"{path}/below", "a\0b", "/dev/zero", os.devnull)
    assert [what for _, what in _said(items)] == ["input-missing"] * 3 + ["not-a-file", "input-empty"]


def test_what_the_operating_system_refuses_names_its_error(tmp_path: Path) -> None:
    (tmp_path / "round.json").symlink_to("round.json")
    path = str(tmp_path / "round.json")
    assert _read(path) == [Refusal(path, "input-unreadable", {"error": "ELOOP"})]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_a_refusal(tmp_path: Path) -> None:
    path = _put(tmp_path / "p.json")
    os.chmod(path, 0)
    assert _read(path) == [Refusal(path, "input-unreadable", {"error": "EACCES"})]


def test_a_named_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(PLAN,))
    writer.start()
    assert _said(_read(str(path)), tmp_path) == [("pipe", "plan")]
    writer.join()


def test_process_substitution_works_and_an_empty_one_is_said() -> None:
    program = (
        "import sys; from dpa_guard_terraform.intake import read; from dpa_guard.model import Refusal\n"
        "print([item.code if isinstance(item, Refusal) else item.kind"
        " for item in read([(path, path) for path in sys.argv[1:]], None)])"
    )
    done = subprocess.run(
        [
            "bash",
            "-c",
            'exec "$0" -c "$1" <(cat "$2") <(cat "$2") <(exit 1)',
            sys.executable,
            program,
            str(DATA / "plan.json"),
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert done.stdout == "['plan', 'plan', 'pipe-empty']\n"


def test_a_terragrunt_folder_is_labelled_by_unit(tmp_path: Path) -> None:
    for unit in ("prod/db", "prod/app"):
        _put(tmp_path / unit / "tfplan.json")
    items = list(read([("plans", str(tmp_path))], None))
    assert _said(items) == [("plans/prod/app/tfplan.json", "plan"), ("plans/prod/db/tfplan.json", "plan")]


def test_in_a_folder_other_json_is_a_note_and_a_broken_plan_a_refusal(tmp_path: Path) -> None:
    others = {
        "package.json": b'{"name":"x","version":"1.0.0"}',
        "list.json": b"[1]",
        "tsconfig.json": b"{ // comment\n}",
        "meta.json": b'{"format_version":"1.2","resource_changes":3}',
        "schemas.json": (DATA / "schemas.json").read_bytes(),
        "helm.json": b"apiVersion: v1\n",
    }
    broken = {
        "binary.json": (DATA / "plan.tfplan").read_bytes(),
        "cut.json": PLAN[:1000],
        "empty.json": b"",
        "errored.json": (DATA / "errored.json").read_bytes(),
        "state.json": b'{"format_version":"1.0"}',
        "x.tfstate": b'{"name":"no state at all"}',
    }
    for name, data in (others | broken | {"plan.json": PLAN}).items():
        _put(tmp_path / name, data)
    assert dict(_said(_read(str(tmp_path)), tmp_path)) == {
        **dict.fromkeys(others, "not-a-plan"),
        "binary.json": "binary-plan",
        "cut.json": "truncated",
        "empty.json": "input-empty",
        "errored.json": "plan-errored",
        "state.json": "empty-state-no-plan",
        "x.tfstate": "not-a-plan",
        "plan.json": "plan",
    }


def test_what_is_named_is_answered_even_where_a_folder_would_pass_over_it(tmp_path: Path) -> None:
    (refusal,) = _read(_put(tmp_path / "package.json", b'{"name":"x"}'))
    assert isinstance(refusal, Refusal)


def test_a_folder_without_plans_is_a_refusal(tmp_path: Path) -> None:
    _put(tmp_path / "a/package.json", b"{}")
    _put(tmp_path / "a/main.tf", b"")
    label = str(tmp_path)
    assert _read(label) == [
        Note("not-a-plan", f"{label}/a/package.json"),
        Refusal(label, "folder-without-plans", {"files": "1"}),
    ]


@pytest.mark.parametrize("other", [STATE, (DATA / "terraform.tfstate").read_bytes()], ids=["state", "tfstate"])
def test_plans_and_states_in_one_call_are_refused_once(other: bytes, tmp_path: Path) -> None:
    _put(tmp_path / "a.json")
    _put(tmp_path / "b.json", other)
    _put(tmp_path / "c.json", other)
    _put(tmp_path / "d.json")
    items = _read(str(tmp_path))
    assert _said(items, tmp_path) == [("a.json", "plan"), ("b.json", "plans-and-states-mixed"), ("d.json", "plan")]
    assert items[1] == Refusal(f"{tmp_path}/b.json", "plans-and-states-mixed", {"first": f"{tmp_path}/a.json"})


def test_states_of_both_forms_may_be_given_together(tmp_path: Path) -> None:
    _put(tmp_path / "a.tfstate", (DATA / "terraform.tfstate").read_bytes())
    _put(tmp_path / "b.json", STATE)
    assert _said(_read(str(tmp_path)), tmp_path) == [("a.tfstate", "tfstate"), ("b.json", "state")]


def test_one_input_is_held_at_a_time(tmp_path: Path) -> None:
    """Read as the provider reads: let go of a document, then ask for the next."""
    import tracemalloc

    size = 4_000_000
    padded = PLAN.rstrip()[:-1] + b',"padding":"' + b"x" * size + b'"}'
    for name in "abcd":
        _put(tmp_path / f"{name}.json", padded)
    tracemalloc.start()
    try:
        documents = 0
        for _ in map(type, read([(str(tmp_path), str(tmp_path))], None)):
            documents += 1
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert documents == 4
    assert peak < 1.5 * size


ONE_WORD = {"redacted-plan", "compressed", "truncated"}
NOT_CODES = re.compile(r"utf-\d+(-[lb]e)?|redacted-plan")
"""Other strings of the modules that are written like codes; ``redacted-plan`` is a kind and a note's code."""


def test_every_code_has_its_prose_and_every_prose_its_code() -> None:
    package = files("dpa_guard_terraform")
    written = {
        code
        for name in ("sniff", "classify", "diagnose", "recognise", "walk", "intake")
        for code in re.findall(
            r'"([a-z0-9]+(?:-[a-z0-9]+)+)"', package.joinpath(f"{name}.py").read_text(encoding="utf-8")
        )
        if not NOT_CODES.fullmatch(code)
    }
    text = (files("dpa_guard.report") / "prose" / "intake.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert written == {row["code"] for row in rows} - ONE_WORD
    assert [(row["group"], row["code"]) for row in rows] == sorted({(row["group"], row["code"]) for row in rows})
    fields = re.compile(r"\{(\w+)\}")
    assert [row["code"] for row in rows if set(fields.findall(row["en"])) != set(fields.findall(row["nl"]))] == []
