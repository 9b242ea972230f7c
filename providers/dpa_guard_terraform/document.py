"""A recognised input: its top level decoded once, everything below it left as bytes.

``Top`` skips over the big values (``msgspec.Raw``): the bytes are checked to be JSON and are not copied. What reads
them later decodes only the parts it wants. Key names: Terraform's ``jsonplan``, ``jsonstate``, ``jsonformat`` and
``statefile`` (version 4).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Literal

from msgspec import UNSET, Raw, Struct, UnsetType

from dpa_guard import Input, Note

__all__ = ["Document", "Kind", "Top", "commitment", "input_of"]

Kind = Literal["plan", "redacted-plan", "state", "tfstate"]
"""``terraform show -json`` of a plan; HCP's plan without configuration; ``show -json`` of a state; a raw state file."""

SALT_BYTES = 32


class Top(Struct, frozen=True):
    """The top-level keys of a plan, a state or a raw state file; ``UNSET`` where the input has none.

    A ``Raw`` is a view into the input's bytes: valid JSON (numbers, escapes and nesting were checked), of any type.
    """

    format_version: str | UnsetType = UNSET
    terraform_version: str | UnsetType = UNSET
    variables: Raw | UnsetType = UNSET
    planned_values: Raw | UnsetType = UNSET
    resource_changes: Raw | UnsetType = UNSET
    deferred_changes: Raw | UnsetType = UNSET
    action_invocations: Raw | UnsetType = UNSET
    deferred_action_invocations: Raw | UnsetType = UNSET
    prior_state: Raw | UnsetType = UNSET
    configuration: Raw | UnsetType = UNSET
    errored: bool | UnsetType = UNSET
    complete: bool | UnsetType = UNSET
    applyable: bool | UnsetType = UNSET
    values: Raw | UnsetType = UNSET
    """Only in the JSON of a state."""
    version: int | UnsetType = UNSET
    """Only in a raw state file, with the next three."""
    lineage: str | UnsetType = UNSET
    serial: int | UnsetType = UNSET
    resources: Raw | UnsetType = UNSET
    plan_format_version: str | UnsetType = UNSET
    """Only in HCP's redacted export, with the next."""
    provider_schemas: Raw | UnsetType = UNSET
    encrypted_data: Raw | UnsetType = UNSET
    encryption_version: Raw | UnsetType = UNSET
    """OpenTofu's encryption; never in a ``Document``."""


class Document(Struct, frozen=True):
    """One plan or state that can be evaluated."""

    label: str
    """Unique among the inputs of a run, printable, valid Unicode."""
    kind: Kind
    data: bytes
    """The document alone: UTF-8, no byte order mark. ``top`` holds views into it."""
    top: Top
    format_version: str
    """``MAJOR.MINOR``; ``4`` for a raw state file."""
    received: bytes
    """The whole input as it came in: the same object as ``data`` unless that had to be re-encoded or cut."""
    notes: tuple[Note, ...] = ()

    def __repr__(self) -> str:
        """Name it without its content: the bytes hold secrets, and a repr ends up in logs."""
        return f"Document({self.label!r}, {self.kind!r}, {len(self.data)} bytes)"


def commitment(received: bytes, salt: bytes) -> str:
    """Return ``hmac-sha256:`` and 64 hex digits over the bytes as received, keyed with ``salt`` (RFC 2104)."""
    return "hmac-sha256:" + hmac.digest(salt, received, hashlib.sha256).hex()


def input_of(document: Document, salt: bytes | None = None) -> Input:
    """Return the report's line on a document: bound by a commitment, without a byte of its content.

    ``salt``: 32 random bytes unless given. Several documents of one file each commit to the whole file.
    """
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    kind: Literal["plan", "state"] = "plan" if document.kind in ("plan", "redacted-plan") else "state"
    return Input(document.label, kind, commitment(document.received, salt), salt.hex())
