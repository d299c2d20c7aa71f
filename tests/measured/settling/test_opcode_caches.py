"""What old CPythons add to functions that are called often, counted in those very interpreters."""

import json
import subprocess
from pathlib import Path

import pytest

import find_mem_leaks
from find_mem_leaks.measured.settling import opcode_caches
from find_mem_leaks.subjects import environments

# Two functions: one has some attributes and globals to look up, the other so many that its cache is malloc's.
PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
from measured.probes import heap, pymalloc
from measured.settling import opcode_caches

lines = "".join("    value = len, sys.path, sys.argv\\n" for _ in range(200))
exec("def large():\\n" + lines)

def small():
    return len, sys.path, print, range

def memory():
    bytes_taken, blocks = opcode_caches.read()
    return [pymalloc.read()[0] + heap.read()[0], sys.getallocatedblocks(), bytes_taken, blocks]

opcode_caches.find()
calls = [small, large, memory]
for _ in range(3):
    small(), large(), memory()
before = memory()
before = memory()
for _ in range(1020):
    small(), large()
small(), large()
print(json.dumps([before, memory()]))
"""


def grown(version):
    python = environments.find_python(version)
    package = Path(find_mem_leaks.__file__).parent
    ran = subprocess.run([python, "-c", PROGRAM, package], capture_output=True, text=True, check=True)
    before, after = json.loads(ran.stdout)
    return [last - first for first, last in zip(before, after, strict=True)]


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10"])
def test_the_growth_of_functions_called_often_is_told_from_others(version):
    live, blocks, taken, taken_blocks = grown(version)
    assert taken > 5000
    assert taken_blocks == 2
    assert abs(live - taken) <= 512
    assert abs(blocks - taken_blocks) <= 5


def test_newer_versions_have_no_such_caches(monkeypatch):
    opcode_caches.find()
    assert opcode_caches.read() == (0, 0)
    monkeypatch.setattr(opcode_caches, "_HAVE_CACHES", True)
    monkeypatch.setattr(opcode_caches, "_found", {})
    opcode_caches.find()
    assert len(opcode_caches._found) > 1000
    assert opcode_caches.read() == (0, 0)
