"""``dpa-guard init``: the two files to start from."""

from __future__ import annotations

import os
import shlex
from importlib.resources import files
from pathlib import Path

import click

from dpa_guard.cli.help import Command
from dpa_guard.errors import DpaGuardError

__all__ = ["init"]

_NAMES = ("agreement.toml", "dpa-guard.toml")


@click.command(
    cls=Command,
    notes=(("0", "written"), ("2", "nothing written")),
    examples=("dpa-guard init", "dpa-guard init agreements/customer-a"),
)
@click.argument("folder", default=".", metavar="[DIR]", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace files that are there.")
def init(folder: Path, force: bool) -> None:
    """Write a commented agreement.toml and dpa-guard.toml to start from.

    DIR is made where it does not exist; without it the files come here. A file that is there stays as it is and
    nothing is written, unless --force is given. What must be filled in is empty and named by `agreement check`.
    """
    targets = [folder / name for name in _NAMES]
    there = [str(target) for target in targets if os.path.lexists(target)]
    if there and not force:
        message = f"{' and '.join(there)} already there: nothing written"
        raise DpaGuardError("init-file-exists", message, "name another folder, or give --force to replace")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target in targets:
            _write(target, _text(target.name))
    except OSError as error:
        message = f"{error.filename or folder}: cannot be written: {error.strerror or error}"
        raise DpaGuardError("init-not-written", message, "name a folder you may write to") from error
    click.echo("\n".join([*(f"wrote {target}" for target in targets), "", *_next(folder)]))


def _text(name: str) -> str:
    return files("dpa_guard").joinpath("starting_files", name).read_text(encoding="utf-8")


def _write(target: Path, text: str) -> None:
    """Whole or not at all; a link that is there is replaced, not followed."""
    half = target.with_name(f".{target.name}.new")
    half.unlink(missing_ok=True)
    with half.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    half.replace(target)


def _next(folder: Path) -> list[str]:
    """The next commands, to be copied as they are."""
    step = f"cd {shlex.quote(str(folder))} && " if folder != Path() else ""
    return [
        "Next: fill in what is empty in agreement.toml, then",
        f"  {step}dpa-guard agreement check",
        "  terraform show -json plan.out > tfplan.json",
        "  dpa-guard plan tfplan.json",
        "and for the live estate, once dpa-guard.toml has a [[scope]] for it:",
        "  dpa-guard doctor",
        "  dpa-guard scan",
    ]
