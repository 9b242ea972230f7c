"""Does a key hold a secret? Then it is refused, and its value is repeated nowhere."""

from __future__ import annotations

import re
from typing import Any

SECRET_ADVICE = (
    "a secret does not belong in this file; take it out, replace it where it is valid, and let the provider find it "
    "by workload identity, a profile or the environment"
)

_NAME = re.compile(
    r"passw(or)?d|passphrase|secret|token|credential|authorization|connection_?string"
    r"|(access|api|private|account|storage|signing|master|app)_?keys?(_|$)|^(sas|pwd|keys?)$"
)
_POINTS_ELSEWHERE = re.compile(r"(_|^)(file|path|env|variable|name|arn)$")
"""``token_file`` names where a secret is, and is none."""
_VALUE = re.compile(
    r"\b(AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY|\bgh[pousr]_\w{20,}|\beyJ[\w-]{20,}\.[\w-]+\."
)
_DEEPEST = 20


def holds_secret(key: str, value: Any, depth: int = 0) -> bool:
    """Does the key's name, or a name or a value inside it, look like a secret?"""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower().replace("-", "_")
    if _NAME.search(name) and not _POINTS_ELSEWHERE.search(name) and not isinstance(value, bool):
        return True
    if isinstance(value, str):
        return bool(_VALUE.search(value))
    if depth > _DEEPEST:
        return True
    if isinstance(value, dict):
        return any(holds_secret(k, v, depth + 1) for k, v in value.items())
    return isinstance(value, list) and any(holds_secret("", v, depth + 1) for v in value)
