"""``dpa-guard demo``: the whole of it on a stand-in, with nobody's credentials; and each thing that can go wrong."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import dpa_guard
from dpa_guard.cli import demo as command
from dpa_guard.report.prose import rows
from golden import expect, stable
from transcript import call

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden" / "demo"
KEY, SECRET = "AKIAPLANTEDPLANTED00", "PLANTEDSECRETOFSOMEBODY"
_WATCH = """
import os, sys

def _note(event, args):
    if event in ("socket.connect", "socket.sendto"):
        said = args[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        said = args[0]
    else:
        return
    with open(os.environ["WATCHED"], "a") as file:
        file.write(repr((os.getpid(), event, said)) + chr(10))

sys.addaudithook(_note)
"""
"""Of every Python process that begins: whom it connects to, and which names it looks up."""


class Done(NamedTuple):
    """A demo that has ended."""

    code: int
    stdout: str
    stderr: str
    folder: Path
    watched: list[tuple[int, str, Any]]


def environment(folder: Path) -> dict[str, str]:
    """Somebody's environment, with credentials in it, in which every process tells whom it speaks to."""
    (folder / "watch").mkdir()
    (folder / "watch/sitecustomize.py").write_text(_WATCH, encoding="utf-8")
    profile = f"[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\nregion = us-west-2\n"
    (folder / "credentials").write_text(profile, encoding="utf-8")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(folder / "watch"),
        "WATCHED": str(folder / "watched"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_SESSION_TOKEN": SECRET,
        "AWS_REGION": "us-west-2",
        "DPA_GUARD_SIGNING_KEY": SECRET,
        "HTTPS_PROXY": "http://192.0.2.1:3128",
        "NO_PROXY": "*",
    }


def watched(folder: Path) -> list[tuple[int, str, Any]]:
    file = folder / "watched"
    return [eval(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def program(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-c", "from dpa_guard.cli import main; main()", "demo", *arguments]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Run it once as a user does, from an empty folder."""
    folder = tmp_path_factory.mktemp("demo")
    home = tmp_path_factory.mktemp("home")
    ran = subprocess.run(program(), cwd=folder, env=environment(home), capture_output=True, text=True, check=False)
    return Done(ran.returncode, ran.stdout, ran.stderr, folder / "dpa-guard-demo", watched(home))


def shown(text: str, done: Done) -> str:
    """Return what was shown, without what differs from run to run."""
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:<port>", stable(text, done.folder.parent))
    text = re.sub(r"run [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "run <id>", text)
    text = re.sub(r"\bmoto [\d.]+\d", "moto <version>", text)
    text = re.sub(r"mrk-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "mrk-<id>", text)
    # The folder's length decides where this sentence is broken.
    recorded = r"RECORDED  run <id> in\s+(\S+);\s+the\s+log\s+holds\s+(\d+)\s+records\."
    text = re.sub(recorded, r"RECORDED  run <id> in \1; the log holds \2 records.", text)
    return re.sub(r"(root   )\S{44}", r"\1<root>", text)


@pytest.mark.slow
def test_the_page_is_the_reviewed_one(done: Done) -> None:
    page = f"{shown(done.stdout, done)}--- standard error\n{shown(done.stderr, done)}--- exit code {done.code}\n"
    expect(GOLDEN / "whole.txt", page)


@pytest.mark.slow
def test_every_line_but_what_is_to_be_copied_fits_eighty_columns(done: Done) -> None:
    wide = [line for line in done.stdout.splitlines() if len(line) > 80]
    to_copy = ("arn:aws:", "dpa-guard ", str(done.folder.parent))
    assert [line for line in wide if not any(one in line for one in to_copy)] == []


@pytest.mark.slow
def test_no_process_spoke_to_anybody_but_this_machine_and_looked_up_no_name(done: Done) -> None:
    spoken_to = {said[0] if isinstance(said, tuple) else said for _, _, said in done.watched}
    assert spoken_to == {"127.0.0.1"}


@pytest.mark.slow
def test_nothing_of_somebodys_credentials_is_shown_or_left_behind(done: Done) -> None:
    left = {file: file.read_bytes() for file in done.folder.rglob("*") if file.is_file()}
    assert [file for file, data in left.items() if KEY.encode() in data or SECRET.encode() in data] == []
    assert KEY not in done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.slow
def test_the_commands_that_it_names_next_work_as_they_are_written(done: Done, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(done.folder.parent)
    named = re.findall(r"^  dpa-guard (.*)$", done.stdout.partition("Try next:")[2], flags=re.MULTILINE)
    assert len(named) == 7
    for line in named:
        if line.split()[0] not in ("demo", "scan"):
            ran = call(*line.split())
            assert ran.exit_code == 0, f"{line}: {ran.output}"
            assert ran.stdout


@pytest.mark.slow
def test_the_log_holds_the_run_and_verifies(done: Done) -> None:
    ran = call("evidence", "runs", str(done.folder / "evidence"), "--format", "json")
    (run,) = [json.loads(line) for line in ran.stdout.splitlines()][:1]
    assert "scan" in json.dumps(run)
    agreement = str(done.folder / "agreement.toml")
    assert call("evidence", "verify", str(done.folder / "evidence"), "--agreement", agreement).exit_code == 0


@pytest.mark.slow
def test_the_readme_shows_what_it_prints(done: Done) -> None:
    """Line by line and in order, parts left out where it says ``[...]``; what differs from run to run is left out."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (page,) = re.findall(r"```console\n(.*?)```", readme, flags=re.DOTALL)
    printed = iter(shown(done.stdout, done).splitlines())
    said = [
        shown(line, done)
        for line in page.splitlines()
        if line not in {"", "[...]"} and not line.startswith(("taken at", "RECORDED", "agreement  ", " " * 10 + "/"))
    ]
    assert len(said) > 20
    assert [line for line in said if line not in printed] == []
    assert [line for line in page.splitlines() if len(line) > 80] == []


@pytest.mark.slow
def test_again_in_dutch_it_makes_a_second_run_by_the_agreement_as_it_is_now(
    done: Done, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(done.folder.parent)
    agreement = done.folder / "agreement.toml"
    as_it_was = agreement.read_text(encoding="utf-8")
    agreement.write_text(as_it_was.replace('countries = ["GB"]', 'countries = ["GB", "US"]'), encoding="utf-8")
    try:
        again = call("demo", "--lang", "nl")
    finally:
        agreement.write_text(as_it_was, encoding="utf-8")
    assert again.exit_code == 0, again.output
    assert "wordt opnieuw gebruikt" in again.stderr
    assert "records in 2 runs" in again.stdout
    assert "TOEGESTAAN" in again.stdout
    fails = again.stdout.partition("TOEGESTAAN")[0]
    assert "kievit-rosters-copy" not in fails, "is authorised now"
    assert "trail/kievit-trail" in fails, "is no S3"
    assert "Probeer nu:" in again.stdout


# -- what can be in its way ----------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_moto_it_names_what_to_install_and_leaves_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dpa_guard.demo.server.find_spec", lambda name: None if name == "moto" else name)
    ran = call("demo")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr == (
        "error: the demo needs moto's server, which stands in for AWS; not installed: moto\n"
        '  pip install "dpa-guard[aws,demo]"\n'
    )
    assert list(here.iterdir()) == []


def test_a_folder_with_something_else_in_it_is_left_alone(here: Path) -> None:
    (here / "mine").mkdir()
    (here / "mine/thesis.txt").write_text("my own\n", encoding="utf-8")
    ran = call("demo", "--into", "mine")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr == (
        "error: mine: expected a new or empty folder, or one of an earlier demo; found other files\n"
        "  name another folder with --into DIR\n"
    )


@pytest.mark.usefixtures("here")
def test_a_server_that_does_not_start_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    ran = call("demo")
    assert ran.exit_code == 2
    assert "error: the stand-in for AWS did not start (it ended with status 1)\n" in ran.stderr


def test_an_agreement_that_was_broken_since_is_told_and_no_verdict_given(here: Path) -> None:
    from dpa_guard.demo.folder import prepare

    prepare(here / "dpa-guard-demo")
    (here / "dpa-guard-demo/agreement.toml").write_text('schema = "dpa-guard/agreement/1"\nmistake = 1\n', "utf-8")
    ran = call("demo")
    assert ran.exit_code == 2
    assert "mistake" in ran.stderr
    assert "Try next:" not in ran.stdout


def _until(file: Path, text: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while text not in (file.read_text(encoding="utf-8") if file.exists() else "") and time.monotonic() < until:
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_ends_its_server_and_the_log_says_so(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    with (tmp_path / "stderr").open("wb") as said:
        running = subprocess.Popen(
            program(), cwd=folder, env=environment(tmp_path), stdout=subprocess.DEVNULL, stderr=said
        )
        try:
            _until(tmp_path / "stderr", "scanning")
            _begun(folder / "dpa-guard-demo/evidence.state", tmp_path / "watched")
            running.send_signal(number)
            assert running.wait(60) == 130
        finally:
            running.kill()
            running.wait()
    assert "interrupted: no verdict is given" in (tmp_path / "stderr").read_text(encoding="utf-8")
    port = re.search(r"http://127\.0\.0\.1:(\d+)", (tmp_path / "stderr").read_text(encoding="utf-8"))
    assert port is not None
    assert _nobody_listens(int(port[1]))
    listed = call("evidence", "runs", str(folder / "dpa-guard-demo/evidence"))
    assert "aborted" in listed.stdout


def _begun(state: Path, watch: Path) -> None:
    """Wait until the run has begun, which is durable before anything is looked at, and until something is looked at."""
    until = time.monotonic() + 60
    while not any(file.stat().st_size for file in (state / "spool").rglob("*")) and time.monotonic() < until:
        time.sleep(0.05)
    before = watch.stat().st_size
    while watch.stat().st_size == before and time.monotonic() < until:
        time.sleep(0.05)


def _nobody_listens(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


# -- what it says --------------------------------------------------------------------------------------------------


def test_every_sentence_of_the_demo_is_said_and_every_code_has_one() -> None:
    table = Path(dpa_guard.__file__).with_name("report").joinpath("prose", "demo.csv")
    known = {row["code"] for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines())}
    source = Path(str(command.__file__)).read_text(encoding="utf-8")
    quoted = set(re.findall(r'"([a-z-]+)"', source))
    said = {code for code in known if code in quoted}
    said |= {f"{before}-{code}" for before in ("file", "try", "step") for code in quoted}
    assert known <= said
    assert {f"try-{code}" for code, _ in _rows("_TRY")} | {f"file-{code}" for code, _ in _rows("_FILES")} <= known
    assert {("demo", code) for code in known} <= set(rows())


def _rows(name: str) -> Iterator[tuple[str, Any]]:
    import importlib

    yield from getattr(importlib.import_module("dpa_guard.cli.demo"), name)
