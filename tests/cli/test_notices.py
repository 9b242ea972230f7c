"""Whole runs with ``[[notify]]``: what is new is told once, what could not be told is told with the next run."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from dpa_guard.evidence.verify import verify
from dpa_guard.evidence.write import LogPlace, begin
from estate import agreement, plan, run
from receivers import HOST, Hook, Mailbox, certificate, mail_server, webhook
from written_logs import START as START_OF_RUN

ORIGIN = "evidence.example/fictional/ci-1"
START = 'schema = "dpa-guard/config/1"\n[[agreement]]\nfile = "agreement.toml"\n'
Night = Callable[..., Result]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an agreement and a log."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DPA_GUARD_SIGNING_KEY", raising=False)
    monkeypatch.setenv("no_proxy", HOST)
    assert run("evidence", "init", "log", "--origin", ORIGIN).exit_code == 0
    agreement(tmp_path)
    return tmp_path


@pytest.fixture
def hook(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    """A webhook that the configuration of the folder names."""
    _configure(here, 'webhook_env = "HOOK"\n')
    with webhook() as made:
        monkeypatch.setenv("HOOK", made.address)
        yield made


def _configure(folder: Path, notify: str, more: str = "") -> None:
    text = f'{START}evidence = "log"\n[[notify]]\nruns = ["plan"]\n{notify}{more}'
    (folder / "dpa-guard.toml").write_text(text, encoding="utf-8")


def _night(folder: Path, *regions: str, key: str = "", more: tuple[str, ...] = ()) -> Result:
    plan(folder, *regions, key=key)
    return run("plan", "tfplan.json", *more)


def _told(hook: Hook) -> dict[str, int]:
    """The numbers of the newest run in the newest document."""
    return dict(hook.documents[-1]["runs"][0]["numbers"])


def test_what_is_new_is_told_once(here: Path, hook: Hook) -> None:
    assert _night(here, "eu-west-1", "us-east-1").exit_code == 1
    assert _told(hook) == {"fail": 1}
    ran = _night(here, "eu-west-1", "us-east-1")
    assert (ran.exit_code, ran.stderr) == (1, "")
    assert len(hook.documents) == 1, "a second night with nothing new sends nothing"
    assert _night(here, "eu-west-1", "us-east-1", "eu-central-2").exit_code == 1
    assert _told(hook) == {"fail": 1}
    (change,) = hook.documents[-1]["runs"][0]["changes"]
    assert (change["subject"], change["before"], change["now"]) == ("aws_s3_bucket.b2", "", "fail")
    assert "CH" in change["places"]
    assert "=> " in hook.documents[-1]["text"], "the cure"


def test_mended_and_no_longer_seen_are_told_apart(here: Path, hook: Hook) -> None:
    _night(here, "us-east-1", "us-east-1")
    _night(here, "eu-west-1")
    assert _told(hook) == {"mended": 1, "gone": 1}
    told = {
        one["event"]: (one["subject"], one["before"], one["now"]) for one in hook.documents[-1]["runs"][0]["changes"]
    }
    assert told == {"mended": ("aws_s3_bucket.b0", "fail", "pass"), "gone": ("aws_s3_bucket.b1", "fail", "")}


def test_a_verdict_that_changed_says_what_it_was(here: Path, hook: Hook) -> None:
    _night(here, "eu-nowhere-1")
    _night(here, "us-east-1")
    assert _told(hook) == {"fail": 1}
    assert hook.documents[-1]["runs"][0]["changes"][0]["before"] == "unknown"


def test_the_proof_is_the_head_of_the_log(here: Path, hook: Hook) -> None:
    _night(here, "us-east-1")
    head = verify(here / "log")
    evidence = hook.documents[0]["evidence"]
    assert (evidence["log"], evidence["size"]) == (ORIGIN, head.size)
    assert evidence["root"] in hook.documents[0]["text"]


def test_what_could_not_be_sent_is_kept_and_sent_with_the_next_run(here: Path, hook: Hook) -> None:
    hook.status = 500
    ran = _night(here, "us-east-1")
    assert ran.exit_code == 1, "the verdict is its own"
    (line,) = ran.stderr.splitlines()
    assert (
        line == "notice: A-1: not sent to the webhook: the webhook answered 500; it is kept, and sent with the next run"
    )
    assert stat.S_IMODE((here / "log.state/notices.json").stat().st_mode) == 0o600
    _night(here, "us-east-1", "us-west-2")
    hook.status = 200
    _night(here, "us-east-1", "us-west-2")
    (document,) = hook.documents
    assert [one["numbers"] for one in document["runs"]] == [{"fail": 1}, {"fail": 1}]
    assert [one["changes"][0]["subject"] for one in document["runs"]] == ["aws_s3_bucket.b1", "aws_s3_bucket.b0"]
    _night(here, "us-east-1", "us-west-2")
    assert len(hook.documents) == 1


def test_no_secret_is_printed_recorded_or_kept(here: Path, hook: Hook) -> None:
    hook.status = 404
    ran = _night(here, "us-east-1", more=("-v",))
    hook.status = 200
    again = _night(here, "us-east-1", more=("--format", "json"))
    assert hook.documents
    written = b"".join(path.read_bytes() for path in here.rglob("*") if path.is_file())
    assert b"planted" not in written + (ran.output + ran.stderr + again.output + again.stderr).encode()
    assert "planted" not in json.dumps(hook.documents)


def test_a_name_that_may_be_personal_is_told_as_the_log_has_it(here: Path, hook: Hook) -> None:
    soon = (datetime.now(UTC) + timedelta(days=3)).date()
    exclusion = (
        f'[[exclusion]]\nwhat = {{ resource = "x/jan@example.nl" }}\nreason = "r"\nowner = "o"\nreview_by = {soon}\n'
    )
    _configure(here, 'webhook_env = "HOOK"\n', exclusion)
    _night(here, "us-east-1", key="jan@example.nl")
    (document,) = hook.documents
    assert "jan@example" not in json.dumps(document)
    assert document["runs"][0]["changes"][0]["subject"].startswith('aws_s3_bucket.b0["commit:')
    assert "commit:" in document["runs"][0]["endings"][0]["name"]
    assert "evidence show" in document["text"]


def test_what_ends_soon_is_told_once_at_each_threshold(here: Path, hook: Hook) -> None:
    def _ends_in(days: int) -> None:
        day = (datetime.now(UTC) + timedelta(days=days)).date()
        path = agreement(here)
        path.write_text(
            f'{path.read_text("utf-8")}\n[[authorisation]]\nid = "T-1"\ncountries = ["US"]\ngranted_on = 2020-01-01\n'
            f"expires_on = {day}\n",
            "utf-8",
        )

    _ends_in(40)
    _night(here, "eu-west-1")
    assert hook.documents == []
    for _ in range(2):
        _ends_in(20)
        _night(here, "eu-west-1")
    assert _told(hook) == {"expiring": 1}
    assert len(hook.documents) == 1
    assert "T-1" in hook.documents[0]["text"]


def test_without_a_record_there_is_nothing_to_compare_with(here: Path, hook: Hook) -> None:
    ran = _night(here, "us-east-1", more=("--no-evidence",))
    assert ran.exit_code == 1
    assert ran.stderr == (
        "notice: A-1: none is sent: this run is not recorded, so there is nothing to compare it with\n"
    )
    assert hook.documents == []


def test_only_the_runs_that_are_named_are_told_and_scans_where_none_are(here: Path, hook: Hook) -> None:
    (here / "dpa-guard.toml").write_text(
        f'{START}evidence = "log"\n[[notify]]\nwebhook_env = "HOOK"\n', encoding="utf-8"
    )
    ran = _night(here, "us-east-1")
    assert (ran.exit_code, ran.stderr, hook.documents) == (1, "", [])


def test_only_what_is_asked_for_is_told(here: Path, hook: Hook) -> None:
    _configure(here, 'webhook_env = "HOOK"\non = ["unknown", "gone"]\n')
    _night(here, "us-east-1")
    assert hook.documents == []
    _night(here)
    assert _told(hook) == {"gone": 1}


def test_a_new_gap_is_told_and_what_an_incomplete_run_did_not_see_is_not_gone(here: Path, hook: Hook) -> None:
    _night(here, "us-east-1", "us-west-2")
    path = plan(here, "us-east-1")
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, "complete": False}), encoding="utf-8")
    for _ in range(2):
        assert run("plan", "tfplan.json").exit_code == 1
    assert _told(hook) == {"gap": 1}
    assert len(hook.documents) == 2
    _night(here, "us-east-1", "us-west-2")
    assert len(hook.documents) == 2, "both were known before the run that saw one of them"
    _night(here, "us-east-1")
    assert _told(hook) == {"gone": 1}


def test_news_of_a_run_that_told_nothing_is_told_by_the_next(here: Path, hook: Hook) -> None:
    """As where the process is killed between its commit and its notice."""
    _night(here, "eu-west-1")
    (here / "silent.toml").write_text(f'{START}evidence = "log"\n', encoding="utf-8")
    _night(here, "eu-west-1", "us-east-1", more=("--config", "silent.toml"))
    assert hook.documents == []
    _night(here, "eu-west-1", "us-east-1")
    assert _told(hook) == {"fail": 1}


def test_runs_of_other_scopes_are_not_compared(here: Path, hook: Hook) -> None:
    scopes = "".join(f'[[scope]]\nname = "{name}"\nprovider = "terraform"\n' for name in ("one", "two"))
    _configure(here, 'webhook_env = "HOOK"\n', scopes)
    for name, region in (("one", "us-east-1"), ("two", "eu-west-1"), ("one", "us-east-1"), ("two", "eu-west-1")):
        _night(here, region, more=("--scope", name))
    (document,) = hook.documents
    assert document["runs"][0]["scopes"] == ["one"]


def test_a_missed_run_is_told(here: Path, hook: Hook) -> None:
    place = LogPlace.at(here / "log")
    begin(place, START_OF_RUN, lambda: datetime.now(UTC) - timedelta(days=3)).commit(0, {})
    _night(here, "eu-west-1")
    assert _told(hook) == {"missed": 2}
    assert "No whole run was recorded from" in " ".join(hook.documents[0]["text"].split())


def test_state_that_cannot_be_read_is_said_and_changes_no_verdict(here: Path, hook: Hook) -> None:
    (here / "log.state/notices.json").write_text("[", encoding="utf-8")
    ran = _night(here, "eu-west-1")
    assert ran.exit_code == 0
    assert "notices.json: expected what was told already" in ran.stderr
    assert hook.documents == []


@pytest.fixture
def box(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server that the configuration of the folder names, in Dutch."""
    pem = certificate(here / "mail.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with mail_server(pem) as made:
        mail = f'to = ["fg@acme.example"]\nfrom = "dpa-guard@acme.example"\nsmtp = "{HOST}:{made.port}"\nlang = "nl"\n'
        _configure(here, mail)
        yield made


def test_a_mail_in_dutch(here: Path, box: Mailbox) -> None:
    _night(here, "us-east-1", "eu-nowhere-1")
    (message,) = box.messages
    assert message["Subject"] == "dpa-guard, overeenkomst A-1: nieuwe afwijkingen: 1, nieuw onbekend: 1"
    text = message.get_content()
    for words in ("NIEUWE AFWIJKINGEN: 1", "aws_s3_bucket.b0", "us-east-1 (Verenigde Staten)", f"logboek {ORIGIN}"):
        assert words in " ".join(text.split())
    assert box.encrypted == [True]
