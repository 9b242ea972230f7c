"""``dpa-guard evidence`` in an auditor's hands: a log that may be hostile, pipes, terminals, and machines that read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from built_logs import BuiltLog
from dpa_guard.evidence import keys
from estate import agreement, run

MAIN = "import sys; from dpa_guard.cli import main; main(sys.argv[1:])"
READERS = {
    "verify": ["verify", "log"],
    "runs": ["runs", "log"],
    "show a run": ["show", "log", "--run", "01990000-0000-7000-8000-000000000002"],
    "show a record": ["show", "log", "--record", "4", "--format", "text"],
    "find": ["show", "log", "--find", "nobody"],
    "gaps": ["gaps", "log", "--max-gap", "P1D"],
    "prove": ["prove", "4", "log"],
    "export": ["export", "log", "--output", "out.zip"],
}
WITH_KEY = {"verify", "gaps", "export"}


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BuiltLog:
    """Three runs, in the current folder."""
    monkeypatch.chdir(tmp_path)
    built = BuiltLog(tmp_path / "log")
    for records in (3, 5, 300):
        built.add_run(records)
    return built


def _asked(name: str, log: BuiltLog) -> list[str]:
    return ["evidence", *READERS[name], *(["--key", str(log.verifier)] if name in WITH_KEY else [])]


# -- hostile logs -----------------------------------------------------------------------------------------------------


def _deep(log: BuiltLog) -> None:
    path = sorted((log.folder / "runs").iterdir())[1]
    lines = path.read_bytes().split(b"\n")
    lines[1] = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
    path.write_bytes(b"\n".join(lines))


def _sparse(log: BuiltLog) -> None:
    os.truncate(sorted((log.folder / "runs").iterdir())[1], 10_000_000_000)


def _linked(log: BuiltLog) -> None:
    path = sorted((log.folder / "runs").iterdir())[1]
    path.rename(log.folder.parent / "elsewhere")
    path.symlink_to(log.folder.parent / "elsewhere")


def _torn(log: BuiltLog) -> None:
    path = sorted((log.folder / "runs").iterdir())[1]
    path.write_bytes(path.read_bytes()[:-9])


def _no_utf8(log: BuiltLog) -> None:
    path = sorted((log.folder / "runs").iterdir())[1]
    path.write_bytes(path.read_bytes().replace(b'"subject":"0"', b'"subject":"\xff"'))


def _named(log: BuiltLog) -> None:
    (log.folder / "runs/a\nb\x1b[31m").write_bytes(b"")


@pytest.mark.parametrize("damage", [_deep, _sparse, _linked, _torn, _no_utf8, _named])
@pytest.mark.parametrize("name", READERS)
def test_a_hostile_log_ends_with_an_error_and_never_with_a_traceback(
    name: str, damage: Callable[[BuiltLog], None], log: BuiltLog
) -> None:
    damage(log)
    ran = run(*_asked(name, log))
    assert "Traceback" not in ran.output
    assert "This is a mistake in dpa-guard" not in ran.output
    assert "\x1b" not in ran.output
    if name in WITH_KEY:
        assert ran.exit_code == 4
        assert not Path("out.zip").exists()
    else:
        assert ran.exit_code in {0, 1, 2, 4}


@pytest.mark.parametrize("name", ["show a run", "show a record", "find"])
def test_damage_that_a_reader_meets_is_exit_code_4_with_the_file(name: str, log: BuiltLog) -> None:
    _torn(log)
    path = sorted((log.folder / "runs").iterdir())[1]
    if name == "show a record":
        path.write_bytes(path.read_bytes().replace(b'{"event"', b'{ "event"'))
    ran = run(*_asked(name, log))
    assert ran.exit_code == 4
    assert "does not verify: " in ran.stderr
    assert "dpa-guard evidence verify log" in ran.stderr


def test_what_comes_before_the_damage_is_still_shown(log: BuiltLog) -> None:
    _torn(log)
    ran = run("evidence", "show", "log", "--run", "01990000-0000-7000-8000-000000000002")
    assert [json.loads(line)["seq"] for line in ran.stdout.splitlines()] == [0, 1, 2, 3]


EVIL = "\x9b31mred \u202etxt.exe\u2028\x7f ::error::x \U000e0041"


@pytest.fixture
def evil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BuiltLog:
    """A log whose values want to steer a terminal."""
    monkeypatch.chdir(tmp_path)
    built = BuiltLog(tmp_path / "log")
    built.add_run(more=[{"event": "note", "kind": EVIL, "subject": EVIL, "params": {EVIL: EVIL}}])
    return built


@pytest.mark.parametrize("form", ["jsonl", "json", "text"])
def test_what_could_steer_a_terminal_is_shown_as_an_escape(form: str, evil: BuiltLog) -> None:
    shown = run("evidence", "show", evil.folder, "--record", 1, "--format", form).stdout
    assert [mark for mark in shown if not mark.isprintable() and mark != "\n"] == []
    if form == "text":
        assert "::error::" not in shown
    else:
        assert json.loads(shown)["subject"] == EVIL, "the same value, spelled otherwise"


def test_runs_of_a_hostile_log_stay_in_their_columns(log: BuiltLog) -> None:
    path = sorted((log.folder / "runs").iterdir())[0]
    lines = path.read_bytes().split(b"\n")
    start = json.loads(lines[0]) | {"kind": EVIL, "time": EVIL}
    end = json.loads(lines[2]) | {"event": "run.aborted", "reason": EVIL * 20}
    path.write_bytes(_line(start) + b"\n" + lines[1] + b"\n" + _line(end) + b"\n")
    listed = run("evidence", "runs", "log").stdout.splitlines()
    assert len(listed) == 5
    assert all(line.isprintable() and len(line) <= 80 for line in listed), listed


# -- pipes, machines, terminals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", ["show log --run 01990000-0000-7000-8000-000000000003", "runs log"])
def test_a_reader_that_goes_away_is_no_error(arguments: str, log: BuiltLog) -> None:
    assert log.leaves
    command = f"{sys.executable} -c '{MAIN}' evidence {arguments} | head -n 1; exit ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(ran.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "fields"),
    [
        (["init", "new", "--origin", "e.example/a"], {"origin", "key", "log", "state", "high_water", "signing_key"}),
        (["verify", "log"], {"status", "level", "size", "root", "not_checked", "notes", "faults"}),
        (["prove", "3", "log"], {"origin", "index", "size", "root", "leaf", "erased", "proof"}),
        (["show", "log", "--record", "3"], {"event", "kind", "run", "seq", "time", "v", "agreement", "tree"}),
        (["export", "log", "--output", "x.zip"], {"file", "origin", "size", "root", "agreements"}),
        (
            ["gaps", "log", "--max-gap", "P1D"],
            {"rule", "article", "verdict", "exit_code", "since", "until", "agreed", "kinds", "runs"}
            | {"gaps", "late", "aborted", "incomplete"},
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_every_command_answers_a_machine_too(arguments: list[str], fields: set[str], log: BuiltLog) -> None:
    more = ["--key", str(log.verifier)] if arguments[0] in WITH_KEY else []
    told = json.loads(run("evidence", *arguments, *more, "--format", "json").stdout)
    assert set(told) <= fields
    assert {"event", "agreement"} <= set(told) or set(told) == fields


def test_nothing_of_an_extension_is_loaded(log: BuiltLog) -> None:
    agreement(log.folder.parent, keys=[str(log.verifier)])
    program = (
        "import sys; from dpa_guard.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print([name for name in sys.modules if name.startswith('dpa_guard_')], file=sys.stderr)"
    )
    for arguments in READERS.values():
        ran = subprocess.run(
            [sys.executable, "-c", program, "evidence", *arguments], capture_output=True, text=True, check=False
        )
        assert ran.stderr.splitlines()[-1] == "[]", arguments


@pytest.mark.parametrize("command", ["init", "verify", "runs", "show", "gaps", "prove", "export"])
def test_help_teaches_with_exit_codes_and_an_example_in_eighty_columns(command: str) -> None:
    page = run("evidence", command, "--help").output
    assert "Exit codes:" in page
    assert f"dpa-guard evidence {command} " in page.partition("Examples:")[2]
    assert [line for line in page.splitlines() if len(line) > 80 and "dpa-guard evidence" not in line] == []


# -- keys -------------------------------------------------------------------------------------------------------------


def test_the_file_that_gave_the_key_is_named_also_where_the_log_is_bad(log: BuiltLog) -> None:
    agreement(log.folder.parent, "ours.toml", keys=[str(log.verifier)])
    assert "key    pinned by ours.toml" in run("evidence", "verify", "log", "--agreement", "ours.toml").output
    other = keys.generate(log.origin).verifier
    agreement(log.folder.parent, "agreement.toml", keys=[str(other)])
    ran = run("evidence", "verify", "log")
    assert ran.exit_code == 4
    assert "key    pinned by agreement.toml" in ran.output


@pytest.mark.parametrize("command", [["verify", "log"], ["gaps", "log"], ["export", "log", "--output", "x.zip"]])
def test_an_agreement_that_is_not_there_is_a_usage_error(command: list[str], log: BuiltLog) -> None:
    ran = run("evidence", *command, "--agreement", "none.toml", "--key", str(log.verifier))
    assert ran.exit_code == 2
    assert "none.toml" in ran.stderr


# -- prove ------------------------------------------------------------------------------------------------------------


def test_no_proof_is_printed_that_does_not_hold(log: BuiltLog) -> None:
    path = sorted((log.folder / "runs").iterdir())[1]
    path.write_bytes(path.read_bytes().replace(b'"subject":"0"', b'"subject":"1"'))
    ran = run("evidence", "prove", 4, "log", "--record", "4.json")
    assert (ran.exit_code, ran.stdout) == (4, "")
    assert "record 4" in ran.stderr
    assert not Path("4.json").exists()


def test_no_proof_is_made_from_tiles_that_lie_elsewhere(log: BuiltLog) -> None:
    (log.folder / "tile").rename("elsewhere")
    (log.folder / "tile").symlink_to(Path("elsewhere").absolute())
    assert run("evidence", "prove", 4, "log").exit_code == 4


def test_an_erased_record_is_proved_by_its_hash_and_has_no_line(log: BuiltLog) -> None:
    path = sorted((log.folder / "runs").iterdir())[1]
    lines = path.read_bytes().split(b"\n")
    lines[1] = b'{"event":"record.erased","leaf":"%s","v":1}' % log.leaves[4].hex().encode()
    path.write_bytes(b"\n".join(lines))
    told = json.loads(run("evidence", "prove", 4, "log", "--format", "json").stdout)
    assert (told["leaf"], told["erased"]) == (log.leaves[4].hex(), True)
    ran = run("evidence", "prove", 4, "log", "--record", "4.json")
    assert ran.exit_code == 2
    assert "erased" in ran.stderr


# -- export -----------------------------------------------------------------------------------------------------------


def test_an_export_replaces_a_file_only_where_that_is_asked(log: BuiltLog) -> None:
    asked = ["evidence", "export", "log", "--output", "x.zip", "--key", str(log.verifier)]
    Path("x.zip").write_bytes(b"mine")
    assert run(*asked).exit_code == 2
    assert Path("x.zip").read_bytes() == b"mine"
    assert run(*asked, "--force").exit_code == 0
    assert Path("x.zip").read_bytes()[:2] == b"PK"
    assert [path.name for path in Path().iterdir() if path.name.endswith(".tmp")] == []


def test_an_export_that_fails_leaves_the_old_file(log: BuiltLog) -> None:
    Path("x.zip").write_bytes(b"mine")
    _torn(log)
    ran = run("evidence", "export", "log", "--output", "x.zip", "--key", str(log.verifier), "--force")
    assert ran.exit_code == 4
    assert Path("x.zip").read_bytes() == b"mine"
    assert [path.name for path in Path().iterdir() if path.name.endswith(".tmp")] == []


def test_a_link_in_the_place_of_the_zip_is_not_followed(log: BuiltLog) -> None:
    Path("mine").write_bytes(b"mine")
    Path("x.zip").symlink_to("mine")
    asked = ["evidence", "export", "log", "--output", "x.zip", "--key", str(log.verifier)]
    assert run(*asked).exit_code == 2
    assert run(*asked, "--force").exit_code == 0
    assert Path("mine").read_bytes() == b"mine"


def test_an_agreement_that_no_run_was_held_against_is_said(log: BuiltLog) -> None:
    agreement(log.folder.parent, keys=[str(log.verifier)])
    ran = run("evidence", "export", "log", "--output", "x.zip")
    assert "no run of this log was held against this version" in " ".join(ran.output.split())


# -- gaps -------------------------------------------------------------------------------------------------------------


def _gaps(log: BuiltLog, *more: str) -> tuple[int, dict[str, Any]]:
    ran = run("evidence", "gaps", "log", "--key", str(log.verifier), "--max-gap", "P1D", "--format", "json", *more)
    return ran.exit_code, json.loads(ran.stdout) if ran.stdout else {}


def test_a_period_that_ends_before_it_begins_is_no_pass(log: BuiltLog) -> None:
    assert _gaps(log, "--from", "2026-02-01", "--to", "2026-01-01")[0] == 2
    assert _gaps(log, "--from", "2999-01-01")[0] == 2


def test_the_future_is_no_gap(log: BuiltLog) -> None:
    code, told = _gaps(log, "--to", "2999-01-01")
    assert code in {0, 1}
    assert str(told["until"]) < "2999"


def test_a_day_without_a_run_is_one_also_at_the_border_of_the_period(log: BuiltLog) -> None:
    """It lasts until the next run, whatever part of it is asked for."""
    code, told = _gaps(log, "--from", "2020-01-05", "--to", "2020-01-05")
    assert code == 2, "no day at all"
    code, told = _gaps(log, "--from", "2020-01-01", "--to", "2020-01-10")
    assert (code, told["verdict"]) == (1, "fail")
    (gap,) = told["gaps"]
    assert gap["until"] == "2026-11-24T09:00:00Z"


def test_gaps_without_a_pinned_key_never_pass(log: BuiltLog) -> None:
    assert log.leaves
    ran = run("evidence", "gaps", "log", "--max-gap", "P9999D", "--format", "json")
    assert (ran.exit_code, json.loads(ran.stdout)["verdict"]) == (3, "unknown")


def test_all_runs_of_a_kind_are_counted_and_many_lines_are_cut_with_a_word(tmp_path: Path) -> None:
    built = BuiltLog(tmp_path / "log")
    for _ in range(25):
        built.add_run(more=[{"event": "gap", "scope": "s", "reason": {"code": "c", "params": {}}}])
    ran = run("evidence", "gaps", built.folder, "--max-gap", "P9999D", "--key", str(built.verifier))
    assert ran.exit_code == 0
    assert ran.output.count("looked at in part") == 20
    assert "5 more before these" in ran.output
    told = json.loads(
        run(
            "evidence", "gaps", built.folder, "--max-gap", "P1D", "--key", str(built.verifier), "--format", "json"
        ).stdout
    )
    assert len(told["incomplete"]) == 25
