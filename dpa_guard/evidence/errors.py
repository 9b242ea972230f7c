"""The errors of the evidence code: what is refused, and what cannot be recorded."""

from __future__ import annotations

from dpa_guard.errors import DpaGuardError


class EvidenceError(DpaGuardError):
    """Evidence, a key or a proof that is refused; ``code`` is stable, listed in ``docs/evidence-format.md``."""


class EvidenceUnavailable(EvidenceError):
    """A run that cannot be made durable in its log; without it no verdict is given (exit code 4)."""
