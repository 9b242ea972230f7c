"""Which files below a folder are looked at, and under which label."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpa_guard.model import Note, Refusal
from dpa_guard_terraform.walk import Candidate, below, shown


def _put(path: Path, text: str = "{}") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _labels(label: str, folder: Path) -> list[str]:
    return [item.label for item in below(label, str(folder)) if isinstance(item, Candidate)]


def test_plans_and_states_are_found_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for name in ("b/tfplan.json", "a/tfplan.json", "a/deep/er/x.JSON", "terraform.tfstate", "a/main.tf", "a/plan.txt"):
        _put(tmp_path / name)
    assert _labels("out", tmp_path) == [
        "out/a/deep/er/x.JSON",
        "out/a/tfplan.json",
        "out/b/tfplan.json",
        "out/terraform.tfstate",
    ]


@pytest.mark.parametrize(
    ("label", "first"), [(".", "unit/p.json"), ("out/", "out/unit/p.json"), ("/out", "/out/unit/p.json")]
)
def test_a_label_is_the_path_below_the_folder_as_it_was_given(label: str, first: str, tmp_path: Path) -> None:
    _put(tmp_path / "unit/p.json")
    assert _labels(label, tmp_path) == [first]


def test_what_tools_keep_for_themselves_is_left_alone(tmp_path: Path) -> None:
    for name in (".terraform/terraform.tfstate", "a/.terraform/x.json", ".git/x.json", "node_modules/p/package.json"):
        _put(tmp_path / name)
    assert list(below("out", str(tmp_path))) == []


def test_a_terragrunt_cache_is_not_read_and_that_is_said(tmp_path: Path) -> None:
    for name in ("a/.terragrunt-cache/x/y/tfplan.json", "b/.terragrunt-cache/x/y/tfplan.json", "a/tfplan.json"):
        _put(tmp_path / name)
    note, candidate = below("out", str(tmp_path))
    assert note == Note("cache-not-read", "out", {"count": "2"})
    assert isinstance(candidate, Candidate)
    assert candidate.label == "out/a/tfplan.json"


def test_links_are_followed_within_the_folder_and_not_out_of_it(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "elsewhere"
    _put(outside / "secret.json")
    _put(inside / "plan.json")
    _put(inside / "plan.txt")
    (inside / "again.json").symlink_to("plan.json")
    (inside / "named.json").symlink_to("plan.txt")
    (inside / "out.json").symlink_to(outside / "secret.json")
    (inside / "nowhere.json").symlink_to("gone.json")
    (inside / "round.json").symlink_to("round.json")
    (inside / "folder").symlink_to(outside)
    (inside / "sub").mkdir()
    (inside / "same").symlink_to("sub")
    found = list(below("in", str(inside)))
    assert [item.subject for item in found if isinstance(item, Note) and item.kind == "link-not-followed"] == [
        "in/folder",
        "in/nowhere.json",
        "in/out.json",
        "in/round.json",
    ]
    assert [item.label for item in found if isinstance(item, Candidate)] == ["in/named.json", "in/plan.json"]


def test_a_named_pipe_in_a_folder_does_not_stop_the_run(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    _put(tmp_path / "plan.json")
    assert _labels("out", tmp_path) == ["out/plan.json"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_cannot_be_read_is_a_refusal(tmp_path: Path) -> None:
    _put(tmp_path / "closed/plan.json")
    (tmp_path / "closed").chmod(0)
    try:
        assert list(below("out", str(tmp_path))) == [Refusal("out/closed", "input-unreadable", {"error": "EACCES"})]
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_control_characters_and_stray_bytes_of_a_name_are_escaped() -> None:
    assert shown("a\x1b[31m\n::error::\u202e/é") == "a\\x1b[31m\\n::error::\\u202e/é"
    assert shown(os.fsdecode(b"caf\xe9.json")) == "caf\\udce9.json"


@settings(deadline=None)
@given(st.text())
def test_any_label_becomes_printable_once_and_for_all(label: str) -> None:
    once = shown(label)
    assert once.isprintable()
    assert shown(once) == once
    once.encode()
