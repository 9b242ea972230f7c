"""The demo's folder: made whole or not at all, used again, and never in the place of something else."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from dpa_guard import agreement_file, config_file
from dpa_guard.demo.folder import ORIGIN, prepare
from dpa_guard.errors import DpaGuardError
from dpa_guard.evidence.note import parse_verifier_key
from dpa_guard.evidence.verify import verify


def test_it_holds_an_agreement_a_configuration_the_papers_and_a_log(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "demo"
    assert prepare(folder) is True
    assert sorted(one.name for one in folder.iterdir()) == [
        "agreement.toml",
        "documents",
        "dpa-guard.toml",
        "evidence",
        "evidence.state",
    ]
    assert [one.name for one in folder.parent.iterdir()] == ["demo"]
    assert agreement_file.read(folder / "agreement.toml").id == "KR-2023-011"
    (scope,) = config_file.read(folder / "dpa-guard.toml").scopes
    assert (scope.name, scope.provider) == ("kievit", "aws")


def test_the_agreement_pins_the_key_of_the_log(tmp_path: Path) -> None:
    prepare(tmp_path / "demo")
    agreement = tomllib.loads((tmp_path / "demo/agreement.toml").read_text(encoding="utf-8"))
    (key,) = agreement["evidence"]["log_keys"]
    assert key.startswith(f"{ORIGIN}+")
    assert verify(tmp_path / "demo/evidence", (parse_verifier_key(key),)).status == "verified"


def test_every_log_has_a_key_of_its_own_that_nobody_else_may_read(tmp_path: Path) -> None:
    prepare(tmp_path / "a")
    prepare(tmp_path / "b")
    pinned = {(tmp_path / name / "agreement.toml").read_text(encoding="utf-8") for name in ("a", "b")}
    assert len(pinned) == 2
    assert (tmp_path / "a/evidence.state").stat().st_mode & 0o077 == 0


def test_an_empty_folder_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    assert prepare(tmp_path / "demo") is True


def test_it_is_used_again_and_what_was_changed_in_it_stays(tmp_path: Path) -> None:
    prepare(tmp_path / "demo")
    agreement = tmp_path / "demo/agreement.toml"
    changed = agreement.read_text(encoding="utf-8") + "# mine\n"
    agreement.write_text(changed, encoding="utf-8")
    assert prepare(tmp_path / "demo") is False
    assert agreement.read_text(encoding="utf-8") == changed


@pytest.mark.parametrize("name", ["thesis.txt", "dpa-guard.toml", ".hidden"])
def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("somebody's own\n", encoding="utf-8")
    with pytest.raises(DpaGuardError, match="found other files") as caught:
        prepare(tmp_path)
    assert caught.value.hint == "name another folder with --into DIR"
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_a_file_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("somebody's own\n", encoding="utf-8")
    with pytest.raises(DpaGuardError, match="found a file"):
        prepare(tmp_path / "demo")


def test_an_earlier_demo_that_lacks_its_log_says_so(tmp_path: Path) -> None:
    prepare(tmp_path / "demo")
    (tmp_path / "demo/evidence").rename(tmp_path / "elsewhere")
    with pytest.raises(DpaGuardError, match="but evidence is gone") as caught:
        prepare(tmp_path / "demo")
    assert "remove the folder" in caught.value.hint


def test_where_nothing_can_be_written_it_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    below = tmp_path / "file"
    below.write_text("", encoding="utf-8")
    with pytest.raises(DpaGuardError, match="cannot be written"):
        prepare(below / "demo")
    assert os.listdir(tmp_path) == ["file"]
