"""Which document a JSON object is, by its top-level keys, and whether it can be evaluated.

- ``plan``: format_version and any of planned_values, configuration (objects), resource_changes (an array)
- ``redacted-plan``: plan_format_version, no configuration (HCP's json-output-redacted)
- ``state``: format_version and values, an object (``terraform show -json`` without a plan file)
- ``tfstate``: version 4, lineage or serial, resources (the raw state file)
"""

from __future__ import annotations

import codecs
import re

import msgspec
from msgspec import UNSET, Raw, UnsetType

from dpa_guard import Note, Refusal
from dpa_guard_terraform.document import Document, Kind, Top

__all__ = ["classified", "invalid_utf8", "other_json"]

_KEYS = msgspec.json.Decoder(dict[str, Raw])
_VERSION = r"[0-9]{1,3}\.[0-9]{1,6}"
_SUPPORTED_MAJORS = ("0", "1")
"""0.1 (Terraform 0.12) to 1.x: within a major version unknown keys may come and are ignored."""
_TFSTATE_VERSION = 4
_CHUNK = 1 << 18

_EMPTY_STATE = frozenset({"format_version", "terraform_version"})
_OTHERS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"@level", "@message"}), "ui-stream"),
    (frozenset({"encrypted_data", "encryption_version"}), "opentofu-encrypted"),
    (frozenset({"version", "backend"}), "tfstate-backend"),
    (frozenset({"version", "modules"}), "tfstate-version"),
    (frozenset({"format_version", "provider_schemas"}), "provider-schemas"),
    (frozenset({"format_version", "valid"}), "validate-output"),
    (frozenset({"errors"}), "hcp-api-answer"),
    (frozenset({"data", "links"}), "hcp-api-answer"),
)
"""(keys that are all there, code): JSON that comes from the same tools and is no plan."""


def classified(label: str, data: bytes, top: Top, received: bytes, notes: tuple[Note, ...] = ()) -> Document | Refusal:
    """Return the document that these top-level keys make, or the refusal that says why they make none."""
    kind, version = _kind(top)
    if kind is None:
        return other_json(label, data)
    if kind == "tfstate":
        if top.version != _TFSTATE_VERSION:
            return Refusal(label, "tfstate-version")
        version = str(_TFSTATE_VERSION)
    elif (refused := _version_refused(label, version)) is not None:
        return refused
    if top.errored is True:
        return Refusal(label, "plan-errored")
    if (bad := invalid_utf8(data)) is not None:
        return Refusal(label, "invalid-utf8", {"byte": str(bad)})
    if kind == "redacted-plan":
        notes = (*notes, Note("redacted-plan", label))
    return Document(label, kind, data, top, str(version), received, notes)


def _kind(top: Top) -> tuple[Kind | None, str | UnsetType]:
    """Return which document it is, and its format version; (None, UNSET) where it is none."""
    if top.encrypted_data is not UNSET:
        return None, UNSET
    if top.plan_format_version is not UNSET and top.configuration is UNSET:
        return "redacted-plan", top.plan_format_version
    if _is(top.planned_values, b"{") or _is(top.configuration, b"{") or _is(top.resource_changes, b"["):
        return "plan", top.format_version
    if _is(top.values, b"{") and top.format_version is not UNSET:
        return "state", top.format_version
    bound = top.lineage is not UNSET or top.serial is not UNSET
    if top.version is not UNSET and bound and _is(top.resources, b"["):
        return "tfstate", UNSET
    return None, UNSET


def _is(part: Raw | UnsetType, opening: bytes) -> bool:
    """Is the key there, and an object or an array? Others have keys of the same name."""
    return isinstance(part, Raw) and memoryview(part)[:1] == opening


def _version_refused(label: str, version: str | UnsetType) -> Refusal | None:
    """Refuse a version that is absent, of no known form (which is never shown) or of an unknown major."""
    if not isinstance(version, str):
        return Refusal(label, "format-version-missing")
    if not re.fullmatch(_VERSION, version):
        return Refusal(label, "unsupported-format-version", {"found": "?"})
    if version.partition(".")[0] not in _SUPPORTED_MAJORS:
        return Refusal(label, "unsupported-format-version", {"found": version})
    return None


def other_json(label: str, data: bytes) -> Refusal:
    """Say which other JSON object this is; raises ``msgspec.DecodeError`` where it is no object."""
    keys = frozenset(_KEYS.decode(data))
    for needed, code in _OTHERS:
        if needed <= keys:
            return Refusal(label, code)
    if "format_version" in keys and keys <= _EMPTY_STATE:
        return Refusal(label, "empty-state-no-plan")
    return Refusal(label, "not-a-plan")


def invalid_utf8(data: bytes) -> int | None:
    """Return the offset of the first byte that is not UTF-8, without holding a decoded copy; None where all is.

    msgspec does not look inside strings that it skips: what is decoded later must not fail there.
    """
    if data.isascii():
        return None
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    for start in range(0, len(data), _CHUNK):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(view[start : start + _CHUNK], final=start + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            return start - pending + error.start
    return None
