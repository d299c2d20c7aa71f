import threading
import time

from find_mem_leaks.measured.probes import threads
from probed import kept


def test_threads_that_run_are_counted_and_those_that_ended_are_not():
    stop = threading.Event()
    before = threads.read()
    started = [threading.Thread(target=stop.wait) for _ in range(3)]
    for thread in started:
        thread.start()
    during = threads.read()
    stop.set()
    for thread in started:
        thread.join()
    assert during == before + 3
    for _ in range(500):  # the kernel lists a thread for a moment after its end
        if threads.read() == before:
            break
        time.sleep(0.01)
    assert threads.read() == before


def test_where_the_system_does_not_tell_pythons_own_threads_are_counted(monkeypatch):
    monkeypatch.setattr(threads, "_HAS_TASKS", False)
    assert threads.read() == threading.active_count()


def test_the_hint_changes_where_one_thread_takes_the_place_of_another():
    hints = []
    for _ in range(2):
        thread = threading.Thread(target=lambda: hints.append(threads.hint()))
        thread.start()
        thread.join()
    assert hints[0] != hints[1]


def test_reading_keeps_nothing():
    assert kept(threads.read) < 20
