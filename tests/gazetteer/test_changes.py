"""Two versions of the tables: which verdicts can turn between them, and which differences turn nothing."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from dpa_guard.errors import DpaGuardError
from dpa_guard.gazetteer.changes import changes, not_compared
from dpa_guard.gazetteer.release import Release, installed, read_release

TODAY = date(2026, 11, 24)
SHIPPED = installed()

Row = dict[str, str]


def changed(table: str, where: dict[str, str], **to: str) -> Release:
    """The shipped tables with one row saying something else; an empty ``to`` takes the row out."""
    release = deepcopy(SHIPPED)
    (row,) = [row for row in release[table] if where.items() <= row.items()]
    if to:
        row.update(to)
    else:
        release[table].remove(row)
    return release


def turned(new: Release) -> list[tuple[str, str, str]]:
    return [(change.table, change.subject, change.turns) for change in changes(SHIPPED, new, TODAY)]


def test_the_same_tables_turn_nothing() -> None:
    assert changes(SHIPPED, installed(), TODAY) == []


@pytest.mark.parametrize(
    ("row", "to", "turns"),
    [
        ({"code": "eu-west-1"}, {"countries": "GB"}, "pass -> fail"),
        ({"code": "eu-west-2"}, {"countries": "IE"}, "fail -> pass"),
        ({"code": "eu-west-1"}, {"countries": "", "extent": "unknown"}, "pass -> unknown"),
        ({"code": "eu-west-1"}, {"countries": "", "extent": "worldwide"}, "pass -> fail"),
        ({"code": "eu-west-1"}, {"countries": "", "extent": "within-eu"}, "any, under a list of countries"),
        ({"code": "eu-west-1"}, {"countries": "FR"}, "any, under a list of countries"),
        ({"code": "eu-west-1"}, {"countries": "ZZ"}, "pass -> unknown"),
        ({"code": "eu-west-1"}, {"partition": "aws-eusc"}, "another cloud"),
        ({"code": "eu-west-1"}, {}, "pass -> unknown"),
    ],
)
def test_another_country_turns_the_verdicts_on_a_place(row: Row, to: Row, turns: str) -> None:
    ((table, subject, told),) = turned(changed("places-aws", row, **to))
    assert (table, subject) == ("places-aws", row["code"])
    assert told.startswith(turns) or turns in told


def test_a_country_that_leaves_turns_its_own_row_and_that_alone() -> None:
    ((table, subject, told),) = turned(changed("territory", {"alpha2": "IE"}, eu_until="2026-01-01"))
    assert (table, subject, told) == ("territory", "IE", "pass <-> fail")


@pytest.mark.parametrize(
    ("table", "row", "to", "turns"),
    [
        ("kinds", {"kind": "aws_iam_role"}, {"class": "stores", "reason": ""}, "not-applicable -> unknown"),
        ("kinds", {"kind": "aws_s3_bucket"}, {"class": "nothing", "reason": "dns"}, "unknown -> not-applicable"),
        ("kinds", {"kind": "aws_s3_bucket"}, {"class": "carries"}, "unknown <-> not-applicable"),
        ("kinds", {"kind": "aws_s3_bucket"}, {"service": "s3x"}, "authorised <-> fail"),
        ("kinds", {"kind": "aws_s3_bucket"}, {"class": "processes"}, ""),
        ("types", {"kind": "aws_s3_bucket"}, {"placing": "global"}, "any, where the provider's default"),
        ("azure-pairs", {"region": "westeurope"}, {"pair": "uksouth"}, "any, of what is kept in the pair"),
        ("aliases", {"alias": "Europe (Zurich)"}, {"code": "eu-central-1"}, "any, for this spelling"),
        (
            "attributes",
            {"kind": "aws_dynamodb_table", "path": "replica[].region_name"},
            {"role": "none", "form": "ignore"},
            "any, where the attribute is set",
        ),
        ("vendors/provider-classes", {"namespace_type": "hashicorp/null"}, {"class": "vendor"}, "any, of the provider"),
        ("adequacy", {"alpha2": "CH"}, {"last_day": "2026-01-01"}, ""),
    ],
)
def test_each_table_says_what_its_rows_can_turn(table: str, row: Row, to: Row, turns: str) -> None:
    ((told_of, _, told),) = turned(changed(table, row, **to))
    assert told_of == table
    assert told.startswith(turns)
    assert bool(told) == bool(turns)


@pytest.mark.parametrize(
    ("table", "row", "to"),
    [
        ("places-aws", {"code": "eu-west-1"}, {"source": "another page", "read_on": "2027-01-01", "note": "x"}),
        ("attributes", {"kind": "aws_s3_bucket", "path": "bucket_region"}, {"note": "another reason"}),
        ("territory", {"alpha2": "NL"}, {"name_nl": "Holland"}),
    ],
)
def test_sources_and_notes_turn_nothing(table: str, row: Row, to: Row) -> None:
    assert turned(changed(table, row, **to)) == []


def test_a_path_of_a_schema_turns_something_only_where_no_row_explains_it() -> None:
    release = deepcopy(SHIPPED)
    release["schema-paths"].append({"kind": "aws_s3_bucket", "path": "moon_region"})
    assert turned(release) == [("schema-paths", "aws_s3_bucket moon_region", "any <-> unknown, where it is set")]
    explained = {"kind": "aws_s3_bucket", "path": "moon_region", "role": "none", "form": "ignore", "absent": "none"}
    release["attributes"].append(explained)
    assert turned(release) == [
        ("attributes", "aws_s3_bucket moon_region", "any <-> unknown, where the attribute is set")
    ]


def test_what_turns_a_verdict_comes_first_in_its_table() -> None:
    release = changed("kinds", {"kind": "aws_sqs_queue"}, **{"class": "nothing", "reason": "dns"})
    next(row for row in release["kinds"] if row["kind"] == "aws_s3_bucket")["class"] = "processes"
    assert [change.subject for change in changes(SHIPPED, release, TODAY)] == ["aws_sqs_queue", "aws_s3_bucket"]


def test_vendors_are_left_out_where_only_one_of_the_two_has_them() -> None:
    bare = {name: rows for name, rows in SHIPPED.items() if not name.startswith("vendors/")}
    assert not_compared(SHIPPED, SHIPPED) == []
    assert not_compared(bare, SHIPPED) == ["vendors/provider-classes", "vendors/vendors"]
    assert changes(bare, SHIPPED, TODAY) == []


# -- reading a version ----------------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package's tables, laid out as in site-packages."""
    with as_file(files("dpa_guard")) as root:
        for folder in ("gazetteer/data", "vendors/data"):
            shutil.copytree(root / folder, tmp_path / "site" / "dpa_guard" / folder)
    return tmp_path / "site"


def zipped(site: Path, prefix: str = "") -> Path:
    path = site.parent / "dpa_guard-9.9.9-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file in site.rglob("*.csv"):
            archive.write(file, prefix + str(file.relative_to(site)))
    return path


@pytest.mark.parametrize(
    "lies",
    [
        lambda site: site,
        lambda site: site / "dpa_guard",
        zipped,
        lambda site: zipped(site, "dpa_guard-9.9.9/"),
    ],
    ids=["a folder with the package", "the package", "a wheel", "a zip of a checkout"],
)
def test_a_version_is_read_wherever_it_lies(package: Path, lies: Callable[[Path], Path]) -> None:
    assert read_release(lies(package)) == SHIPPED


def test_a_data_folder_finds_the_vendors_beside_it_or_goes_without(package: Path, tmp_path: Path) -> None:
    data = package / "dpa_guard" / "gazetteer" / "data"
    assert read_release(data) == SHIPPED
    shutil.copytree(data, tmp_path / "alone")
    assert set(read_release(tmp_path / "alone")) == {name for name in SHIPPED if not name.startswith("vendors/")}


@pytest.mark.parametrize("found", ["nothing", "an empty folder", "no zip", "another zip"])
def test_what_is_no_version_is_refused_in_one_line(found: str, tmp_path: Path) -> None:
    path = tmp_path / "given"
    if found == "an empty folder":
        path.mkdir()
    elif found == "no zip":
        path.write_bytes(b"PK\x03\x04 or something like it")
    elif found == "another zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "hello")
    with pytest.raises(DpaGuardError, match="expected a folder, wheel or zip") as refused:
        read_release(path)
    assert "\n" not in refused.value.message


def test_a_row_that_is_not_whole_is_refused_with_its_place(package: Path) -> None:
    file = package / "dpa_guard" / "gazetteer" / "data" / "kinds.csv"
    file.write_text(file.read_text(encoding="utf-8") + "aws_half,s3\n", encoding="utf-8")
    with pytest.raises(DpaGuardError, match=r"expected 4 columns in row \d+ of kinds\.csv .*, found 2"):
        read_release(package)
