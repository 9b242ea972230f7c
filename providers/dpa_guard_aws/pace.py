"""How fast: a token bucket for each (account, region, service), because that is where AWS throttles.

It begins brisk, halves when AWS throttles, and recovers slowly. Waiting happens where calls are handed out, never in a
worker: an account that is throttled holds nobody up.
"""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Pace", "Tokens"]


class Pace(Struct, frozen=True):
    """The numbers; tests make them small."""

    rate: float = 20.0
    """Requests a second to begin with."""
    burst: float = 40.0
    slowest: float = 0.5
    fastest: float = 100.0
    recovery: float = 0.05
    """Requests a second that each answer without throttling adds."""
    tries_throttled: int = 6
    tries_failed: int = 3
    pause: float = 0.5
    """Seconds before the second try; doubled before each further one."""
    under_way: int = 128
    """Requests handed out and not yet answered, at most."""
    lost_after: int = 40
    """So many failures on the way in a row, and it is asked whether there is any network."""


class Tokens:
    """One token bucket; times are seconds of a clock that only goes forward."""

    __slots__ = ("_pace", "_rate", "_tokens", "_when")

    def __init__(self, pace: Pace, now: float) -> None:
        self._pace = pace
        self._rate = pace.rate
        self._tokens = pace.burst
        self._when = now

    @property
    def rate(self) -> float:
        """Requests a second it gives out at most."""
        return self._rate

    def take(self, now: float) -> float:
        """Take a token and return 0.0, or return the seconds until there is one."""
        self._tokens = min(self._pace.burst, self._tokens + (now - self._when) * self._rate)
        self._when = now
        if self._tokens >= 1.0:
            self._tokens -= 1.0
            return 0.0
        return (1.0 - self._tokens) / self._rate

    def throttled(self) -> None:
        """Halve the rate, and give nothing out before one interval has passed."""
        self._rate = max(self._pace.slowest, self._rate / 2)
        self._tokens = min(self._tokens, 0.0)

    def answered(self) -> None:
        """Recover a little."""
        self._rate = min(self._pace.fastest, self._rate + self._pace.recovery)
