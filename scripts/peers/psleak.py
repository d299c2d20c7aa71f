"""psleak, memory checkers only: as its README says, ``PYTHONMALLOC=malloc`` and ``PYTHONUNBUFFERED=1``, its defaults.

https://github.com/giampaolo/psleak, README of 0.1.6 ("Usage", "Configuration", "Recommended test environment"):
``execute()`` of a ``MemoryLeakTestCase`` calls the function 10 times, then 200 times, then half as often again for up
to 10 runs, until heap, mmap, USS, RSS and VMS stop growing. The workload first gets the warm-up that all peers get.
The other checkers (descriptors, threads, garbage) look at a single call and answer another question.

A run cannot be cut short, as psleak divides its growth by the calls that it asked for. If all runs take longer than
``SECONDS``, there is no verdict. Coroutines are finished one by one, since psleak has no loop that awaits.
"""

from __future__ import annotations

import time

from workload import CLEAN, LEAKING, WARM_UP, Workload, report, with_environment

SECONDS = 120.0


def judge(workload: Workload) -> tuple[str, str]:
    from psleak import Checkers, MemoryLeakError, MemoryLeakTestCase

    workload.run(WARM_UP)
    deadline = time.perf_counter() + SECONDS
    calls = 0

    def operation() -> None:
        nonlocal calls
        if time.perf_counter() > deadline:
            raise TimeoutError(f"psleak was not done after {SECONDS:.0f} s and {calls} calls")
        calls += 1
        workload.call()

    try:
        MemoryLeakTestCase().execute(operation, checkers=Checkers.only("memory"))
    except MemoryLeakError as error:
        return LEAKING, f"{calls} calls; last run: {str(error).splitlines()[-1]}"
    return CLEAN, f"{calls} calls"


if __name__ == "__main__":
    with_environment(PYTHONMALLOC="malloc", PYTHONUNBUFFERED="1")
    report(judge)
