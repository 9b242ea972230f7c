"""Telling what is new of one agreement's run: written down first, then sent, and kept where it cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from dpa_guard.agreement import Agreement
from dpa_guard.config import Exclusion, Notify
from dpa_guard.evidence.read.records import Log
from dpa_guard.evidence.write.effects import Effects
from dpa_guard.evidence.write.lock import locked
from dpa_guard.evidence.write.names import Names
from dpa_guard.evidence.write.place import LogPlace
from dpa_guard.notice.expiring import endings, key_of, threshold
from dpa_guard.notice.mail import send_mail
from dpa_guard.notice.message import body, document, subject
from dpa_guard.notice.news import Ending, News, news_of
from dpa_guard.notice.not_sent import NotSent
from dpa_guard.notice.told import Told, channel_of, lock_of, read_told, write_told
from dpa_guard.notice.webhook import post
from dpa_guard.report.prose import Prose
from dpa_guard.report.run import Recorded

__all__ = ["Occasion", "tell"]


class Occasion(Struct, frozen=True):
    """A recorded run that is to be told of."""

    place: LogPlace
    recorded: Recorded
    agreement: Agreement
    exclusions: Sequence[Exclusion]
    channels: Sequence[Notify]
    environment: Mapping[str, str]
    """Holds the secrets that the channels name."""
    now: datetime


def tell(occasion: Occasion) -> list[tuple[Notify, NotSent]]:
    """Tell each channel what is new to it; return those that could not be reached, whose news waits for the next run.

    Raises EvidenceError where the log or what was told cannot be read, OSError where it cannot be written.
    """
    place = occasion.place
    with locked(lock_of(place)):
        told = read_told(place)
        news = _news(occasion, told)
        for channel in occasion.channels:
            mine = news.only(channel.on)
            if mine.numbers:
                told.add(channel_of(channel), mine)
        write_told(place, told)  # before it is sent: better told twice after a crash than never
        failed: list[tuple[Notify, NotSent]] = []
        for channel in occasion.channels:
            waiting = told.waiting.get(channel_of(channel))
            if not waiting:
                continue
            try:
                _send(channel, waiting, occasion)
            except NotSent as reason:
                failed.append((channel, reason))
                if not reason.in_part:
                    continue
            del told.waiting[channel_of(channel)]
            write_told(place, told)
        return failed


def _news(occasion: Occasion, told: Told) -> News:
    """Return what is new, and enter it into what was told."""
    log = Log(occasion.place.folder)
    today = occasion.now.astimezone(ZoneInfo(occasion.agreement.time_zone)).date()
    soon = endings(occasion.agreement.authorisations, occasion.exclusions, today, told.endings)
    news = news_of(log, occasion.recorded.run, told.runs, _hidden(soon, occasion.place))
    told.runs[news.about] = news.run
    told.endings.update({key_of(one): threshold(one.days) or 0 for one in soon})
    return news


def _hidden(soon: Sequence[Ending], place: LogPlace) -> list[Ending]:
    """Put the log's commitments in place of names that may be personal: an exclusion names a resource as it likes."""
    names = Names(place, Effects())
    hidden = [replace(one, name=str(names.hidden(one.name))) for one in soon]
    names.sync()
    return hidden


def _send(channel: Notify, waiting: Sequence[News], occasion: Occasion) -> None:
    prose = Prose(channel.lang)
    if channel.webhook_env:
        post(channel, occasion.environment, document(waiting, occasion.recorded, prose))
        return
    title, text = subject(waiting, prose), body(waiting, occasion.recorded, prose)
    send_mail(channel, occasion.environment, title, text, occasion.now)
