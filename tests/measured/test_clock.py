"""Time that a test stops stands still for the test, and goes on for what measures it."""

import time

from find_mem_leaks.measured import clock, family


def stop(monkeypatch):
    for name in ("monotonic", "perf_counter", "process_time"):
        monkeypatch.setattr(time, name, lambda: 1.0)


def test_the_clocks_go_on_where_those_of_the_module_stand_still(monkeypatch):
    stop(monkeypatch)
    begun, before = clock.seconds(), clock.of_processor()
    while clock.of_processor() == before:
        sum(range(1000))
    assert clock.seconds() > begun
    assert time.perf_counter() == 1.0


def test_the_processes_below_this_one_are_listed_anew_where_time_stands_still(monkeypatch):
    stop(monkeypatch)
    listed = []
    monkeypatch.setattr(family, "pids", lambda: listed.append(1) or [])
    monkeypatch.setattr(family, "_listed", clock.seconds() - 1)
    family.private()
    assert listed == [1]
