"""Handing calls out and taking answers in: order, pace, another try, the next page.

Everything is decided in the caller's thread. An executor runs ``dpa_guard_aws.perform.perform`` and nothing else, so it
may as well be on other machines.
"""

from __future__ import annotations

import heapq
import queue
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future

from msgspec.structs import replace

from dpa_guard_aws.calls import Access, Answer, Call
from dpa_guard_aws.pace import Pace, Tokens
from dpa_guard_aws.perform import perform
from dpa_guard_aws.requests import rows

__all__ = ["Dispatcher"]

_Done = tuple[Call, Answer]
_Key = tuple[str, str, str]
"""Account, region, service: what a token bucket is for."""


class Dispatcher:
    """Runs calls on an executor; without one, here, one after the other."""

    def __init__(
        self,
        access: Access,
        executor: Executor | None = None,
        pace: Pace | None = None,
        settled: Callable[[Call], Answer | None] = lambda _call: None,
        *,
        first_pages: bool = False,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """``settled`` may answer a call before it is made: its account cannot be entered, its service is not there.

        ``first_pages`` leaves all further pages unasked. Once ``stopped`` says so, no more calls are made.
        """
        self._access = access
        self._executor = executor
        self._pace = pace or Pace()
        self._settled = settled
        self._first_pages = first_pages
        self._stopped = stopped
        self._first: deque[Call] = deque()
        self._timed: list[tuple[float, int, Call | _Key]] = []
        self._number = 0
        self._tokens: dict[_Key, Tokens] = {}
        self._held: dict[_Key, deque[Call]] = {}
        self._finished: queue.SimpleQueue[tuple[Call, Future[Answer]]] = queue.SimpleQueue()
        self._open: set[Future[Answer]] = set()
        self.made = 0
        """Requests handed out so far."""

    def add(self, calls: Iterable[Call]) -> None:
        """Have more calls made, before those that wait; they come out of the ``run`` that is under way."""
        self._first.extend(calls)

    def run(self, calls: Iterable[Call] = ()) -> Iterator[_Done]:
        """Yield every call with its answer as they come, every page by itself.

        The pages of a call share all but ``page`` and ``params``; ``answer.following`` is None on its last.
        """
        waiting = iter(calls)
        exhausted = False
        try:
            while not self._stopped():
                while len(self._open) < self._room():
                    granted = self._due()
                    call = granted or (self._first.popleft() if self._first else None)
                    if call is None and not exhausted:
                        call = next(waiting, None)
                        exhausted = call is None
                    if call is None:
                        break
                    yield from self._begin(call, granted is not None)
                if self._open:
                    yield from self._end()
                elif self._timed:
                    time.sleep(max(0.0, self._timed[0][0] - time.monotonic()))
                elif exhausted and not self._first:
                    return
        finally:
            for future in self._open:
                future.cancel()
            self._open.clear()

    def _room(self) -> int:
        return self._pace.under_way if self._executor is not None else 1

    # -- handing out ------------------------------------------------------------------------------------------------

    def _begin(self, call: Call, granted: bool) -> Iterator[_Done]:
        answer = self._settled(call)
        if answer is not None:
            yield call, answer
        elif granted or self._may_go(call):
            self.made += 1
            if self._executor is None:
                yield from self._after(call, perform(self._access, call))
            else:
                future = self._executor.submit(perform, self._access, call)
                self._open.add(future)
                future.add_done_callback(lambda done: self._finished.put((call, done)))

    def _may_go(self, call: Call) -> bool:
        """Is there a token for the call? If not it is held, behind the others of its bucket."""
        key = self._key(call)
        held = self._held.get(key)
        if held is None:
            wait = self._bucket(key).take(time.monotonic())
            if not wait:
                return True
            held = self._held[key] = deque()
            self._at(wait, key)
        held.append(call)
        return False

    def _due(self) -> Call | None:
        """Return a call whose time has come and that has a token."""
        while self._timed and self._timed[0][0] <= time.monotonic():
            due = heapq.heappop(self._timed)[2]
            if isinstance(due, Call):
                if self._may_go(due):
                    return due
                continue
            wait = self._bucket(due).take(time.monotonic())
            if wait:
                self._at(wait, due)
                continue
            held = self._held[due]
            call = held.popleft()
            if held:
                self._at(1.0 / self._bucket(due).rate, due)
            else:
                del self._held[due]
            return call
        return None

    def _at(self, seconds: float, what: Call | _Key) -> None:
        self._number += 1
        heapq.heappush(self._timed, (time.monotonic() + seconds, self._number, what))

    # -- taking in --------------------------------------------------------------------------------------------------

    def _end(self) -> Iterator[_Done]:
        """Take one finished call in; none where another becomes due before that."""
        seconds = max(0.0, self._timed[0][0] - time.monotonic()) if self._timed else None
        try:
            call, future = self._finished.get(timeout=seconds)
        except queue.Empty:
            return
        self._open.discard(future)
        yield from self._after(call, future.result())

    def _after(self, call: Call, answer: Answer) -> Iterator[_Done]:
        bucket = self._bucket(self._key(call))
        if answer.again == "later":
            bucket.throttled()
        else:
            bucket.answered()
        if answer.again and call.tries + 1 < self._tries(answer):
            wait = 0.0 if answer.again == "renewed" else self._pace.pause * 2**call.tries
            self._at(wait, replace(call, tries=call.tries + 1))
            return
        if answer.following is not None and self._first_pages:
            answer = replace(answer, following=None)
        elif answer.following is not None:
            self._first.append(replace(call, params=answer.following, page=call.page + 1, tries=0))
        yield call, answer

    def _tries(self, answer: Answer) -> int:
        if answer.again == "renewed":
            return 2
        return self._pace.tries_throttled if answer.again == "later" else self._pace.tries_failed

    def _key(self, call: Call) -> _Key:
        return call.account.id, call.region, rows(self._access.table)[call.row].service

    def _bucket(self, key: _Key) -> Tokens:
        tokens = self._tokens.get(key)
        if tokens is None:
            tokens = self._tokens[key] = Tokens(self._pace, time.monotonic())
        return tokens
