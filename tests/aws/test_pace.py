"""The token bucket; its clock is a number, so that no test waits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dpa_guard_aws.pace import Pace, Tokens

PACE = Pace(rate=10.0, burst=5.0, slowest=1.0, fastest=12.0, recovery=1.0)


def test_a_burst_goes_out_at_once_and_then_one_for_each_interval() -> None:
    tokens = Tokens(PACE, 0.0)
    assert [tokens.take(0.0) for _ in range(5)] == [0.0] * 5
    assert tokens.take(0.0) == 0.1
    assert tokens.take(0.1) == 0.0
    assert tokens.take(0.1) == 0.1


def test_throttling_halves_the_rate_empties_the_bucket_and_never_stops_it() -> None:
    tokens = Tokens(PACE, 0.0)
    rates = []
    for _ in range(6):
        tokens.throttled()
        rates.append(tokens.rate)
    assert rates == [5.0, 2.5, 1.25, 1.0, 1.0, 1.0]
    assert tokens.take(0.0) == 1.0


def test_answers_bring_the_rate_back_but_not_beyond_the_fastest() -> None:
    tokens = Tokens(PACE, 0.0)
    for _ in range(5):
        tokens.answered()
    assert tokens.rate == 12.0


_STEPS = st.lists(st.sampled_from(["take", "throttled", "answered"]) | st.floats(0, 3), max_size=60)


@given(_STEPS)
def test_never_more_goes_out_than_burst_and_rate_allow_and_the_wait_ends(steps: list[str | float]) -> None:
    tokens, now, taken = Tokens(PACE, 0.0), 0.0, 0
    for step in steps:
        if isinstance(step, float):
            now += step
        elif step == "take":
            taken += tokens.take(now) == 0.0
        else:
            getattr(tokens, step)()
        assert PACE.slowest <= tokens.rate <= PACE.fastest
    assert taken <= PACE.burst + now * PACE.fastest + 1e-6
    wait = tokens.take(now)
    assert not wait or tokens.take(now + wait + 1e-6) == 0.0
