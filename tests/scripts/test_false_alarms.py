"""The bound on the rate of false alarms."""

import false_alarms
import pytest


@pytest.mark.parametrize(
    ("events", "runs", "bound"),
    [
        (0, 1, 0.95),
        (0, 585, 0.0051078204),  # 1 - 0.05 ** (1 / 585)
        (3, 100, 0.0757107937),  # what any table of exact binomial limits has as 7.57 %
        (99, 100, 0.999487199),  # 0.95 ** (1 / 100)
    ],
)
def test_the_bound_is_clopper_and_pearsons(events, runs, bound):
    assert false_alarms.upper_bound(events, runs) == pytest.approx(bound, abs=1e-8)


def test_no_rate_is_too_large_if_every_run_was_an_alarm():
    assert false_alarms.upper_bound(5, 5) == pytest.approx(1)
