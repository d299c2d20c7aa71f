import asyncio
import gc
import sys

from find_mem_leaks.judging.criteria import MEMORY_CAP
from find_mem_leaks.judging.series import READINGS
from find_mem_leaks.leading.auto import LOOKS, WARM_UP_ROUNDS
from find_mem_leaks.leading.recorder import MOST_ROUNDS, Recorder
from find_mem_leaks.leading.rounds import carry_out
from led import Measured, order


def test_the_record_of_a_cell_does_not_grow_with_its_rounds():
    """Exact: blocks that the tool itself holds after some rounds and after ten times as many."""
    held = {}

    async def go_on(rounds):
        measured = Measured()
        recorder = Recorder(lambda operations: None)
        for number in range(rounds):
            measured.planned = 0
            stretches = [10] * LOOKS
            made = await carry_out(measured.ask, order(), number + 1, stretches, number < 3, recorder)
            recorder.add(made)
            recorder.thin()
            measured.requests.clear()
        gc.collect()
        held[rounds] = (sys.getallocatedblocks(), len(recorder.series.rounds))

    for rounds in (300, 300, 3_000):
        asyncio.run(go_on(rounds))
    blocks, kept = held[300]
    most_blocks, most_kept = held[3_000]
    assert most_kept <= MOST_ROUNDS + WARM_UP_ROUNDS
    assert most_blocks - blocks < 8 * LOOKS * (MOST_ROUNDS - kept + 10)


def test_memory_beside_the_process_counts_among_what_a_cell_may_grow_by():
    recorder = Recorder(lambda operations: None)
    reply = {"seconds": 1.0, "calls": 1, "unread": {}, **dict.fromkeys(READINGS, 5)}
    recorder.sample(10, {**reply, "counts": {"children": 0, "shared_memory": 0}})
    recorder.sample(10, {**reply, "counts": {"children": MEMORY_CAP // 2, "shared_memory": MEMORY_CAP // 2}})
    assert not recorder.exhausted
    recorder.sample(10, {**reply, "counts": {"children": MEMORY_CAP // 2, "shared_memory": MEMORY_CAP}})
    assert recorder.exhausted
