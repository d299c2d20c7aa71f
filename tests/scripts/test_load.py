"""The processes beside a measurement are as many as its condition says, and end with it."""

import subprocess
import sys
from pathlib import Path

import load
import psutil
import pytest

SCRIPTS = Path(load.__file__).parent


@pytest.mark.parametrize(("condition", "number"), [(load.IDLE, 0), (load.BUSY, 2)])
def test_so_many_processes_are_busy_as_the_condition_says_until_the_block_ends(condition, number):
    before = psutil.Process().children()
    with load.beside(condition):
        running = [child for child in psutil.Process().children() if child not in before]
        assert len(running) == number
    assert not any(child.is_running() for child in running)


def test_nothing_stays_busy_if_the_measurement_fails():
    before = psutil.Process().children()
    with pytest.raises(ZeroDivisionError), load.beside(load.BUSY):
        raise ZeroDivisionError
    assert psutil.Process().children() == before


def test_nothing_stays_busy_if_the_script_is_killed():
    code = "import load, time\nwith load.beside(load.BUSY):\n    print(flush=True)\n    time.sleep(600)"
    script = subprocess.Popen([sys.executable, "-c", code], cwd=SCRIPTS, stdout=subprocess.PIPE)
    script.stdout.read(1)
    running = psutil.Process(script.pid).children()
    assert len(running) == 2
    script.kill()
    script.communicate()
    assert not psutil.wait_procs(running, timeout=60)[1]
