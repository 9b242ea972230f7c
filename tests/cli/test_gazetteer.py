"""``dpa-guard gazetteer``: the tables against the SDKs, and against another version of themselves."""

from __future__ import annotations

import json
import shutil
import zipfile
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

import pytest

from estate import run


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of the shipped tables, to be changed."""
    with as_file(files("dpa_guard").joinpath("gazetteer", "data")) as folder:
        shutil.copytree(folder, tmp_path / "tables")
    return tmp_path / "tables"


def _change(tables: Path, name: str, before: str, after: str) -> None:
    path = tables / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_the_same_tables_flip_nothing(tables: Path) -> None:
    ran = run("gazetteer", "diff", tables)
    assert (ran.exit_code, ran.output) == (0, "No row decides anything else: no verdict can flip.\n")


def test_a_changed_country_flips_a_verdict_and_a_changed_source_does_not(tables: Path) -> None:
    _change(tables, "places-aws.csv", "eu-west-2,,region,GB,exact", "eu-west-2,,region,IE,exact")
    _change(tables, "places-aws.csv", "2026-11-23", "2026-11-24")
    ran = run("gazetteer", "diff", tables)
    assert ran.exit_code == 1
    assert "places-aws: eu-west-2: exact IE => exact GB (pass -> fail)" in " ".join(ran.output.split())
    assert "1 rows flip" in ran.output
    told = json.loads(run("gazetteer", "diff", "installed", tables, "--format", "json").stdout)
    assert [(one["key"], one["flips"]) for one in told["changes"]] == [("eu-west-2", "fail -> pass")]


def test_a_row_that_is_gone_and_a_class_that_changed_are_told(tables: Path) -> None:
    _change(tables, "places-gcp.csv", "\neurope-west6,", "\neurope-west66,")
    _change(tables, "kinds.csv", "aws_s3_bucket,s3,stores,", "aws_s3_bucket,s3,configures,dns")
    text = " ".join(run("gazetteer", "diff", tables).output.split())
    assert "places-gcp: europe-west6: no row => exact CH (unknown -> fail)" in text
    assert "kinds: aws_s3_bucket: s3 configures => s3 stores (not-applicable without a place -> judged)" in text


def test_tables_may_lie_in_a_wheel(tables: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "dpa_guard-0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as pack:
        for path in tables.iterdir():
            pack.write(path, f"dpa_guard/gazetteer/data/{path.name}")
    assert run("gazetteer", "diff", wheel).exit_code == 0


@pytest.mark.parametrize("what", ["missing", "empty", "text"])
def test_what_holds_no_tables_is_one_line(tmp_path: Path, what: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("no zip", encoding="utf-8")
    ran = run("gazetteer", "diff", tmp_path / what)
    assert ran.exit_code == 2
    assert "expected a folder" in ran.output
    assert "Traceback" not in ran.output


def test_what_was_not_compared_is_said() -> None:
    ran = run("gazetteer", "check")
    assert "azure: not compared" in ran.output
    assert "gcp: not compared" in ran.output
    if find_spec("botocore") is None:
        assert ran.exit_code == 3
        assert "aws: not compared" in ran.output
    else:
        assert ran.exit_code == 0, ran.output
        assert "not in the table, so unknown: none" in ran.output


def test_a_region_that_only_the_sdk_knows_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "botocore" / "data"
    data.mkdir(parents=True)
    (tmp_path / "botocore/__init__.py").touch()
    (tmp_path / "botocore-9.9.9.dist-info").mkdir()
    regions: dict[str, dict[str, str]] = {"eu-west-1": {}, "eu-nowhere-9": {}, "aws-global": {}}
    elsewhere = {"id": "aws-cn", "regions": {"eu-west-2": {}}}
    (data / "partitions.json").write_text(json.dumps({"partitions": [{"id": "aws", "regions": regions}, elsewhere]}))
    monkeypatch.syspath_prepend(tmp_path)
    ran = run("gazetteer", "check")
    assert ran.exit_code == 1
    assert "3 regions of botocore 9.9.9" in ran.output
    assert "not in the table, so unknown: eu-nowhere-9" in ran.output
    assert "eu-west-2 (aws-cn, aws)" in ran.output
