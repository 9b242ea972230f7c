"""What an input is that is not the JSON of a plan: the diagnosis, made only after reading it has failed.

Each row of a table is a way people really get this wrong, with a code whose prose names the cure. Only the kind of
thing and byte offsets ever leave this module, never a piece of the content.
"""

from __future__ import annotations

import re

__all__ = ["binary", "resembles_terraform", "text_after", "text_instead"]

HEAD = 65_536
"""Bytes that are looked at; a wrapper's or a log's noise is far shorter."""

_BINARY: tuple[tuple[bytes, str, dict[str, str]], ...] = (
    (b"PK\x03\x04", "zip-archive", {}),
    (b"tfplan", "binary-plan-old", {}),
    (b"\x1f\x8b", "compressed", {"format": "gzip", "command": "gzip -dc"}),
    (b"\x28\xb5\x2f\xfd", "compressed", {"format": "zstd", "command": "zstd -dc"}),
    (b"\xfd7zXZ\x00", "compressed", {"format": "xz", "command": "xz -dc"}),
    (b"BZh", "compressed", {"format": "bzip2", "command": "bzip2 -dc"}),
)
"""(first bytes, code, parameters). ``tfplan`` and a version byte: Terraform up to 0.11."""

_Rows = tuple[tuple[str, str], ...]
"""(a pattern of how the text begins, code), in this order; compiled only where a diagnosis is made."""

_NOISE: _Rows = (
    (r"\[command\]|::[a-z-]+(?: [^\n]*?)?::", "wrapper-noise"),
    (r"#<|<Objs ", "powershell-objects"),
    (r"time=[^\n]*\blevel=|\d\d:\d\d:\d\d\.\d+ +[A-Z]+ ", "terragrunt-log"),
)
"""Text that stands before a plan or instead of it: the cure is the same."""

_INSTEAD: _Rows = (
    (r"[╷│\s]*+(?:Error|Warning): |There are some problems with the CLI", "terraform-error-output"),
    (r"Usage: (?:terraform|tofu)\b|(?:Terraform|OpenTofu) has no command", "terraform-error-output"),
    (r"(?:Terraform|OpenTofu) (?:used the selected|will perform|planned the following)", "human-output"),
    (r"An execution plan has been|No changes\. |No state\.|The state file is empty|Note: Objects have", "human-output"),
    (r"Acquiring state lock|Running plan in |Refreshing (?:Terraform )?state", "human-output"),
    (r"\S[^\n]*: (?:Refreshing state\.\.\.|Reading\.\.\.|Read complete after)", "human-output"),
    (r"# [^\s:]+:\s*\n *resource \"", "human-output"),
    (r"(?i)<(?:!doctype|html|\?xml)", "looks-like-html"),
    (
        r"(?:\s++|(?:#|//)[^\n]*+)*+"
        r"(?:(?:resource|data|module|provider|variable|output|check|ephemeral)\s+\"?[\w-]+\"?"
        r"|terraform|locals|moved|import|removed)[^\n={]*\{",
        "looks-like-hcl",
    ),
    (r"(?m)(?:\s++|#[^\n]*+)*+(?:---\s*$|[\w.-]+:(?:\s|$))", "looks-like-yaml"),
)

_ANSI = r"\x1b\[[0-9;]*[A-Za-z]"
_WRAPPER_AFTER = rb"\s*(?:::[a-z-]+(?: [^\n]*?)?::|\[command\])"
_MARKS = (b'"format_version"', b'"terraform_version"', b'"lineage"', b'"encrypted_data"')


def binary(data: bytes) -> tuple[str, dict[str, str]] | None:
    """Return the code and parameters of something that is no text at all; None where it may be text."""
    for magic, code, params in _BINARY:
        if data.startswith(magic):
            if code == "zip-archive" and (b"tfplan" in data[:HEAD] or b"tfplan" in data[-HEAD:]):
                return "binary-plan", {}
            return code, params
    return None


def text_instead(data: bytes) -> str | None:
    """Return the code of text that stands where the JSON should; None where it is nothing we know."""
    text = re.sub(_ANSI, "", data[:HEAD].decode("utf-8", "replace")).lstrip()
    if (code := _first(_NOISE, text)) is not None:
        return code
    if resembles_terraform(data) and not text.startswith("{"):
        return "text-before-plan"
    return _first(_INSTEAD, text)


def _first(rows: _Rows, text: str) -> str | None:
    return next((code for pattern, code in rows if re.match(pattern, text)), None)


def text_after(rest: bytes) -> str:
    """Return the code of text that follows a complete JSON document."""
    return "wrapper-noise" if re.match(_WRAPPER_AFTER, rest) else "text-after-plan"


def resembles_terraform(data: bytes) -> bool:
    """Does the beginning hold a key that Terraform writes at the top of its JSON?"""
    head = data[:HEAD]
    return any(mark in head for mark in _MARKS)
