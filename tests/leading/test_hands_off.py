"""How far the hands-off part goes, on a measured process that is none."""

import asyncio
from itertools import pairwise

import pytest

from find_mem_leaks.leading.hands_off import FEWEST, LONGEST, READINGS, hands_off
from led import order
from series_of import deployed

MIB = 1 << 20
BEGIN = deployed(lambda n: 0).begin
END = deployed(lambda n: 0).end


class Left:
    """A process whose resident memory is ``rss`` of its operations, each of which takes ``seconds``."""

    def __init__(self, rss=lambda n: 0, seconds=1e-4):
        self.rss, self.seconds = rss, seconds
        self.requests = []
        self.operations = self.planned = 0

    async def ask(self, patience, **request):
        assert patience > 0
        self.requests.append(request)
        if request["do"] == "account":
            return BEGIN if request["when"] == "begin" else END
        if request["do"] == "prepare":
            self.planned = request["operations"]
        if request["do"] == "leave":
            count = request["operations"]
            self.planned -= count
            assert self.planned >= 0
            self.operations += count
            memory = {"rss": BEGIN["rss"] + int(self.rss(self.operations)), "live_bytes": BEGIN["handed_out"]}
            return {"seconds": count * self.seconds, "collections": [0, 0, 0], **memory}
        return {}

    def asked(self, what):
        return [request for request in self.requests if request["do"] == what]


def lead(left, operations, *, goes_on=True, most=None, **changes):
    return asyncio.run(hands_off(left.ask, order(**changes), "/directory", operations, goes_on=goes_on, most=most))


@pytest.mark.parametrize(("operations", "most"), [(60, 55), (760, 100), (1_000_000, 1_000)])
def test_where_operations_fail_it_takes_no_more_than_it_may(operations, most):
    left = Left()
    lead(left, operations, goes_on=False, most=most)
    assert READINGS <= left.operations <= most


def test_it_takes_a_share_of_the_operations_where_memory_stays_level():
    left = Left()
    made = lead(left, 100_000)
    assert made.operations == left.operations == pytest.approx(15_000, rel=0.01)
    assert len(made.at) == READINGS
    assert made.seconds == pytest.approx(1.5, rel=0.01)
    [opened] = left.asked("open")
    assert opened["hands_off"] is True
    assert [request["when"] for request in left.asked("account")] == ["begin", "end"]
    assert left.requests[-1]["when"] == "end"
    assert (made.begin, made.end) == (BEGIN, END)


def test_a_cell_of_few_operations_has_some_all_the_same():
    assert lead(Left(), 10).operations == FEWEST


def test_the_longest_plan_is_not_exceeded():
    left = Left()
    made = lead(left, 10_000_000)
    assert made.operations >= 1_500_000
    assert max(request["operations"] for request in left.asked("prepare")) <= LONGEST
    assert len(made.at) == READINGS


def test_readings_stay_as_far_apart_as_one_another():
    made = lead(Left(lambda n: 40 * min(n, 3_000_000), seconds=1e-7), 1_000_000)
    apart = {later - earlier for earlier, later in pairwise(made.at)}
    assert made.operations > 3_000_000
    assert max(apart) <= 2 * min(apart)


def test_it_goes_on_while_memory_rises_and_ends_when_that_stops():
    left = Left(lambda n: 400 * min(n, 50_000))
    made = lead(left, 100_000)
    assert 100_000 <= made.operations <= 250_000
    assert READINGS <= len(made.at) <= 2 * READINGS
    assert made.seconds == pytest.approx(made.operations * 1e-4)
    assert list(made.at) == sorted(set(made.at))


def test_a_cell_that_leaks_takes_no_more_than_its_share():
    assert lead(Left(lambda n: 400 * n), 100_000, goes_on=False).operations == pytest.approx(15_000, rel=0.01)


def test_it_ends_when_time_is_up():
    made = lead(Left(lambda n: 40 * n), 100_000, time_cap=0.0)
    assert made.operations == pytest.approx(15_000, rel=0.01)


def test_it_ends_before_memory_is_full():
    made = lead(Left(lambda n: 50_000 * n, seconds=1e-9), 1_000)
    assert 1 << 30 < made.rss[-1] - BEGIN["rss"] < 4 << 30


def test_readings_that_were_dropped_lend_their_seconds_to_the_next():
    left = Left(lambda n: 400 * min(n, 200_000))
    made = lead(left, 10_000)
    assert made.seconds == pytest.approx(left.operations * left.seconds)
    assert made.operations == left.operations


@pytest.mark.parametrize(("pace", "operations"), [(0.13, 96), (0.4, 52), (1.0, 24), (9.0, 24)])
def test_operations_that_take_long_are_fewer(pace, operations):
    left = Left(seconds=pace)
    made = asyncio.run(hands_off(left.ask, order(), "/directory", 10, goes_on=True, pace=pace))
    assert made.operations == operations
    assert len(made.at) >= 24
