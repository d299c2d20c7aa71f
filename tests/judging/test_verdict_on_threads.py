"""The verdict on threads: idle ones of a pool, which has a bound, and those that never end."""

import pytest

from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.verdict import Verdict, judge
from series_of import series

# A thread of a pool keeps about this much.
BYTES, BLOCKS = 10_000, 60


def filling(leak=0.0, *, idle=1.0, noise=0.0, seed=0):
    """A pool gets a thread every 4,000 operations, of which a share is idle."""
    threads = lambda n: min(n // 4_000, 40)  # noqa: E731
    return series(
        lambda n: BYTES * threads(n) + leak * n,
        lambda n: BLOCKS * threads(n),
        pages=lambda n: 312_000 * threads(n),
        threads=threads,
        idle=lambda n: idle * threads(n),
        seconds_per_operation=1e-3,
        noise=noise,
        seed=seed,
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("noise", [0.0, 2_000.0])
def test_idle_threads_of_a_pool_that_fills_are_no_leak_and_are_told(noise, seed):
    judgement = judge(filling(noise=noise, seed=seed), Rules(), last=False)
    assert judgement.verdict is Verdict.BOUNDED
    assert "; threads rose from " in judgement.reason


def test_threads_of_a_pool_that_never_end_their_work_are_a_leak():
    judgement = judge(filling(idle=0.0), Rules(), last=False)
    assert judgement.verdict is Verdict.LEAKING
    assert "threads" in judgement.convicted_by


@pytest.mark.parametrize(("noise", "off"), [(0.0, 0.01), (2_000.0, 0.3)])
@pytest.mark.parametrize("rate", [0.5, 2.0, 100.0])
def test_a_leak_beside_a_pool_that_fills_is_found_in_its_size(rate, noise, off):
    judgement = judge(filling(rate, noise=noise), Rules(), last=False)
    assert judgement.verdict is Verdict.LEAKING
    assert judgement.bytes.rate == pytest.approx(rate, abs=off)
