"""A file that appears whole or not at all, and in nobody's place."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from dpa_guard.cli.evidence.new_file import NewFile


def test_a_file_that_appeared_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with pytest.raises(click.UsageError, match="is there already"):
        _keep_although_another_came(path)
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]


def _keep_although_another_came(path: Path) -> None:
    with NewFile(path, "--output", replace=False) as file:
        file.opened.write(b"ours")
        path.write_bytes(b"theirs")
        file.keep()


@pytest.mark.parametrize("replace", [True, False])
def test_without_keep_nothing_is_left(tmp_path: Path, replace: bool) -> None:
    with NewFile(tmp_path / "x.zip", "--output", replace=replace) as file:
        file.opened.write(b"half")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_said_with_the_name_of_the_file(tmp_path: Path) -> None:
    full = OSError(28, "No space left on device")
    with (
        pytest.raises(click.UsageError, match=r"x\.zip.*No space left"),
        NewFile(tmp_path / "x.zip", "-o", replace=True),
    ):
        raise full
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="cannot be written"), NewFile(tmp_path / "no/x", "-o", replace=False):
        pass
