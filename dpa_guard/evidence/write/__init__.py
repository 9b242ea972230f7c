"""Writing a log: one run at a time, all or nothing, durable before anything is said.

``create.create`` makes a log. ``begin`` opens a run in it and returns when its first record is durable; ``Run.commit``
ends it and returns the signed checkpoint. What crashes in between is healed by whoever comes next.
"""

from __future__ import annotations

from dpa_guard.evidence.write.names import committed, erase
from dpa_guard.evidence.write.place import LogPlace
from dpa_guard.evidence.write.run import Run, RunStart, begin

__all__ = ["LogPlace", "Run", "RunStart", "begin", "committed", "erase"]
