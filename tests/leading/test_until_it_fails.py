"""A cell once more, up to the operation that failed: on a measured process that is none."""

import asyncio

import pytest

from find_mem_leaks.leading.recorder import Recorder
from find_mem_leaks.leading.until_it_fails import LOOKS, until_it_fails
from find_mem_leaks.leading.worker import WorkerError
from led import Measured, order


class Failing(Measured):
    """A measured process whose operations fail after so many."""

    def __init__(self, after):
        super().__init__()
        self.after = after

    async def ask(self, seconds, **request):
        if request["do"] == "stretch" and self.operations + request["operations"] > self.after:
            raise WorkerError("OSError: too many")
        self.planned = 0 if request["do"] == "prepare" else self.planned
        return await super().ask(seconds, **request)


def led(after, operations):
    recorder = Recorder(lambda _: None)
    measured = Failing(after)
    with pytest.raises(WorkerError, match="too many"):
        asyncio.run(until_it_fails(measured.ask, order(), "/nowhere", recorder, operations))
    return measured, recorder.so_far


@pytest.mark.parametrize("operations", [15, 100, 1_000, 100_000])
def test_however_early_it_fails_there_are_looks_until_then(operations):
    measured, found = led(operations, operations)
    looks = {sample.operations for made in found.rounds for sample in made.samples}
    assert len(looks) == min(operations, LOOKS)
    assert found.operations == pytest.approx(0.75 * operations, rel=0.25, abs=1)
    assert [made.warm_up for made in found.rounds] == [True, False]
    assert measured.operations <= operations


def test_it_goes_on_where_it_fails_later():
    _, found = led(1_300, 1_000)
    assert [made.warm_up for made in found.rounds] == [True, False, False]
    assert found.rounds[-1].samples[-1].operations > 1_200


def test_it_ends_where_it_does_not_fail_again():
    recorder = Recorder(lambda _: None)
    measured = Failing(10_000)
    asyncio.run(until_it_fails(measured.ask, order(), "/nowhere", recorder, 1_000))
    assert measured.operations == 2_000
