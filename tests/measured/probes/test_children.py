import subprocess
import sys

from find_mem_leaks.measured.probes import children, processes
from probed import kept

KEEPS = "kept = []\nwhile True:\n    kept.append(b'x' * int(input()))\n    print('kept', flush=True)\n"


def test_what_a_child_takes_is_counted_until_it_ends():
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", KEEPS], **pipes) as child:
        readings = []
        for size in (0, 20_000_000):
            child.stdin.write(f"{size}\n")
            child.stdin.flush()
            child.stdout.readline()
            processes.read()
            readings.append(children.read())
        child.kill()
    processes.read()
    assert 19_000_000 <= readings[1] - readings[0] <= 22_000_000
    assert children.read() == 0


def test_reading_keeps_nothing():
    with subprocess.Popen(["sleep", "60"]) as child:
        assert kept(children.read) < 20
        child.kill()
