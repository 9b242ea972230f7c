"""Ed25519 (RFC 8032) so strict that every implementation gives the same answer.

Libraries differ on keys and signatures that no honest signer makes: points of small order, coordinates that are not
reduced, S beyond the group order. A processor could make a signature with them that he shows as valid to one party and
as invalid to another. All of these are refused here, before a library is asked. The equation is the one without
cofactor: [S]B = R + [k]A.
"""

from __future__ import annotations

from dpa_guard.evidence.errors import EvidenceError

KEY_LENGTH = 32
SIGNATURE_LENGTH = 64

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = 37095705934669439343138083508754565189542113879843219016388785533085940283555
_Y_OF_ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL_ORDER = frozenset({0, 1, _P - 1, _Y_OF_ORDER_8, _P - _Y_OF_ORDER_8})
"""The y coordinates of the eight points whose order divides 8; the sign of x only chooses between them."""


def check_public_key(public: bytes) -> None:
    """Return where 32 bytes are a public key that all implementations take; raise EvidenceError ``key-weak``."""
    if len(public) != KEY_LENGTH:
        raise EvidenceError("key-weak", f"expected an Ed25519 public key of {KEY_LENGTH} bytes, found {len(public)}")
    y = _y(public)
    if y >= _P:
        raise EvidenceError("key-weak", "the public key is not in its one encoding (y is not reduced)")
    if y in _SMALL_ORDER:
        raise EvidenceError("key-weak", "the public key is a point of small order: it accepts signatures nobody made")
    # x^2 = (y^2 - 1) / (d y^2 + 1); a fraction is a square where the product of its parts is one (Euler)
    if pow((y * y - 1) * (_D * y * y + 1), (_P - 1) // 2, _P) != 1:
        raise EvidenceError("key-weak", "the public key is not a point of the curve")


def is_signature(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether the signature over the message is the key's; ``public`` has passed ``check_public_key``."""
    if len(signature) != SIGNATURE_LENGTH:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= _ORDER or _y(r) >= _P or _y(r) in _SMALL_ORDER:
        return False
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _y(point: bytes) -> int:
    """Return the y coordinate; the highest bit is the sign of x."""
    return int.from_bytes(point, "little") & ((1 << 255) - 1)
