"""A test whose clock stands still, between its calls too."""

import time

import pytest

CLOCKS = ("time", "monotonic", "perf_counter", "process_time")


@pytest.fixture(scope="module")
def stopped_clock():
    with pytest.MonkeyPatch.context() as patch:
        for name in CLOCKS:
            patch.setattr(time, name, lambda: 1.0)
        yield


def test_stopped_clock(stopped_clock):
    assert time.perf_counter() == time.monotonic() == 1.0
