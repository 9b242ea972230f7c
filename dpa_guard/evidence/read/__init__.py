"""Reading a log: its runs and records as they lie there, what is missing between them, and a copy for others.

Nothing here verifies; ``dpa_guard.evidence.verify`` does. What lies beyond the newest checkpoint is no evidence and is
not read.
"""

from __future__ import annotations

from dpa_guard.evidence.read.records import Line, Log, line_at, lines_of_run, runs_of
from dpa_guard.evidence.read.summary import Summary, summaries

__all__ = ["Line", "Log", "Summary", "line_at", "lines_of_run", "runs_of", "summaries"]
