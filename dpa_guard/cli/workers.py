"""The threads that requests run on, and leaving without waiting for an answer that may never come."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

__all__ = ["leave_at_once", "workers"]

_NAME = "dpa-guard"


@contextmanager
def workers(threads: int) -> Iterator[Executor]:
    """Give an executor; what is under way when the block ends is not waited for."""
    executor = ThreadPoolExecutor(threads, thread_name_prefix=_NAME)
    try:
        yield executor
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def leave_at_once(code: int) -> None:
    """End the process where threads of ours still wait for the network, as Python itself would wait for them.

    Everything that must last is durable by then: a run that was begun is recorded as aborted.
    """
    if any(thread.name.startswith(_NAME) for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
