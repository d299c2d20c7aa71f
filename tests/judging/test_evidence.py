from dataclasses import replace

import pytest

from find_mem_leaks.judging.evidence import Evidence
from find_mem_leaks.judging.probes import BLOCKS, LIVE_BYTES, PROBES, THREADS
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import Cap
from series_of import series

FLAT = lambda n: 0  # noqa: E731


def evidence(measured, **changes):
    return Evidence(measured, **{"rules": Rules(), "last": False, **changes})


def test_points_are_the_lowest_readings_after_the_warm_up():
    measured = series(lambda n: n, noise=10_000)
    growth = evidence(measured).growth(LIVE_BYTES)
    assert len(growth.readings) == 24
    assert growth.readings.min() == min(sample.live_bytes for sample in measured.samples())
    assert set(growth.operations) <= {sample.operations for sample in measured.samples()}


def test_a_point_lies_at_the_operation_at_which_its_probe_read_the_least():
    measured = series(lambda n: -n, threads=lambda n: n)
    found = evidence(measured)
    assert (found.growth(LIVE_BYTES).operations > found.growth(THREADS).operations).all()


def test_the_warm_up_is_among_all_samples_and_counted():
    measured = series(lambda n: n)
    growth = evidence(measured).growth(LIVE_BYTES)
    assert growth.warm_up == 3 * 32
    assert len(growth.every) == len(growth.levels) == 33 * 32
    assert growth.every[growth.warm_up] == next(measured.samples()).operations


def test_a_probe_is_read_once_and_keeps_the_confidence_of_the_rules():
    found = evidence(series(lambda n: n), rules=Rules(confidence=0.9))
    for probe in PROBES:
        assert found.growth(probe) is found.growth(probe)
        assert found.growth(probe).probe is probe
        assert found.growth(probe).confidence == 0.9


@pytest.mark.parametrize(
    ("limit", "bytes_", "blocks"), [(1.0, 0.032, 0.0005), (50, 0.032, 0.0005), (0.016, 0.016, 0.00025)]
)
def test_a_limit_below_one_small_object_in_2000_operations_asks_for_slower_growth(limit, bytes_, blocks):
    found = evidence(series(FLAT, rounds=1), rules=Rules(limit=limit))
    assert found.slowest(LIVE_BYTES) == pytest.approx(bytes_)
    assert found.slowest(BLOCKS) == pytest.approx(blocks)
    assert found.slowest(THREADS) == 0


def test_the_share_of_a_horizon_is_more_where_nothing_more_comes():
    short = series(FLAT, rounds=4)
    assert evidence(short).share(Rules().convict) < 1 < evidence(short, last=True).share(Rules().convict)


def filling(*caps):
    measured = series(FLAT)
    return [cap.name for cap in evidence(replace(measured, caps=caps)).filling]


def test_containers_with_room_left_are_filling_and_the_one_that_gained_most_comes_first():
    assert filling(Cap("small", 0, 10, 100), Cap("large", 50, 90, 100), Cap("full", 0, 100, 100)) == ["large", "small"]


def test_a_container_that_did_not_grow_is_not_filling():
    assert filling(Cap("idle", 7, 7, 100), Cap("emptied", 9, 2, 100)) == []


def test_a_container_is_held_to_be_filling_until_half_as_many_operations_again_are_over():
    over = series(FLAT).operations
    just, long = round(over / 1.4), round(over / 1.6)
    assert filling(Cap("just full", 0, 100, 100, just), Cap("long full", 0, 100, 100, long)) == ["just full"]


def test_without_containers_nothing_is_filling():
    assert filling() == []
