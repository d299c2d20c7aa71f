"""A measured process that is none, and a cell that is led on it."""

import asyncio

from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.recorder import Recorder
from find_mem_leaks.subjects.scenarios import SCENARIOS


class Silence:
    """A board that shows nothing."""

    def began(self, number, name, operations):
        pass

    def went_on(self, number, operations):
        pass

    def ended(self, number, cell):
        pass


class Measured:
    """A measured process whose live bytes grow by ``rate`` an operation, each of which takes ``seconds``; a look takes
    a tenth of a second by its clock, in no time."""

    looking = 0.1

    def __init__(self, rate=0.0, seconds=1e-4):
        self.rate, self.seconds = rate, seconds
        self.operations, self.clock = 0, 0.0
        self.requests = []
        self.planned = self.calls = 0

    async def ask(self, seconds, **request):
        self.requests.append(request)
        if request["do"] == "open":
            return {"python": "3", "packages": {}, "allocator": "pymalloc, glibc 2.36"}
        if request["do"] == "prepare":
            assert self.planned == 0 or request["round"] == 1
            self.planned = request["operations"]
            quarter = request["operations"] // 4
            counts = {"create": quarter, "read": quarter, "update": quarter}
            return {"counts": {**counts, "delete": request["operations"] - 3 * quarter}, "rss": 1_000}
        if request["do"] == "stretch":
            count = request["operations"]
            assert 0 <= count <= self.planned
            self.planned -= count
            self.operations += count
            self.calls += 1
            live = 1_000_000 + int(self.rate * self.operations)
            steady = {"blocks": 10_000, "elsewhere": 5, "rss": 9, "private": 8, "taken": 7}
            self.clock += count * self.seconds + self.looking
            counts = {"threads": 1, "descriptors": 3, "uncollectable": 0}
            steady |= {"clock": self.clock, "counts": counts, "unread": {}}
            steady["calls"] = self.calls
            return {"seconds": count * self.seconds, "live_bytes": live, **steady}
        if request["do"] == "caps":
            size = self.operations // 1_000 if self.rate else 0
            return {"caps": [{"id": 1, "name": "a cache", "size": size, "cap": 10**9}]}
        assert request["do"] == "finish"
        return {"rss": 2_000, "anonymous": 1_500, "peak": 3_000, "exact": await self.exact()}

    async def exact(self):
        """Look once more, which is no request."""
        reply = await self.ask(0.0, do="stretch", operations=0)
        self.requests.pop()
        return reply


def order(**changes):
    fields = {
        "stack": "any", "scenario": SCENARIOS["balanced"], "seed": 0, "rules": Rules(),
        "time_cap": 30.0, "stall": 5.0,
    }  # fmt: skip
    return Order(**{**fields, **changes})


def lead(protocol, measured, the_order):
    reached = []
    recorder = Recorder(reached.append)
    asyncio.run(protocol(measured.ask, the_order, "/nowhere", recorder))
    assert reached == sorted(reached)
    assert reached[-1] == measured.operations
    return recorder.series
