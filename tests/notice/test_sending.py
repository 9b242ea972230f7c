"""Notices reach real servers on this machine, or it is said why not without a word of any secret."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from dpa_guard.config import Notify
from dpa_guard.notice.mail import send_mail
from dpa_guard.notice.not_sent import NotSent
from dpa_guard.notice.webhook import post
from receivers import HOST, PASSWORD, USER, certificate, mail_server, webhook

NOW = datetime(2026, 11, 25, 2, 17, tzinfo=UTC)
TEXT = "Zoë's emmer, 1 afwijking\n" + "x" * 2000 + "\n"
SECRETS = {"SMTP_USER": USER, "SMTP_PASSWORD": PASSWORD}


def _mail(port: int, **more: object) -> Notify:
    plain = Notify(to=("fg@acme.example",), from_="dpa-guard@acme.example", smtp=f"{HOST}:{port}")
    return replace(plain, **more)


def _with_login(port: int, **more: object) -> Notify:
    return _mail(port, username_env="SMTP_USER", password_env="SMTP_PASSWORD", **more)


def _send(notify: Notify, environment: dict[str, str]) -> None:
    if notify.webhook_env:
        post(notify, environment, b"{}")
    else:
        send_mail(notify, environment, "Subject", TEXT, NOW)


def _refused(notify: Notify, environment: dict[str, str]) -> str:
    with pytest.raises(NotSent) as refused:
        _send(notify, environment)
    said = f"{refused.value.message} {refused.value.hint} {refused.value!r} {refused.value.__cause__!r}"
    assert PASSWORD not in said
    assert "planted" not in said
    return refused.value.message


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate that this process trusts."""
    path = certificate(tmp_path / "mail.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy on the way to this machine."""
    monkeypatch.setenv("no_proxy", HOST)


# -- mail -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("implicit", [False, True])
def test_a_mail_is_encrypted_and_its_sender_logged_in(implicit: bool, trusted: Path) -> None:
    with mail_server(trusted, implicit=implicit) as box:
        notify = _with_login(box.port, tls="implicit" if implicit else "starttls", to=("a@x.example", "b@x.example"))
        send_mail(notify, SECRETS, "1 nieuwe afwijking: Zoë", TEXT, NOW)
    (message,) = box.messages
    assert (message["To"], message["Subject"]) == ("a@x.example, b@x.example", "1 nieuwe afwijking: Zoë")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == TEXT
    assert box.logins == [(USER, PASSWORD)]
    assert box.encrypted == [True]


def test_a_certificate_that_nobody_vouches_for_ends_it_before_the_password(tmp_path: Path) -> None:
    with mail_server(certificate(tmp_path / "mail.pem")) as box:
        assert _refused(_with_login(box.port), SECRETS) == "the server's certificate is not trusted"
    assert (box.messages, box.logins) == ([], [])


def test_a_server_without_starttls_gets_nothing_in_clear() -> None:
    with mail_server() as box:
        assert _refused(_with_login(box.port), SECRETS) == "the mail server offers no STARTTLS"
    assert (box.messages, box.logins) == ([], [])


def test_in_clear_only_where_that_is_asked_for() -> None:
    with mail_server() as box:
        send_mail(_mail(box.port, tls="none"), {}, "Subject", TEXT, NOW)
    assert box.encrypted == [False]


def test_a_wrong_password_is_said_and_not_repeated(trusted: Path) -> None:
    with mail_server(trusted) as box:
        said = _refused(_with_login(box.port), {**SECRETS, "SMTP_PASSWORD": f"{PASSWORD}-old"})
    assert said == "the mail server refuses the user name or the password"


@pytest.mark.parametrize("missing", ["SMTP_USER", "SMTP_PASSWORD"])
def test_a_variable_that_is_not_set_is_said_by_the_key_that_names_it(missing: str) -> None:
    said = _refused(_with_login(1), {**SECRETS, missing: ""})
    key = {"SMTP_USER": "username_env", "SMTP_PASSWORD": "password_env"}[missing]
    assert said == f"the environment variable that {key} names is not set"


def test_what_the_server_answers_is_told_by_its_number() -> None:
    with mail_server() as box:
        box.answer = f"451 {PASSWORD} later"
        assert _refused(_mail(box.port, tls="none"), {}) == "the mail server answered 451"


def test_a_receiver_that_is_refused_does_not_keep_it_from_the_others() -> None:
    with mail_server() as box:
        box.refused = {"gone@acme.example"}
        notify = _mail(box.port, tls="none", to=("fg@acme.example", "gone@acme.example"))
        with pytest.raises(NotSent, match="refuses 1 of 2 receivers") as refused:
            send_mail(notify, {}, "Subject", TEXT, NOW)
        assert refused.value.in_part
        assert len(box.messages) == 1
        only = replace(notify, to=("gone@acme.example",))
        assert _refused(only, {}) == "the mail server refuses every receiver"


def test_nobody_who_listens_is_said() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
    assert _refused(_mail(port), {}) == "the server refuses connections"


# -- webhook ----------------------------------------------------------------------------------------------------------

HOOK = Notify(webhook_env="HOOK")


def test_a_webhook_gets_the_document() -> None:
    with webhook() as hook:
        post(HOOK, {"HOOK": f" {hook.address}\n"}, b'{"text":"hello"}')
    assert hook.documents == [{"text": "hello"}]


@pytest.mark.parametrize("status", [302, 307, 400, 404, 410, 500])
def test_an_answer_that_is_no_yes_is_told_by_its_number_and_no_redirection_is_followed(status: int) -> None:
    with webhook() as hook:
        hook.status = status
        assert _refused(HOOK, {"HOOK": hook.address}) == f"the webhook answered {status}"
    assert hook.paths == ["/planted-secret-path-9Zk"]


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example/planted",
        "ftp://127.0.0.1/planted",
        "planted",
        "https//planted",
        "http://[planted",
        "file:///planted",
    ],
)
def test_an_address_that_would_go_in_clear_over_the_network_is_refused_and_not_repeated(address: str) -> None:
    assert _refused(HOOK, {"HOOK": address}).endswith("no address that begins with https://")


def test_a_webhook_without_its_variable_is_said() -> None:
    assert _refused(HOOK, {}) == "the environment variable that webhook_env names is not set"


def test_an_address_with_blanks_or_control_characters_is_an_error_without_it(tmp_path: Path) -> None:
    assert _refused(HOOK, {"HOOK": "http://127.0.0.1:1/planted path"}) == "it failed with InvalidURL"
    assert "planted" not in _refused(HOOK, {"HOOK": "http://127.0.0.1:1/planted"})
    assert not list(tmp_path.iterdir())
