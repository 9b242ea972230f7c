"""The one error of the evidence code: what was offered is not what the format allows, or does not verify."""

from __future__ import annotations

from dpa_guard.errors import DpaGuardError


class EvidenceError(DpaGuardError):
    """Evidence, a key or a proof that is refused; ``code`` is stable, listed in ``docs/evidence-format.md``."""
