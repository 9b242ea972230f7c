"""``dpa-guard evidence``, as an auditor types it: on a copy, offline, with whatever may be wrong about it."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from msgspec import Struct

from estate import agreement, plan, run

ORIGIN = "evidence.example/fictional/ci-1"


class Copy(Struct):
    """A copy of a log, and the key that was given with it."""

    folder: Path
    key: str


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    """Two recorded runs, copied to where the auditor works: nothing else of the processor is there."""
    home = tmp_path / "processor"
    home.mkdir()
    monkeypatch.chdir(home)
    made = run("evidence", "init", "log", "--origin", ORIGIN)
    (key,) = re.findall(r'log_keys = \["([^"]+)"\]', made.output)
    agreement(home)
    plan(home, "eu-west-1", "us-east-1")
    for _ in range(2):
        assert run("plan", "tfplan.json", "--evidence", "log").exit_code == 1
    work = tmp_path / "auditor"
    work.mkdir()
    shutil.copytree(home / "log", work / "copy")
    monkeypatch.chdir(work)
    return Copy(work / "copy", key)


def test_a_copy_verifies_with_the_pinned_key(copy: Copy) -> None:
    ran = run("evidence", "verify", "copy", "--key", copy.key)
    assert ran.exit_code == 0
    assert ran.output.startswith("verified")
    assert "not checked: truncation" in ran.output
    assert "level  L1" in ran.output


@pytest.mark.usefixtures("copy")
def test_without_a_key_it_says_so_and_ends_with_3() -> None:
    ran = run("evidence", "verify", "copy")
    assert ran.exit_code == 3
    assert ran.output.startswith("key not pinned")
    assert "level  L0" in ran.output


def test_the_key_may_come_from_the_agreement(copy: Copy) -> None:
    agreement(copy.folder.parent, keys=[copy.key])
    ran = run("evidence", "verify", "copy")
    assert ran.exit_code == 0
    assert "pinned by agreement.toml" in ran.output


def test_a_changed_record_is_named_with_its_file(copy: Copy) -> None:
    path = sorted((copy.folder / "runs").iterdir())[1]
    lines = path.read_bytes().split(b"\n")
    at = next(number for number, line in enumerate(lines) if b'"verdict":"fail"' in line)
    lines[at] = lines[at].replace(b'"verdict":"fail"', b'"verdict":"pass"')
    path.write_bytes(b"\n".join(lines))
    ran = run("evidence", "verify", "copy", "--key", copy.key)
    assert ran.exit_code == 4
    assert "verified" not in ran.output.split()
    (number,) = {int(path.name[:20]) + at}
    assert re.search(rf"{re.escape(path.name[:20])}.*\n?.*record\s+{number}:", ran.output)
    told = json.loads(run("evidence", "verify", "copy", "--key", copy.key, "--format", "json").stdout)
    assert (told["status"], told["level"]) == ("bad", None)
    assert (told["faults"][0]["file"], told["faults"][0]["record"]) == (f"runs/{path.name}", number)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--key", "hunter2"], "--key"),
        (["--known", "missing"], "cannot be read"),
        (["--known", "garbage"], "no checkpoint of this log"),
        (["--known", "other"], "evidence.example/fictional/other"),
        (["--agreement", "missing.toml"], "missing.toml"),
    ],
)
def test_what_was_typed_wrong_ends_with_2_and_one_line(copy: Copy, arguments: list[str], words: str) -> None:
    (copy.folder.parent / "garbage").write_bytes(b"\xff\x00")
    other = copy.folder.parent / "elsewhere"
    run("evidence", "init", other, "--origin", "evidence.example/fictional/other")
    shutil.copy(other / "checkpoint", copy.folder.parent / "other")
    ran = run("evidence", "verify", "copy", *arguments)
    assert ran.exit_code == 2, ran.output
    assert words in ran.output
    assert "Traceback" not in ran.output


def test_a_checkpoint_that_was_kept_tells_a_log_that_grew_from_one_that_was_cut_or_rewritten(copy: Copy) -> None:
    old = sorted((copy.folder / "checkpoints").iterdir())[1]
    kept = shutil.copy(copy.folder / "checkpoint", copy.folder.parent / "kept")
    grown = run("evidence", "verify", "copy", "--key", copy.key, "--known", old, "--known", kept)
    assert grown.exit_code == 0
    assert "CONSISTENT" in grown.output
    assert "not checked: truncation" not in grown.output
    for path in [*(copy.folder / "runs").iterdir(), *(copy.folder / "checkpoints").iterdir()]:
        if path.name[:20] > old.name or (path.parent.name == "runs" and path.name[:20] == old.name):
            path.unlink()
    (copy.folder / "checkpoint").write_bytes(old.read_bytes())
    for tile in (copy.folder / "tile/0/000.p").iterdir():
        if int(tile.name) > int(old.name):
            tile.unlink()
    cut = run("evidence", "verify", "copy", "--key", copy.key)
    assert cut.exit_code == 0, cut.output
    assert "not checked: truncation" in cut.output
    known = run("evidence", "verify", "copy", "--key", copy.key, "--known", kept)
    assert known.exit_code == 4
    assert "TRUNCATED" in known.output


def test_only_what_was_added_since_the_last_visit_may_be_read(copy: Copy) -> None:
    old = sorted((copy.folder / "checkpoints").iterdir())[1]
    ran = run("evidence", "verify", "copy", "--key", copy.key, "--since", old)
    assert ran.exit_code == 0
    assert f"not checked: records before {int(old.name)}" in ran.output
    assert "not checked: truncation" not in ran.output
    assert run("evidence", "verify", "copy", "--key", copy.key, "--since", "missing").exit_code == 2


@pytest.mark.usefixtures("copy")
def test_runs_are_listed_and_shown_by_the_beginning_of_their_id() -> None:
    listed = run("evidence", "runs", "copy").output.splitlines()
    assert len(listed) == 4
    assert all(len(line) <= 80 for line in listed)
    begins = listed[1].split()[-1]
    shown = run("evidence", "show", "copy", "--run", begins)
    assert shown.exit_code == 0
    assert json.loads(shown.stdout.splitlines()[0])["event"] == "run.start"
    as_json = [json.loads(line) for line in run("evidence", "runs", "copy", "--format", "json").stdout.splitlines()]
    assert as_json[0]["run"].startswith(begins)
    assert (
        "run.end" in run("evidence", "show", "copy", "--record", as_json[0]["records"] - 1, "--format", "text").output
    )
    assert run("evidence", "show", "copy", "--record", 10_000).exit_code == 2
    assert run("evidence", "show", "copy", "--run", "ffff").exit_code == 2
    assert run("evidence", "show", "copy", "--find", "nobody").exit_code == 1
    assert run("evidence", "show", "copy").exit_code == 2


def test_a_proof_is_made_and_stands_alone(copy: Copy) -> None:
    from dpa_guard.evidence.note import parse_verifier_key
    from dpa_guard.evidence.proof import check_proof

    proved = run("evidence", "prove", 3, "copy", "--record", "3.json")
    assert proved.exit_code == 0
    line = (copy.folder.parent / "3.json").read_bytes()
    assert check_proof(proved.stdout_bytes, line, [parse_verifier_key(copy.key)])[0] == 3
    assert run("evidence", "prove", 3, "copy", "--record", "3.json").exit_code == 2, "never written over"
    assert run("evidence", "prove", 1000, "copy").exit_code == 2


def test_an_export_holds_the_log_and_the_agreement_and_nothing_private(copy: Copy) -> None:
    agreement(copy.folder.parent, keys=[copy.key])
    ran = run("evidence", "export", "copy", "--output", "q3.zip")
    assert ran.exit_code == 0, ran.output
    with zipfile.ZipFile("q3.zip") as pack:
        names = pack.namelist()
        pack.extractall("out")
    assert {"q3/VERIFY.md", "q3/policy", "q3/log/checkpoint"} <= set(names)
    assert [name for name in names if name.endswith("-agreement.toml")]
    assert any(name.startswith("q3/tlog/tile/entries/") for name in names)
    assert not any(word in name for name in names for word in ("key", "salt", "state", "spool"))
    assert run("evidence", "verify", "out/q3/log", "--key", copy.key).exit_code == 0
    assert run("evidence", "export", "copy", "--output", "q3.zip").exit_code == 2
    first = Path("q3.zip").read_bytes()
    run("evidence", "export", "copy", "--output", "again/q3.zip")
    assert not Path("again").exists()
    Path("again").mkdir()
    run("evidence", "export", "copy", "--output", "again/q3.zip")
    assert Path("again/q3.zip").read_bytes() == first, "the same log gives the same zip"


def test_an_auditor_who_names_the_export_and_not_the_log_in_it_is_told_where_it_is(copy: Copy) -> None:
    assert run("evidence", "export", "copy", "--output", "q3.zip", "--key", copy.key).exit_code == 0
    with zipfile.ZipFile("q3.zip") as pack:
        pack.extractall()
    packed, unpacked = (run("evidence", "verify", name, "--key", copy.key) for name in ("q3.zip", "q3"))
    assert (packed.exit_code, unpacked.exit_code) == (2, 2)
    assert "unpack an export" in packed.stderr
    assert "name 'q3/log'" in unpacked.stderr
    (copy.folder / "checkpoint").unlink()
    assert run("evidence", "verify", "copy", "--key", copy.key).exit_code == 4, "a log without its checkpoint is one"


def test_a_log_that_does_not_verify_is_not_exported(copy: Copy) -> None:
    path = sorted((copy.folder / "runs").iterdir())[0]
    path.write_bytes(path.read_bytes()[:-10])
    ran = run("evidence", "export", "copy", "--output", "x.zip", "--key", copy.key)
    assert ran.exit_code == 4
    assert not Path("x.zip").exists()
    assert run("evidence", "gaps", "copy", "--max-gap", "P1D", "--key", copy.key).exit_code == 4


def test_gaps_are_found_against_what_was_agreed(copy: Copy) -> None:
    agreement(copy.folder.parent, keys=[copy.key])
    assert run("evidence", "gaps", "copy").exit_code == 0
    past = run("evidence", "gaps", "copy", "--from", "2020-01-01", "--to", "2020-01-10")
    assert past.exit_code == 1
    assert "GAP   2020-01-01 00:00Z to 20" in past.output
    told = json.loads(run("evidence", "gaps", "copy", "--from", "2020-01-01", "--format", "json").stdout)
    assert told["gaps"][0]["hours"] > 24 * 365
    assert run("evidence", "gaps", "copy", "--max-gap", "soon").exit_code == 2


@pytest.mark.usefixtures("copy")
def test_where_nothing_was_agreed_gaps_cannot_be_told() -> None:
    ran = run("evidence", "gaps", "copy")
    assert ran.exit_code == 2
    assert "--max-gap" in ran.output


@pytest.mark.usefixtures("copy")
@pytest.mark.parametrize("command", ["verify", "runs", "gaps"])
def test_a_folder_that_is_no_log_is_one_line(command: str) -> None:
    more = ["--max-gap", "P1D"] if command == "gaps" else []
    for folder in ("missing", "empty"):
        Path("empty").mkdir(exist_ok=True)
        ran = run("evidence", command, folder, *more)
        assert ran.exit_code in {2, 4}, (folder, ran.output)
        assert "Traceback" not in ran.output


def test_init_prints_what_to_do_next_and_never_the_private_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = run("evidence", "init", "deep/log", "--origin", ORIGIN)
    assert made.exit_code == 0
    assert "PRIVATE" not in made.output
    assert "log_keys = [" in made.output
    assert all(len(line) <= 80 or "log_keys" in line for line in made.output.splitlines()), made.output
    again = run("evidence", "init", "deep/log", "--origin", ORIGIN)
    assert again.exit_code == 2
    assert "found one" in again.output
    assert run("evidence", "init", "x", "--origin", "no origin").exit_code == 2
    assert run("evidence", "init", "x").exit_code == 2
    assert run("evidence", "verify", "deep/log").output.startswith("key not pinned  deep/log: empty")
