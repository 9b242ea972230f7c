"""Proof files: one record's place, provable without the log."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from built_logs import BuiltLog
from dpa_guard.evidence import EvidenceError
from dpa_guard.evidence.proof import check_proof, format_proof, make_proof, parse_proof
from dpa_guard.evidence.read import line_at
from dpa_guard.evidence.tiles import Tile, nodes


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> BuiltLog:
    built = BuiltLog(tmp_path_factory.mktemp("proof") / "log")
    for records in (3, 254, 50):
        built.add_run(records)
    return built


def _proof(log: BuiltLog, index: int) -> bytes:
    def read(tile: Tile) -> bytes:
        return Path(log.folder / tile.path).read_bytes()

    note = log.checkpoint()
    return format_proof(make_proof(index, note, nodes(len(log.leaves), read)))


@pytest.mark.parametrize("index", [0, 1, 255, 256, 257, 306])
def test_a_proof_holds_for_its_record_and_for_no_other(log: BuiltLog, index: int) -> None:
    proof = _proof(log, index)
    line = line_at(log.folder, index).data
    assert check_proof(proof, line, [log.verifier])[0] == index
    assert format_proof(parse_proof(proof)) == proof
    with pytest.raises(EvidenceError):
        check_proof(proof, line_at(log.folder, (index + 1) % 307).data, [log.verifier])


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(st.data())
def test_a_proof_with_any_byte_changed_is_refused(log: BuiltLog, data: st.DataObject) -> None:
    proof = _proof(log, 255)
    line = line_at(log.folder, 255).data
    at = data.draw(st.integers(0, len(proof) - 1))
    flip = data.draw(st.integers(1, 255))
    with pytest.raises(EvidenceError):
        check_proof(proof[:at] + bytes([proof[at] ^ flip]) + proof[at + 1 :], line, [log.verifier])


def test_there_is_no_proof_of_what_is_not_there(log: BuiltLog) -> None:
    with pytest.raises(EvidenceError, match="record"):
        _proof(log, 307)
    with pytest.raises(EvidenceError, match="307"):
        line_at(log.folder, 307)
