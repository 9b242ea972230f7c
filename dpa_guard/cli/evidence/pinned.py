"""The keys a log is held against: pinned outside the log, on the command line or in the agreement."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from msgspec import Struct

from dpa_guard.errors import DpaGuardError
from dpa_guard.evidence.note import VerifierKey, parse_verifier_key

__all__ = ["Pinned", "agreements_of", "pinned", "pinning"]

_DEFAULT = Path("agreement.toml")


class Pinned(Struct, frozen=True):
    """Keys, and who vouches for them."""

    keys: tuple[VerifierKey, ...]
    said_by: str
    """``--key`` or the agreement's file; "" where there is none."""


def pinning(command: click.Command) -> click.Command:
    """Add the options that pin keys."""
    command.params += [
        click.Option(
            ["--key", "keys"],
            multiple=True,
            metavar="VKEY",
            help="A verifier key (name+hash+base64) that you got from somewhere else than the log.",
        ),
        click.Option(
            ["--agreement", "agreements"],
            multiple=True,
            metavar="FILE",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Take the keys from log_keys of this agreement (default: agreement.toml, where there is one).",
        ),
    ]
    return command


def agreements_of(given: Sequence[Path]) -> tuple[Path, ...]:
    """Return the agreements named, else the one of the current folder where there is one."""
    return tuple(given) or ((_DEFAULT,) if _DEFAULT.exists() else ())


def pinned(keys: Sequence[str], agreements: Sequence[Path]) -> Pinned:
    """Return the keys given, else the agreements'; raises UsageError for one that is malformed."""
    if keys:
        return Pinned(tuple(_parsed(text, "--key") for text in keys), "--key")
    from dpa_guard import agreement_file

    found: list[VerifierKey] = []
    files: list[str] = []
    for file in agreements_of(agreements):
        listed = agreement_file.read(file).evidence.log_keys
        found += [_parsed(text, f"{file}: log_keys") for text in listed]
        files += [str(file)] if listed else []
    return Pinned(tuple(found), ", ".join(files))


def _parsed(text: str, where: str) -> VerifierKey:
    try:
        return parse_verifier_key(text)
    except DpaGuardError as error:
        raise click.UsageError(f"{where}: {error.message}") from None
