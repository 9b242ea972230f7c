"""The demo's environment: nobody's credentials go out, and nothing goes anywhere but to the stand-in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dpa_guard.cli.demo_surroundings import nobodys, surrounded
from listening import Listening

PLANTED = "PLANTEDSECRETOFSOMEBODY"
KEY = "AKIAPLANTEDPLANTED00"


@pytest.fixture
def listening() -> Iterator[Listening]:
    server = Listening()
    yield server
    server.close()


@pytest.fixture
def somebody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment with somebody's credentials in every place that an SDK looks at."""
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    keys = f"aws_access_key_id = {KEY}\naws_secret_access_key = {PLANTED}\naws_session_token = {PLANTED}\n"
    config.write_text(f"[default]\n{keys}endpoint_url = https://10.0.0.1\n[profile work]\n{keys}", encoding="utf-8")
    credentials.write_text(f"[default]\n{keys}[work]\n{keys}", encoding="utf-8")
    home = tmp_path / "home"
    (home / ".aws").mkdir(parents=True)
    for name, file in (("config", config), ("credentials", credentials)):
        (home / ".aws" / name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (home / ".boto").write_text(f"[Credentials]\n{keys}", encoding="utf-8")
    for name, value in {
        "HOME": str(home),
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        "AWS_PROFILE": "work",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": PLANTED,
        "AWS_SESSION_TOKEN": PLANTED,
        "AWS_ENDPOINT_URL_S3": "https://10.0.0.2",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://10.0.0.3",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(config),
        "AWS_ROLE_ARN": "arn:aws:iam::999999999999:role/somebody",
        "BOTO_CONFIG": str(home / ".boto"),
        "DPA_GUARD_SIGNING_KEY": PLANTED,
        "https_proxy": "http://10.0.0.4",
        "NO_PROXY": "*",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("somebody")
def test_requests_carry_the_demos_own_key_and_nothing_of_somebodys(listening: Listening) -> None:
    from botocore.exceptions import ClientError
    from botocore.session import Session

    with surrounded(listening.address):
        for service, operation in (("sts", "get_caller_identity"), ("s3", "list_buckets"), ("kms", "list_keys")):
            client = Session().create_client(service, "eu-central-1")
            with pytest.raises(ClientError):
                getattr(client, operation)()
    assert len(listening.heard) == 3
    assert [one for one in listening.heard if KEY in one or PLANTED in one] == []
    assert [one for one in listening.heard if "Credential=testing/" not in one] == []


@pytest.mark.usefixtures("somebody")
@pytest.mark.parametrize("url", ["https://sts.eu-central-1.amazonaws.com", "http://s3.amazonaws.com"])
def test_a_request_to_aws_itself_gets_no_further_than_the_stand_in(listening: Listening, url: str) -> None:
    """Also from a client with an address of its own: the stand-in is the proxy, and no name is looked up."""
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.session import Session

    with surrounded(listening.address):
        client = Session().create_client(
            "sts", "eu-central-1", endpoint_url=url, config=Config(retries={"total_max_attempts": 1})
        )
        with pytest.raises((ClientError, BotoCoreError)):
            client.get_caller_identity()
    (heard,) = listening.heard
    assert heard.startswith("CONNECT sts." if url.startswith("https") else "POST http://s3.amazonaws.com")
    assert KEY not in heard
    assert PLANTED not in heard


@pytest.mark.usefixtures("somebody")
def test_everything_is_put_back_with_an_error_as_well(listening: Listening) -> None:
    before = dict(os.environ)
    with pytest.raises(KeyError), surrounded(listening.address):
        os.environ.setdefault("LEFT", os.environ["AWS_PROFILE"])
    assert dict(os.environ) == before


@pytest.mark.usefixtures("somebody")
def test_nothing_of_somebodys_is_in_the_environment_that_the_server_gets() -> None:
    kept = nobodys(os.environ)
    assert [name for name, value in kept.items() if value in (KEY, PLANTED) or value.startswith(("http", "arn:"))] == []
    assert kept["PATH"] == os.environ["PATH"]


def test_no_region_is_taken_from_somebodys_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "cn-north-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "cn-north-1")
    assert [name for name in nobodys(os.environ) if "REGION" in name] == []
