"""Records that name something, in clear or by the commitment that stands for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from built_logs import BuiltLog
from dpa_guard.evidence.read import Log
from dpa_guard.evidence.read.find import naming

JAN = "commit:" + "5e" * 32
ANN = "commit:" + "a1" * 32
STANDS = {"jan@example.nl": [JAN], "ann@example.nl": [ANN], 'o"hara@example.nl': [ANN]}

SUBJECTS = [
    'aws_s3_bucket.b["prod"]',
    "aws_s3_bucket.production",
    f'module.team["{JAN}"].aws_s3_bucket.home',
    f"arn:aws:iam::123456789012:user/staff/{JAN}",
    "host:db.example.nl",
    "tab\there",
    f'module.team["{JAN}"].aws_iam_user.u["{ANN}"]',
]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    built = BuiltLog(tmp_path_factory.mktemp("find") / "log")
    more: list[dict[str, Any]] = [
        {"event": "note", "kind": "k", "subject": subject, "params": {"place": "eu-west-1"}} for subject in SUBJECTS
    ]
    built.add_run(more=more)
    return Log(built.folder)


def found(log: Log, name: str, *, salts: bool = True) -> list[int]:
    """Return the numbers of the subjects whose records name it."""
    return [line.index - 1 for line in naming(log, name, lambda each: STANDS.get(each, []) if salts else [])]


@pytest.mark.parametrize(
    ("name", "subjects"),
    [
        ("prod", [0]),
        ("production", [1]),
        ("aws_s3_bucket.production", [1]),
        ("bucket", []),
        ("eu-west-1", list(range(7))),
        ("eu-west", []),
        ("place", list(range(7))),
        ("example.nl", [4]),
        ("tab\there", [5]),
        ('aws_s3_bucket.b["prod"]', [0]),
        (JAN, [2, 3, 6]),
        ("jan@example.nl", [2, 3, 6]),
        ('module.team["jan@example.nl"].aws_s3_bucket.home', [2]),
        ("arn:aws:iam::123456789012:user/staff/jan@example.nl", [3]),
        ('module.team["jan@example.nl"].aws_iam_user.u["ann@example.nl"]', [6]),
        ('module.team["jan@example.nl"].aws_iam_user.u["o\\"hara@example.nl"]', [6]),
        ("eve@example.nl", []),
    ],
)
def test_a_name_is_found_whole_in_clear_or_as_what_stands_for_it(log: Log, name: str, subjects: list[int]) -> None:
    assert found(log, name) == subjects


def test_without_the_salts_a_name_is_not_found(log: Log) -> None:
    assert found(log, "jan@example.nl", salts=False) == []


def test_a_record_that_is_damaged_and_holds_the_name_is_not_passed_over(tmp_path: Path) -> None:
    built = BuiltLog(tmp_path / "log")
    path = built.add_run(3)
    path.write_bytes(path.read_bytes().replace(b'"subject":"0"', b'"subject": "needle"'))
    assert [line.index for line in naming(Log(built.folder), "needle", lambda _name: [])] == [1]
