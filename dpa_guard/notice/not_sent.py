"""A notice that could not be sent: why, in words that hold no address of a webhook, no password and no answer."""

from __future__ import annotations

from dpa_guard.errors import DpaGuardError

__all__ = ["TIMEOUT", "NotSent", "why"]

TIMEOUT = 10.0
"""Seconds for each step; the run is over by then, and nobody should wait long for a server that hangs."""


class NotSent(DpaGuardError):
    """It could not be sent, and waits for the next run."""

    def __init__(self, reason: str, *, in_part: bool = False) -> None:
        super().__init__("notice-not-sent", reason)
        self.in_part = in_part
        """Did some receivers get it? Then it is not sent again: they would have it twice, and every night."""


def why(error: Exception) -> str:
    """Return what kind of failure it was; its message may quote an address or what a server said, and is left out."""
    import socket
    import ssl

    reason = getattr(error, "reason", None)  # urllib wraps the failure
    cause = reason if isinstance(reason, Exception) else error
    for kind, words in (
        (ssl.SSLCertVerificationError, "the server's certificate is not trusted"),
        (ssl.SSLError, "no secure connection came about"),
        (TimeoutError, "the server did not answer in time"),
        (ConnectionRefusedError, "the server refuses connections"),
        (socket.gaierror, "the server's name is not known"),
    ):
        if isinstance(cause, kind):
            return words
    return f"it failed with {type(cause).__name__}"
