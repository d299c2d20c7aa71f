"""What timers hold for a while of what a workload leaves behind, and the line that sets them."""

import asyncio
import inspect

from find_mem_leaks.measured.looks import Looks
from find_mem_leaks.measured.settling import kept_by_timers, timers

KEPT = 10_000


class Workload:
    """Each operation leaves so many bytes to a timer of five seconds."""

    runs_timers_out = True

    def __init__(self, kept=KEPT):
        self.kept = kept
        self.called = 0

    async def stretch(self, begin, end):
        before = timers.pending()
        for _ in range(begin, end):
            if self.kept:
                asyncio.get_running_loop().call_later(5, self.let_go, bytearray(self.kept))
        if self.runs_timers_out:
            await timers.run_out(before)

    def let_go(self, kept):
        self.called += 1


def weighed(workload, operations=100):
    with asyncio.Runner() as runner:
        looks = Looks(())
        return kept_by_timers.weigh(workload, runner.run, operations, lambda: looks.look()["live_bytes"])


def test_what_timers_hold_is_weighed_with_the_line_that_sets_them():
    workload = Workload()
    reply = weighed(workload)
    assert KEPT <= reply["bytes"] / reply["operations"] < 1.2 * KEPT
    assert 4 < reply["seconds"] <= 5
    source, first = inspect.getsourcelines(Workload.stretch)
    line = first + next(at for at, text in enumerate(source) if "call_later" in text)
    place = {"name": "Workload.let_go", "file": __file__, "line": line, "number": 100}
    assert reply["timers"] == [place]
    assert workload.called == 300
    assert workload.runs_timers_out


def test_without_timers_nothing_is_held():
    reply = weighed(Workload(0))
    assert abs(reply["bytes"]) < 20_000
    assert (reply["seconds"], reply["timers"]) == (0.0, [])


def test_a_workload_whose_timers_are_left_alone_is_not_carried_out():
    workload = Workload()
    workload.runs_timers_out = False
    assert weighed(workload)["timers"] == []
    assert workload.called == 0
