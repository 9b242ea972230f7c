"""Names that may be personal data: committed to, findable by who holds the salts, erasable for good."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpa_guard.evidence.read import line_at
from dpa_guard.evidence.write import LogPlace, begin, committed, erase
from written_logs import START, clock, finding, new_log, record_run, verified

ADDRESSES = (
    'module.staff["jan@example.nl"].aws_s3_bucket.home["jan@example.nl"]',
    'aws_s3_bucket.home["Jan de Boer <jan@example.nl>"]',
    "arn:aws:iam::123456789012:user/team/jan@example.nl",
    'aws_iam_user.staff["jan-de-boer"]',
    "arn:aws:iam::123456789012:user/jan-de-boer",
    'aws_s3_bucket.home["a\\"jan@example.nl"]',
)


def _everything(place: LogPlace) -> bytes:
    """All bytes of the log: file names, contents, compressed ones opened."""
    parts = []
    for path in place.folder.rglob("*"):
        parts.append(str(path).encode())
        if path.is_file():
            data = path.read_bytes()
            parts.append(gzip.decompress(data) if path.suffix == ".gz" else data)
    return b"\n".join(parts)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("findings", [1, 600])
def test_a_name_that_may_be_personal_is_nowhere_in_the_log(tmp_path: Path, address: str, findings: int) -> None:
    place, key = new_log(tmp_path)
    run = begin(place, START, clock)
    for number in range(findings):
        run.append("finding", finding(number, address))
    run.append("note", {"kind": "k", "subject": address, "params": {"resources": f"{address}, {address}"}})
    run.append("gap", {"scope": "s", "reason": {"code": "c", "params": {"detail": f"saw {address}!"}}})
    run.commit(0, {})
    verified(place, key)
    everything = _everything(place)
    for secret in (b"jan@example.nl", b"jan-de-boer", b"Jan de Boer"):
        assert secret not in everything


def test_equal_names_stay_equal_over_runs_and_other_names_differ(tmp_path: Path) -> None:
    place, _ = new_log(tmp_path)
    for address in (
        ADDRESSES[0],
        ADDRESSES[0],
        'module.staff["piet@example.nl"].aws_s3_bucket.home["piet@example.nl"]',
    ):
        run = begin(place, START, clock)
        run.append("finding", finding(0, address))
        run.commit(0, {})
    ids = [line_at(place.folder, index).record()["resource"]["id"] for index in (1, 4, 7)]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].count("commit:") == 2


def test_runs_at_once_make_one_commitment_of_a_name(tmp_path: Path) -> None:
    place, _ = new_log(tmp_path)
    runs = [begin(place, START, clock) for _ in range(2)]
    for run in runs:
        run.append("finding", finding(0, ADDRESSES[0]))
    for run in runs:
        run.commit(0, {})
    assert len(committed(place, "jan@example.nl")) == 1


def test_an_erased_salt_makes_the_name_unopenable_and_the_log_still_verifies(tmp_path: Path) -> None:
    place, key = new_log(tmp_path)
    run = begin(place, START, clock)
    run.append("finding", finding(0, ADDRESSES[0]))
    run.append("finding", finding(0, 'aws_s3_bucket.home["piet@example.nl"]'))
    run.commit(0, {})
    (commitment,) = committed(place, "jan@example.nl")
    assert commitment.encode() in _everything(place)
    assert erase(place, "jan@example.nl") == 1
    assert committed(place, "jan@example.nl") == []
    assert len(committed(place, "piet@example.nl")) == 1
    for path in [path for path in place.state.rglob("*") if path.is_file()]:
        assert b"jan@example.nl" not in path.read_bytes()
        assert commitment.encode() not in path.read_bytes()
    verified(place, key)
    again = begin(place, START, clock)
    again.append("finding", finding(0, ADDRESSES[0]))
    again.commit(0, {})
    assert committed(place, "jan@example.nl") != [commitment], "a new salt: the old one cannot be made again"


def test_ordinary_names_are_clear(tmp_path: Path) -> None:
    place, _ = new_log(tmp_path)
    run = begin(place, START, clock)
    run.append("finding", finding(0, 'module.a["eu.prod/x"].aws_s3_bucket.b["t\\"est"]'))
    run.commit(0, {})
    assert line_at(place.folder, 1).record()["resource"]["id"] == 'module.a["eu.prod/x"].aws_s3_bucket.b["t\\"est"]'
    assert not place.salts.exists()


def test_the_salt_of_an_input_is_kept_privately(tmp_path: Path) -> None:
    place, _ = new_log(tmp_path)
    run = begin(place, START, clock)
    run.keep_salt("tfplan.json", "hmac-sha256:" + "a" * 64, "5a17" * 16)
    run.append("input", {"label": "tfplan.json", "kind": "plan", "commitment": "hmac-sha256:" + "a" * 64})
    run.commit(0, {})
    assert b"5a17" * 16 in place.salts.read_bytes()
    assert b"5a17" * 16 not in _everything(place)


@settings(max_examples=60, deadline=None)
@given(
    user=st.text("abcdefghijklmnopqrstuvwxyz0123456789.-_+", min_size=8, max_size=20).filter(
        lambda text: text[0].isalnum()
    ),
    before=st.sampled_from(["", "x ", "(", 'a["', "arn:aws:s3:::b/", "<", "'", "a,", "\u00e9 "]),
    after=st.sampled_from(["", " y", ")", '"]', "/z", ">", ";", "\u2028"]),
)
def test_an_address_anywhere_in_a_text_is_hidden(
    tmp_path_factory: pytest.TempPathFactory, user: str, before: str, after: str
) -> None:
    place, key = new_log(tmp_path_factory.mktemp("names"))
    run = begin(place, START, clock)
    run.append("note", {"kind": "k", "subject": f"{before}{user}@example.nl{after}", "params": {}})
    run.commit(0, {})
    verified(place, key)
    assert f"{user}@example.nl".encode() not in _everything(place)


def test_records_of_a_log_without_such_names_are_not_slowed_by_salts(tmp_path: Path) -> None:
    place, _ = new_log(tmp_path)
    record_run(place, 10)
    assert not place.salts.exists()
