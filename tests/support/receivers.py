"""A mail server and a webhook on this machine, which keep what they get and refuse when they are told to."""

from __future__ import annotations

import json
import socket
import ssl
from asyncio import Server
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

USER, PASSWORD = "dpa-guard", "planted-password-7Qx"
HOST = "127.0.0.1"


class Mailbox:
    """What a mail server was given, and how it is to behave."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.logins: list[tuple[str, str]] = []
        self.encrypted: list[bool] = []
        self.refused: set[str] = set()
        """Receivers that are refused."""
        self.answer = "250 taken"
        self.port = 0

    async def handle_RCPT(  # the name is aiosmtpd's
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # as above
        if self.answer.startswith("2"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
            self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return self.answer


@contextmanager
def mail_server(certificate: Path | None = None, *, implicit: bool = False) -> Iterator[Mailbox]:
    """Run a mail server; with a certificate it offers STARTTLS and a login, or speaks TLS from the first byte."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult, LoginPassword

    box = Mailbox()

    def login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        box.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=box.logins[-1] == (USER, PASSWORD), handled=False)

    class AnyPort(Controller):
        """Takes a port that is free; it is known once the server listens, and one call makes it begin."""

        def _trigger_server(self) -> None:
            assert isinstance(self.server, Server)
            box.port = self.port = self.server.sockets[0].getsockname()[1]
            with socket.create_connection((HOST, self.port), 10):
                pass

    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    tls: dict[str, Any] = {"ssl_context": context} if implicit else {"tls_context": context}
    server = AnyPort(
        box, hostname=HOST, port=0, authenticator=login, auth_require_tls=not implicit, server_hostname="mail", **tls
    )
    server.start()
    try:
        yield box
    finally:
        server.stop()


class Hook:
    """What a webhook was given, and what it answers."""

    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.status = 200
        self.address = ""


@contextmanager
def webhook() -> Iterator[Hook]:
    """Run a webhook whose path is a secret."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            hook.paths.append(self.path)
            if hook.status < 300:
                hook.documents.append(json.loads(data))
            self.send_response(hook.status)
            if hook.status in {301, 302, 307, 308}:
                self.send_header("Location", f"http://{HOST}:{server.server_port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer((HOST, 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    hook.address = f"http://{HOST}:{server.server_port}/planted-secret-path-9Zk"
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def certificate(path: Path) -> Path:
    """Write a certificate for this machine with its key, and return the file: whoever trusts it may take it as root."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import NameOID

    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path
