"""Questions that are put while others are under way, so that nobody waits for the network in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TypeVar

__all__ = ["Later", "beside"]

T = TypeVar("T")
_THREADS = 2


@contextmanager
def beside(executor: Executor | None, stop: Event) -> Iterator[Callable[[Callable[[], T]], Future[T]]]:
    """Give what runs a function beside the block, which ends when all have; an error sets ``stop`` and ends it at once.

    Each waits in a thread of its own, and its requests run on the executor. Without an executor all is done one after
    the other: the function is run when it is handed in.
    """
    if executor is None:
        yield _now
        return
    threads = ThreadPoolExecutor(_THREADS, "dpa-guard-aws")
    try:
        yield threads.submit
    except BaseException:
        stop.set()
        threads.shutdown(wait=False, cancel_futures=True)
        raise
    threads.shutdown()


class Later(Mapping[str, T]):
    """A mapping that is still being asked for: who looks into it waits until it is there."""

    def __init__(self, asked: Future[dict[str, T]]) -> None:
        self._asked = asked

    def __getitem__(self, key: str) -> T:
        return self._asked.result()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._asked.result())

    def __len__(self) -> int:
        return len(self._asked.result())


def _now(function: Callable[[], T]) -> Future[T]:
    done: Future[T] = Future()
    done.set_result(function())
    return done
