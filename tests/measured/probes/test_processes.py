import subprocess

from find_mem_leaks.measured import family
from find_mem_leaks.measured.probes import processes
from probed import kept


def test_processes_that_run_or_were_not_waited_for_are_counted():
    before = processes.read()
    started = [subprocess.Popen(["sleep", "60"]) for _ in range(3)]
    assert processes.read() == before + 3
    assert {process.pid for process in started} <= processes.numbers()
    hint = processes.hint()
    for process in started:
        process.kill()
    assert processes.read() == before + 3
    for process in started:
        process.wait()
    assert processes.read() == before
    assert processes.hint() != hint


def test_the_hint_changes_with_each_that_is_added_also_where_the_system_tells_no_last_number(monkeypatch):
    for is_told in (True, False):
        monkeypatch.setattr(family, "_read", family._read if is_told else without_load_average)
        before = processes.hint()
        with subprocess.Popen(["true"]):
            assert processes.hint() != before


def without_load_average(name, read=family._read):
    if name == "loadavg":
        raise FileNotFoundError(name)
    return read(name)


def test_reading_keeps_nothing():
    with subprocess.Popen(["sleep", "60"]) as process:
        assert kept(processes.read) < 20
        process.kill()
