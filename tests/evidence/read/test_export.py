"""The copy for somebody else: what was verified, all of it, nothing more, and always the same bytes."""

from __future__ import annotations

import io
import shutil
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from built_logs import BuiltLog
from dpa_guard.evidence import keys
from dpa_guard.evidence.proof import check_proof
from dpa_guard.evidence.read import Log
from dpa_guard.evidence.read.export import write_export
from dpa_guard.evidence.verify import verify


def exported(log: BuiltLog, size: int | None = None, name: str = "x", more: tuple[Path, ...] = ()) -> zipfile.ZipFile:
    target = io.BytesIO()
    other = keys.generate(log.origin).verifier  # pinned beside it: a log that changed its key has two
    write_export(log.folder, target, name, len(log.leaves) if size is None else size, [other, log.verifier], more)
    return zipfile.ZipFile(target)


@pytest.fixture
def log(tmp_path: Path) -> BuiltLog:
    built = BuiltLog(tmp_path / "log")
    digest = sha256(b"long").hexdigest()
    built.add_run(more=[{"event": "note", "kind": "k", "subject": {"blob": digest, "length": 4}, "params": {}}])
    built.add_run(300, packed=True)
    built.add_run(4)
    (built.folder / "blob").mkdir(exist_ok=True)
    (built.folder / "blob" / digest).write_bytes(b"long")
    return built


def unpacked(pack: zipfile.ZipFile, folder: Path) -> Path:
    pack.extractall(folder)
    return folder


def test_the_log_in_it_verifies_and_is_the_same_byte_for_byte(log: BuiltLog, tmp_path: Path) -> None:
    copy = unpacked(exported(log), tmp_path / "out") / "x/log"
    assert verify(copy, [log.verifier]).status == "verified"
    assert {path.relative_to(copy): path.read_bytes() for path in copy.rglob("*") if path.is_file()} == {
        path.relative_to(log.folder): path.read_bytes() for path in log.folder.rglob("*") if path.is_file()
    }


def test_the_bundles_hold_every_record_behind_its_length(log: BuiltLog) -> None:
    pack = exported(log)
    names = sorted(name for name in pack.namelist() if "tile/entries" in name)
    assert names == ["x/tlog/tile/entries/000", "x/tlog/tile/entries/001.p/51"]
    data, records = b"".join(pack.read(name) for name in names), []
    while data:
        length = int.from_bytes(data[:2], "big")
        records.append(data[2 : 2 + length])
        data = data[2 + length :]
    assert records == [line.data for line in Log(log.folder).all_lines()]


def test_what_was_committed_since_it_was_verified_is_left_out(log: BuiltLog, tmp_path: Path) -> None:
    size = len(log.leaves)
    log.add_run(7)
    folder = unpacked(exported(log, size), tmp_path / "out") / "x"
    found = verify(folder / "log", [log.verifier])
    assert (found.status, found.size, found.notes) == ("verified", size, [])
    assert (folder / "tlog/checkpoint").read_bytes() == (folder / "log/checkpoint").read_bytes()


def test_what_an_interrupted_commit_left_is_not_in_it(log: BuiltLog, tmp_path: Path) -> None:
    (log.folder / ".tmp").mkdir(exist_ok=True)
    (log.folder / ".tmp/checkpoint").write_bytes(b"half")
    (log.folder / "blob" / sha256(b"later").hexdigest()).write_bytes(b"later")
    tail = log.folder / f"runs/{len(log.leaves):020}-01990000-0000-7000-8000-00000000ffff.jsonl"
    tail.write_bytes(b"half a run")
    copy = unpacked(exported(log), tmp_path / "out") / "x/log"
    assert verify(copy, [log.verifier]).notes == []


def test_a_checkpoint_that_was_signed_and_not_yet_published_counts(log: BuiltLog, tmp_path: Path) -> None:
    (log.folder / "checkpoint").write_bytes(log.checkpoint(303))
    copy = unpacked(exported(log), tmp_path / "out") / "x/log"
    assert (copy / "checkpoint").read_bytes() == log.checkpoint()


def test_the_proof_in_it_stands_alone_and_the_policy_names_the_key_that_signed(log: BuiltLog) -> None:
    pack = exported(log)
    (proof,) = [name for name in pack.namelist() if name.endswith(".tlog-proof")]
    line = pack.read(proof.replace(".tlog-proof", ".json"))
    assert check_proof(pack.read(proof), line, [log.verifier])[0] == len(log.leaves) - 1
    assert pack.read("x/policy").decode() == f"log {log.verifier}\nquorum none\n"


def test_the_same_log_gives_the_same_zip(log: BuiltLog, tmp_path: Path) -> None:
    copied = shutil.copytree(log.folder, tmp_path / "elsewhere/log")
    first, second = io.BytesIO(), io.BytesIO()
    write_export(log.folder, first, "x", len(log.leaves), [log.verifier], [])
    write_export(Path(copied), second, "x", len(log.leaves), [log.verifier], [])
    assert first.getvalue() == second.getvalue()


def test_agreements_are_named_by_their_digest_and_counted(tmp_path: Path) -> None:
    log = BuiltLog(tmp_path / "log")
    text = b'schema = "dpa-guard/agreement/1"\n'
    for folder, data in (("a", text), ("b", text + b"#")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "agreement.toml").write_bytes(data)
    path = log.add_run(2)
    path.write_bytes(path.read_bytes().replace(b"0" * 64, sha256(text).hexdigest().encode()))
    both = (tmp_path / "a/agreement.toml", tmp_path / "b/agreement.toml")
    target = io.BytesIO()
    made = write_export(log.folder, target, "x", 2, [log.verifier], both)
    assert [one.runs for one in made] == [1, 0]
    names = [name for name in zipfile.ZipFile(target).namelist() if "/agreement/" in name]
    assert names == [f"x/agreement/{sha256(data).hexdigest()}-agreement.toml" for data in (text, text + b"#")]


@pytest.mark.parametrize(
    ("name", "folder"),
    [("..", "evidence"), (".", "evidence"), ("a\nb/..c", "a-b-..c"), ("é", "evidence"), ("Q3", "Q3")],
)
def test_no_name_leads_out_of_the_zip(tmp_path: Path, name: str, folder: str) -> None:
    pack = exported(BuiltLog(tmp_path / "log"), name=name)
    assert {each.partition("/")[0] for each in pack.namelist()} == {folder}


def test_everybody_may_read_what_unzip_makes_of_it(log: BuiltLog) -> None:
    assert {member.external_attr >> 16 for member in exported(log).infolist()} == {0o100644}
