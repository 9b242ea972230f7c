"""How to run: ``dpa-guard.toml`` as types. ``dpa_guard.config_file`` reads it. Nothing here changes what was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from msgspec import Struct

from dpa_guard.model import FirstParty


class AgreementEntry(Struct, frozen=True):
    """An agreement to judge by, and where its evidence goes."""

    file: str
    """Absolute, or relative to the current folder."""
    evidence: str | None = None
    state: str | None = None
    scopes: tuple[str, ...] | None = None
    """Scope names; None: all."""
    require_evidence: bool = False


class ScopeEntry(Struct, frozen=True):
    """A ``[[scope]]``."""

    name: str
    provider: str
    paths: tuple[str, ...] = ()
    """Globs relative to the configuration file (made absolute by the reader); terraform only."""
    assume: Mapping[str, str] = {}
    settings: Mapping[str, Any] = {}
    """Every other key of the table, for the provider."""


class Place(Struct, frozen=True):
    """What no region table knows."""

    provider: str
    """The Terraform source's type (``vsphere``), or ``namespace/type``."""
    country: str
    host: str | None = None
    source: str = ""


class Exclusion(Struct, frozen=True):
    """Holds no data of the agreement, or cannot be looked at; counted, shown, and expires."""

    what: Mapping[str, str]
    """Any of scope, account, region, service, kind, resource (a prefix); keys are ANDed."""
    reason: str
    owner: str
    review_by: date


class Known(Struct, frozen=True):
    """An old deviation being mended: still a fail, marked known until this day."""

    rule: str
    resource: str
    until: date
    reason: str = ""


NOTICE_EVENTS = ("fail", "unknown", "mended", "gone", "gap", "missed", "expiring")
"""What can be told of a run: newly failing, newly unknown, no longer so, no longer seen; gaps, missed runs, ends."""


class Notify(Struct, frozen=True):
    """Whom to tell what is new since the last recorded run: by mail, or by webhook where ``webhook_env`` is given."""

    to: tuple[str, ...] = ()
    from_: str = ""
    smtp: str = ""
    """``host:port``."""
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    username_env: str = ""
    """These three name environment variables; what they hold is secret and is not kept here."""
    password_env: str = ""
    webhook_env: str = ""
    on: tuple[str, ...] = NOTICE_EVENTS
    runs: tuple[str, ...] = ("scan",)
    lang: Literal["en", "nl"] = "en"


class Settings(Struct, frozen=True):
    """The configuration file, or its defaults where there is none."""

    path: str | None = None
    agreements: tuple[AgreementEntry, ...] = ()
    first_party: FirstParty = FirstParty()
    scopes: tuple[ScopeEntry, ...] = ()
    places: tuple[Place, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    known: tuple[Known, ...] = ()
    notify: tuple[Notify, ...] = ()
