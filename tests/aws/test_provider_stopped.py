"""Ctrl-C in the middle of a scan: what waits is dropped, what is under way ends, and nothing is left running."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from aws_front import Asked, Front, front
from aws_scan import NOW, QUICK, credentials, part_of_table, scope, threads
from dpa_guard import Context, Coverage
from dpa_guard_aws import AwsProvider

REGIONS = ("eu-west-1", "eu-central-1", "eu-north-1", "eu-south-1", "eu-west-2", "eu-west-3", "us-east-1", "us-west-2")
CALLS = ("sqs.ListQueues", "sns.ListTopics", "sns.ListPlatformApplications", "dynamodb.ListTables", "kms.ListKeys")
PLANNED = len(REGIONS) * len(CALLS)
THREADS = 4


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Front, str]]:
    credentials(monkeypatch, tmp_path)
    with front() as (made, address):
        made.regions = dict.fromkeys(REGIONS, "ENABLED")
        yield made, address


@pytest.fixture
def provider(tmp_path: Path) -> AwsProvider:
    return AwsProvider(QUICK, str(part_of_table(tmp_path, CALLS)))


def lists(made: Front) -> int:
    return len([one for one in made.log if one.operation in {name.partition(".")[2] for name in CALLS}])


def left_running() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("scan")]


def test_a_signal_while_answers_are_waited_for(server: tuple[Front, str], provider: AwsProvider) -> None:
    made, address = server
    interrupted = threading.Event()

    def answer(asked: Asked) -> Response | None:
        if asked.service in ("sqs", "sns", "dynamodb", "kms") and not interrupted.is_set():
            interrupted.set()
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return None

    made.faults.append(answer)
    with threads(address, THREADS) as context, pytest.raises(KeyboardInterrupt):
        list(provider.collect(scope(), context))
    assert left_running() == []
    assert lists(made) < PLANNED


def test_an_interruption_while_answers_are_taken_in(server: tuple[Front, str], provider: AwsProvider) -> None:
    made, address = server

    def slowly(asked: Asked) -> Response | None:
        if asked.service in ("sqs", "sns", "dynamodb", "kms"):
            time.sleep(0.3)
        return None

    def say(message: str) -> None:
        if " calls, " in message:
            raise KeyboardInterrupt

    made.faults.append(slowly)
    with threads(address, THREADS, progress=say) as context, pytest.raises(KeyboardInterrupt) as stopped:
        list(provider.collect(scope(), context))
    assert left_running() == []
    assert lists(made) < PLANNED
    assert stopped.value.args == ()


def test_what_is_asked_beside_the_scan_ends_too(server: tuple[Front, str], provider: AwsProvider) -> None:
    made, address = server
    interrupted = threading.Event()
    left = threading.Event()

    def answer(asked: Asked) -> Response | None:
        if asked.service != "tagging":
            return None
        if not interrupted.is_set():
            interrupted.set()
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        left.wait(0.5)
        return None

    made.faults.append(answer)
    with threads(address, 1) as context, pytest.raises(KeyboardInterrupt):
        list(provider.collect(scope(), context))
    left.set()
    for thread in threading.enumerate():  # it is not waited for, and ends by itself
        if thread.name.startswith("dpa-guard"):
            thread.join(60)
    assert len([one for one in made.log if one.service == "tagging"]) < len(REGIONS)
    assert "config" not in {one.service for one in made.log}
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("dpa-guard")] == []


def test_a_consumer_that_stops_listening(server: tuple[Front, str], provider: AwsProvider) -> None:
    made, address = server
    with threads(address, THREADS) as context:
        said = provider.collect(scope(), context)
        next(iter(said))
        before = len(made.log)
        with pytest.raises(KeyboardInterrupt):
            said.throw(KeyboardInterrupt())  # type: ignore[attr-defined]  # a generator, which is what Ctrl-C meets
    assert len(made.log) == before
    assert left_running() == []


def test_without_an_executor_the_scan_is_made_in_the_callers_thread(
    server: tuple[Front, str], provider: AwsProvider
) -> None:
    made, address = server
    said = list(provider.collect(scope(), Context(lambda: NOW, transport=address)))
    assert {one.region for one in said if isinstance(one, Coverage)} == set(REGIONS)
    assert lists(made) == PLANNED
