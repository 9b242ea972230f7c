"""Telling what is new: what changed between the recorded runs of one log, written for people, sent by mail or webhook.

::

    news.py       log, this run ──▶ News      what is new since the last run that looked at the same scopes
    expiring.py   agreement, exclusions ──▶   what ends soon, once per threshold
    told.py       <log>.state/notices.json    what was told, and what could not be sent yet
    tell.py       all of it for one agreement: written down first, then sent
    message.py    News ──▶ subject, text, JSON
    mail.py webhook.py                        send it, or raise NotSent without a secret in it

Only what the log holds is told: names that may be personal are the same commitments there. The verdict and the exit
code of the run are made by then, and nothing here changes them.
"""

from __future__ import annotations

__all__: list[str] = []
