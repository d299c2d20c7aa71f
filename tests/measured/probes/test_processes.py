import subprocess

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


def test_reading_keeps_nothing():
    with subprocess.Popen(["sleep", "60"]) as process:
        assert kept(processes.read) < 20
        process.kill()
