"""After a run is committed: tell whom the configuration names what is new; it changes neither verdict nor exit code."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dpa_guard.assess import Asked
from dpa_guard.cli.say import trace
from dpa_guard.config import Notify, Settings
from dpa_guard.errors import DpaGuardError
from dpa_guard.report.plain import plain
from dpa_guard.report.run import Run, in_one_line

if TYPE_CHECKING:
    from dpa_guard.notice.tell import Occasion

__all__ = ["tell_what_is_new"]


def tell_what_is_new(run: Run, settings: Settings, asked: Sequence[Asked]) -> None:
    """Send what is new in the run of each agreement; what stands in the way is a line on standard error."""
    channels = [one for one in settings.notify if run.kind in one.runs]
    if not channels:
        return
    judged = {one.agreement.id for one in run.assessments}
    for one in asked:
        if one.agreement.id in judged:
            _tell(run, settings, one, channels)


def _tell(run: Run, settings: Settings, asked: Asked, channels: Sequence[Notify]) -> None:
    recorded = run.recorded.get(asked.agreement.id)
    if recorded is None:
        _say(f"{asked.agreement.id}: none is sent: this run is not recorded, so there is nothing to compare it with")
        return
    from dpa_guard.evidence.write import LogPlace
    from dpa_guard.notice.tell import Occasion

    occasion = Occasion(
        LogPlace.at(Path(recorded.folder), Path(asked.entry.state) if asked.entry.state else None),
        recorded,
        asked.agreement,
        settings.exclusions,
        channels,
        os.environ,
        datetime.now(UTC),
    )
    _send(occasion)


def _send(occasion: Occasion) -> None:
    from dpa_guard.notice.tell import tell

    try:
        failed = tell(occasion)
    except DpaGuardError as error:
        _say(f"{occasion.agreement.id}: none is sent: {in_one_line(error)}")
        return
    except OSError as error:
        _say(f"{occasion.agreement.id}: none is sent: {error.filename}: {error.strerror}")
        return
    except Exception as error:  # our mistake, and the verdict is recorded: it stays what it is
        click.echo(trace(error), err=True, nl=False)
        _say(f"{occasion.agreement.id}: none is sent: this is a mistake in dpa-guard")
        return
    for channel, reason in failed:
        way = "to the webhook" if channel.webhook_env else f"through {channel.smtp}"
        then = "the others have it" if reason.in_part else "it is kept, and sent with the next run"
        _say(f"{occasion.agreement.id}: not sent {way}: {reason.message}; {then}")


def _say(text: str) -> None:
    click.echo(f"notice: {plain(text)}", err=True)
