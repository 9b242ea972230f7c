"""Every key of a ``[[notify]]`` table of ``dpa-guard.toml``, and what its keys mean together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from dpa_guard import config as types
from dpa_guard.toml_file import Report, kinds
from dpa_guard.toml_file.fields import Field, Kind, Many, Table
from dpa_guard.toml_file.mistakes import KeyPath, shown

__all__ = ["NOTIFY", "OTHER_NAMES", "check_notify"]

OTHER_NAMES = {
    "notification": "notify",
    "notifications": "notify",
    "notice": "notify",
    "mail": "to",
    "email": "to",
    "recipients": "to",
    "sender": "from",
    "server": "smtp",
    "host": "smtp",
    "user_env": "username_env",
    "webhook": "webhook_env",
    "webhook_url": "webhook_env",
    "url": "webhook_env",
    "events": "on",
    "language": "lang",
    "kinds": "runs",
}

_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"
_SERVER = r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}"
_VARIABLE = r"[A-Z_][A-Z0-9_]*"


def _address(text: str) -> str:
    if not re.fullmatch(_ADDRESS, text):
        raise ValueError(f'{shown(text)} is not a mail address; expected one like "privacy@example.nl"')
    return text


def _server(text: str) -> str:
    if not re.fullmatch(_SERVER, text) or not 0 < int(text.rpartition(":")[2]) < 65536:
        raise ValueError(f'{shown(text)} is not a mail server with its port; expected one like "mail.example.nl:587"')
    return text


def _variable(text: str) -> str:
    if not re.fullmatch(_VARIABLE, text):  # not repeated: it may well be the secret itself
        raise ValueError(
            "expected the name of an environment variable in capitals, like DPA_GUARD_WEBHOOK, found something else"
        )
    return text


ADDRESS = Kind("a mail address", str, _address, {"type": "string", "pattern": f"^{_ADDRESS}$"})
SERVER = Kind('host:port, like "mail.example.nl:587"', str, _server, {"type": "string", "pattern": f"^{_SERVER}$"})
VARIABLE = Kind("the name of an environment variable", str, _variable, {"type": "string", "pattern": f"^{_VARIABLE}$"})

NOTIFY = Table(
    name="notify",
    doc="Whom to tell what is new since the last recorded run, by mail or webhook. Needs a log to compare with.",
    fields=(
        Field("to", Many(ADDRESS), "By mail: to whom"),
        Field("from", ADDRESS, "By mail: the sender", attr="from_"),
        Field("smtp", SERVER, "By mail: the server with its port"),
        Field(
            "tls",
            kinds.one_of(("starttls", "implicit", "none")),
            "By mail: starttls where absent; implicit from the first byte; none sends in clear, and takes no password",
        ),
        Field("username_env", VARIABLE, "By mail: the environment variable that holds the user name"),
        Field("password_env", VARIABLE, "By mail: the environment variable that holds the password"),
        Field("webhook_env", VARIABLE, "By webhook: the environment variable that holds its address, a secret"),
        Field("on", Many(kinds.one_of(types.NOTICE_EVENTS)), "What is told; absent: all of it"),
        Field("runs", Many(kinds.one_of(("scan", "plan"))), "After which runs; absent: scans"),
        Field("lang", kinds.one_of(("en", "nl")), "The language; absent: English"),
    ),
    into=types.Notify,
)


def check_notify(entries: Iterable[tuple[KeyPath, Mapping[str, Any]]], report: Report) -> None:
    """Note what the keys of each table do not say together: one way to send, and no password in clear."""
    broken = {path[:2] for path in report.paths()}
    for path, entry in entries:
        if path in broken:
            continue  # a key that was refused is not missing
        by_mail = [key for key in ("to", "from", "smtp", "tls", "username_env", "password_env") if key in entry]
        if "webhook_env" in entry:
            if by_mail:
                text = f'"{by_mail[0]}" is for mail and "webhook_env" for a webhook; write a [[notify]] for each'
                report.add((*path, by_mail[0]), "bad-combination", text)
            continue
        if not by_mail:
            report.add(path, "missing", 'says no way to send: expected "to", "from" and "smtp", or "webhook_env"')
            continue
        for key in ("to", "from", "smtp"):
            if key not in entry:
                report.add(path, "missing", f'"{key}" is missing: a mail needs "to", "from" and "smtp"')
        if ("username_env" in entry) != ("password_env" in entry):
            report.add(path, "missing", '"username_env" and "password_env" belong together; one of them is missing')
        if entry.get("tls") == "none" and "password_env" in entry:
            text = 'with "none" the password would be sent in clear; use "starttls" or "implicit"'
            report.add((*path, "tls"), "bad-combination", text)
