"""The evidence log of article 11.3: what was looked at and found, kept so that a stranger can check it.

Nothing here is cryptography of our own. Records are RFC 8785 JSON, the tree is RFC 6962, tiles, checkpoints, signed
notes and proofs follow C2SP; ``docs/evidence-format.md`` is the specification, enough to write a verifier from.
"""

from __future__ import annotations

from dpa_guard.evidence.errors import EvidenceError, EvidenceUnavailable

VARIABLE = "DPA_GUARD_SIGNING_KEY"
"""The environment variable that holds the signing key where no file does; only the command line reads it."""

__all__ = ["VARIABLE", "EvidenceError", "EvidenceUnavailable"]
