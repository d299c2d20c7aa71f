"""Tracing threads that began before."""

import threading
from concurrent.futures import ThreadPoolExecutor

from find_mem_leaks.measured.explaining import threads


def test_a_thread_of_a_pool_is_traced_and_no_longer_at_the_end():
    seen = []

    def call(frame, _event, _argument):
        seen.append(frame.f_code.co_name)

    def work():
        return threading.get_ident()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(work).result()
        before = threading._trace_hook
        threads.trace(call)
        try:
            assert pool.submit(work).result() == first
        finally:
            threads.trace(before)
        assert "work" in seen
        seen.clear()
        assert pool.submit(work).result() == first
        assert "work" not in seen
