"""The kinds of single value the two files hold: how each is read, and what is said where it is not right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from dpa_guard import clauses, identifiers
from dpa_guard.toml_file.fields import Kind
from dpa_guard.toml_file.mistakes import nearest, shown

NOT_FILLED_IN = "still to be filled in"
_FILL_IN = re.compile(r"(?i)\s*(?:<.*>|todo\b.*|fill[ -]?in\b.*|fixme\b.*|xxx+|\.\.\.|…)?\s*\Z")
_DURATION = re.compile(r"P(?:(\d{1,5})D)?(?:T(\d{1,5})H)?\Z")
_SERVICE = re.compile(r"[a-z0-9][a-z0-9.-]*\Z")
_FEW = 3
"""Words that are listed whole where another is found."""
_COUNTRY_SLIPS = {"UK": "GB", "EL": "GR", "EN": "GB", "UKR": "UA", "NLD": "NL", "DEU": "DE", "GER": "DE", "USA": "US"}


def _filled_in(text: str) -> str:
    if _FILL_IN.match(text):
        raise ValueError(NOT_FILLED_IN)
    return text.strip()


def _text(expected: str, read: Callable[[str], str], **schema: Any) -> Kind:
    def filled_in_and_read(text: str) -> str:
        return read(_filled_in(text))

    return Kind(expected, str, filled_in_and_read, {"type": "string", "minLength": 1, **schema})


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError(f"{shown(text)}: expected text on one line")
    return text


def _id(text: str) -> str:
    if re.search(r"\s", text) or not text.isprintable() or len(text) > 100:
        raise ValueError(f"{shown(text)}: expected an id of at most 100 characters without blanks")
    return text


def _country(text: str) -> str:
    from dpa_guard.gazetteer.territory import is_country

    if is_country(text):
        return text
    slip = _COUNTRY_SLIPS.get(text.upper()) or (text.upper() if is_country(text.upper()) else None)
    if slip:
        raise ValueError(f'{shown(text)} is not a country code of ISO 3166-1; did you mean "{slip}"?')
    if text.upper() in ("EU", "EEA", "EER"):
        raise ValueError(f"{shown(text)} is not a country; name the countries, or use territory.rule")
    raise ValueError(f'{shown(text)} is not a country code of ISO 3166-1; expected two capitals, like "NL"')


def _country_or_all(text: str) -> str:
    return text if text == "*" else _country(text)


def _sha256(text: str) -> str:
    value = text.lower().removeprefix("sha256:")
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        found = f"{len(value)} characters" if re.fullmatch(r"[0-9a-f]*", value) else "other characters"
        raise ValueError(f"expected the 64 hex digits that `sha256sum FILE` prints, found {found}")
    return value


def read_duration(text: str) -> str:
    """Return a duration in days and hours as it was written; raises ValueError for anything else."""
    found = _DURATION.match(text)
    if not found or not any(found.groups()):
        raise ValueError(f'{shown(text)} is not a duration in days and hours; expected one like "P1D" or "PT26H"')
    if hours(text) == 0:
        raise ValueError(f"{shown(text)} is no time at all; expected at least an hour")
    return text


def hours(duration: str) -> int:
    """Return the hours of a duration that was read, like 26 for ``PT26H``."""
    found = _DURATION.match(duration)
    days, rest = found.groups() if found else (None, None)
    return int(days or 0) * 24 + int(rest or 0)


def _time_zone(text: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # KeyError: not found; OSError: "Europe" is a folder of zones
        raise ValueError(f"{shown(text)} is not a time zone{_nearest_zone(text)}") from None
    return text


def _nearest_zone(text: str) -> str:
    from zoneinfo import available_timezones

    zones = sorted(available_timezones())
    city = text.rpartition("/")[2].replace(" ", "_").lower()
    named = [zone for zone in zones if zone.rpartition("/")[2].lower() == city and "/" in zone]
    if named:
        return f'; did you mean "{named[0]}"?'
    return nearest(text, zones) or '; expected a name like "Europe/Amsterdam"'


def _service(text: str) -> str:
    long = text.startswith("microsoft.") or text.endswith((".googleapis.com", ".amazonaws.com"))
    if _SERVICE.match(text) and not long:
        return text
    bare = text.lower().removeprefix("microsoft.").split("/")[0].removesuffix(".googleapis.com").split(".amazonaws")[0]
    advice = f'; did you mean "{bare}"?' if _SERVICE.match(bare) else ""
    raise ValueError(f"{shown(text)}: expected the cloud's own API name, like s3, storage, spanner{advice}")


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
        raise ValueError(f'{shown(text)} is not a language code; expected one like "nl"')
    return text


def _rule(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+([.-][a-z0-9]+)*", text):
        advice = nearest(text, clauses.RULES) or ', like "transfer-outside-eu"'
        raise ValueError(f"{shown(text)} is not a rule id: expected small letters, digits and hyphens{advice}")
    return text


def one_of(words: Iterable[str]) -> Kind:
    """Return the kind of a key that holds one of some words."""
    known = tuple(words)
    listed = " or ".join(f'"{word}"' for word in known) if len(known) <= _FEW else ", ".join(f'"{w}"' for w in known)

    def read(text: str) -> str:
        if text not in known:
            advice = nearest(text, known) if len(known) > _FEW else ""
            raise ValueError(f"{shown(text)} is not known here{advice or f'; expected {listed}'}")
        return text

    kind = _text(f"one of {listed}", read)
    return Kind(kind.expected, kind.type, kind.read, {"enum": list(known)})


def _verifier_key(text: str) -> str:
    """A C2SP verifier key: ``name+hash+base64``; the hash is checked, so a slip of the pen is found here."""
    import base64
    import hashlib

    expected = "expected a verifier key name+hash+base64, as `dpa-guard evidence init` prints it"
    name, *rest = text.split("+", 2)
    if not name or len(rest) != 2 or not re.fullmatch(r"[0-9a-f]{8}", rest[0]) or re.search(r"\s", text):
        raise ValueError(expected)
    try:
        key = base64.b64decode(rest[1], validate=True)
    except ValueError:
        raise ValueError(f"{expected}; its last part is not base64") from None
    if len(key) != 33 or key[0] not in (0x01, 0x04):
        raise ValueError(f"{expected}; its last part is not an Ed25519 key")
    if hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] != rest[0]:
        raise ValueError(f"{expected}; name, hash and key do not belong together: copy it again, whole")
    return text


def _years(number: int) -> int:
    if not 1 <= number <= 100:
        raise ValueError(f"{shown(number)} years: expected 1 to 100")
    return number


def _same(value: Any) -> Any:
    return value


def constant(word: str) -> Kind:
    """Return the kind of a key that holds one word; ``load`` has refused any other."""
    return Kind(f'"{word}"', str, _filled_in, {"const": word})


TEXT = _text("text", lambda text: text)
LINE = _text("text on one line", _one_line)
ID = _text("an id", _id, maxLength=100)
DATE = Kind("a date, like 2026-11-24", date, _same, {"type": "string", "format": "date"})
TRUTH = Kind("true or false", bool, _same, {"type": "boolean"})
YEARS = Kind("a number of years", int, _years, {"type": "integer", "minimum": 1, "maximum": 100})
COUNTRY = _text('a country code, like "NL"', _country, pattern="^[A-Z]{2}$")
COUNTRY_OR_ALL = _text('a country code, like "NL"', _country_or_all, pattern=r"^([A-Z]{2}|\*)$")
SHA256 = _text("64 hex digits", _sha256, pattern="^(sha256:)?[0-9A-Fa-f]{64}$")
DURATION = _text('a duration, like "P1D"', read_duration, pattern=r"^P(?=\d|T\d)(\d+D)?(T\d+H)?$")
TIME_ZONE = _text('a time zone, like "Europe/Amsterdam"', _time_zone)
SERVICE = _text('the cloud\'s own API name, like "s3"', _service, pattern=r"^[a-z0-9][a-z0-9.-]*$")
LANGUAGE = _text('a language code, like "nl"', _language)
RULE = _text("a rule id", _rule)
CLAUSE = _text('a clause number, like "3.1"', clauses.clause_number)
CLAUSE = Kind(CLAUSE.expected, CLAUSE.type, CLAUSE.read, {"enum": [clause.number for clause in clauses.CLAUSES]})
IDENTIFIER = _text('an identifier, like "cloud:aws"', identifiers.identifier, pattern=r"^[A-Za-z_-]+:\S+$")
AWS_ACCOUNT = _text("12 digits in quotes", identifiers.aws_account, pattern="^([0-9]{12}|[0-9]{4}-[0-9]{4}-[0-9]{4})$")
GCP_PROJECT = _text("a project id", identifiers.gcp_project)
AZURE_TENANT = _text("a tenant id", identifiers.azure_tenant)
HOST = _text("a host name", identifiers.host)
VERIFIER_KEY = _text("a verifier key", _verifier_key, pattern=r"^[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$")
