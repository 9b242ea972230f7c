"""A notice by mail (RFC 5321 with STARTTLS, RFC 3207, or TLS from the first byte, RFC 8314)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from dpa_guard.config import Notify
from dpa_guard.notice.not_sent import TIMEOUT, NotSent, why

if TYPE_CHECKING:
    import smtplib
    from collections.abc import Iterator
    from email.message import EmailMessage

__all__ = ["send_mail"]


def send_mail(notify: Notify, environment: Mapping[str, str], subject: str, text: str, now: datetime) -> None:
    """Send it to all receivers; raises NotSent where it went to none of them, or to some only."""
    import smtplib

    login = _login(notify, environment)
    message = _message(notify, subject, text, now)
    try:
        with _session(notify) as session:
            if login is not None:
                session.login(*login)
            refused = session.send_message(message)
    except smtplib.SMTPAuthenticationError:
        raise NotSent("the mail server refuses the user name or the password") from None
    except smtplib.SMTPRecipientsRefused:
        raise NotSent("the mail server refuses every receiver") from None
    except smtplib.SMTPNotSupportedError:
        raise NotSent(
            "the mail server offers no STARTTLS" if notify.tls == "starttls" else "the mail server takes no login"
        ) from None
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"the mail server answered {error.smtp_code}") from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotSent(why(error)) from None
    if refused:
        raise NotSent(f"the mail server refuses {len(refused)} of {len(notify.to)} receivers", in_part=True)


def _login(notify: Notify, environment: Mapping[str, str]) -> tuple[str, str] | None:
    if not notify.username_env:
        return None
    for key, name in (("username_env", notify.username_env), ("password_env", notify.password_env)):
        if not environment.get(name):
            raise NotSent(f"the environment variable that {key} names is not set")
    return environment[notify.username_env], environment[notify.password_env]


@contextmanager
def _session(notify: Notify) -> Iterator[smtplib.SMTP]:
    """Connect, encrypted unless ``none`` is asked for."""
    import smtplib
    import ssl

    host, _, port = notify.smtp.rpartition(":")
    host = host.strip("[]")
    us = notify.from_.rpartition("@")[2]  # else smtplib looks its own name up, and may wait for that
    if notify.tls == "implicit":
        secure = ssl.create_default_context()
        with smtplib.SMTP_SSL(host, int(port), us, timeout=TIMEOUT, context=secure) as session:
            yield session
        return
    with smtplib.SMTP(host, int(port), us, timeout=TIMEOUT) as session:
        if notify.tls == "starttls":
            session.starttls(context=ssl.create_default_context())
        yield session


def _message(notify: Notify, subject: str, text: str, now: datetime) -> EmailMessage:
    from email.message import EmailMessage
    from email.utils import format_datetime

    message = EmailMessage()
    message["From"] = notify.from_
    message["To"] = ", ".join(notify.to)
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine replies
    message.set_content(text)
    return message
