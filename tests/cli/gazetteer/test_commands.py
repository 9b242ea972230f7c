"""``dpa-guard gazetteer``, as a person and a pipeline meet it."""

from __future__ import annotations

import json
import shutil
import sys
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from estate import run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the shipped tables of places and kinds."""
    with as_file(files("dpa_guard.gazetteer") / "data") as folder:
        shutil.copytree(folder, tmp_path / "data")
    return tmp_path / "data"


def rewritten(data: Path, table: str, old: str, new: str) -> None:
    file = data / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_tables_that_say_the_same_turn_nothing(data: Path) -> None:
    ran = run("gazetteer", "diff", str(data))
    assert ran.exit_code == 0
    assert ran.stdout.startswith("0 changes, 0 of which can turn a verdict.\nNot compared")


def test_a_region_that_moves_is_told_with_the_verdict_it_turns(data: Path) -> None:
    rewritten(data, "places-aws", "\neu-central-2,,region,CH,", "\neu-central-2,,region,DE,")
    ran = run("gazetteer", "diff", str(data))
    assert ran.exit_code == 1
    assert "1 change, 1 of which can turn a verdict." in ran.stdout
    assert "places-aws.csv (1)\n  eu-central-2: DE (aws) -> CH (aws)\n      pass -> fail\n" in ran.stdout
    assert max(map(len, ran.stdout.splitlines())) <= 80


def test_what_turns_nothing_is_listed_when_asked_for(data: Path) -> None:
    rewritten(data, "kinds", "\naws_s3_bucket,s3,stores,", "\naws_s3_bucket,s3,processes,")
    few, every = run("gazetteer", "diff", str(data)), run("gazetteer", "diff", str(data), "--all")
    assert (few.exit_code, every.exit_code) == (0, 0)
    assert "aws_s3_bucket" not in few.stdout
    assert "  aws_s3_bucket: s3 processes - -> s3 stores -\n" in every.stdout


def test_two_versions_are_compared_with_each_other(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "new")
    rewritten(tmp_path / "new", "places-gcp", "\neurope-west2,,region,GB,", "\neurope-west2,,region,IE,")
    ran = run("gazetteer", "diff", str(data), str(tmp_path / "new"), "--format", "json")
    assert ran.exit_code == 1
    told = json.loads(ran.stdout)
    assert told["schema"] == "dpa-guard/gazetteer-diff/1"
    assert told["changes"] == [
        {
            "table": "places-gcp",
            "subject": "europe-west2",
            "before": "GB (gcp)",
            "after": "IE (gcp)",
            "turns": "fail -> pass",
        }
    ]


def test_a_version_that_is_not_there_is_one_line_and_exit_2(tmp_path: Path) -> None:
    ran = run("gazetteer", "diff", str(tmp_path / "no-such.whl"))
    assert ran.exit_code == 2
    assert "expected a folder, wheel or zip with the tables of dpa-guard" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_shipped_places_agree_with_the_installed_sdk() -> None:
    pytest.importorskip("botocore", reason="the AWS SDK is not installed")
    ran = run("gazetteer", "check")
    assert ran.exit_code == 0, ran.stdout
    assert "none differ" in ran.stdout
    assert "azure  not compared: its SDK carries no list of places" in ran.stdout


def test_without_the_sdk_the_check_says_so_and_ends_with_3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore", None)
    ran = run("gazetteer", "check")
    assert ran.exit_code == 3
    assert "were not compared" in ran.stdout
    told = json.loads(run("gazetteer", "check", "--format", "json").stdout)
    assert (told["exit_code"], told["compared"], told["not_compared"]) == (3, [], ["aws", "azure", "gcp"])
