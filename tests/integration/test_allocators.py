"""Leaks of native memory by the command line, with each malloc in the place of libc's, and with one that tells nothing.

The measured process inherits ``LD_PRELOAD``, as a service's own process has it.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import find_mem_leaks
from find_mem_leaks import errors

PACKAGE = Path(find_mem_leaks.__file__).parent
BEGIN = """
import ctypes
from concurrent.futures import ThreadPoolExecutor
C = ctypes.CDLL(None)
C.malloc.argtypes, C.malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
"""
WORKLOADS = {
    "every": "def operation(i):\n    C.malloc(64)\n",
    "every_tenth": "def operation(i):\n    if i % 10 == 0:\n        C.malloc(64)\n",
    "none": "def operation(i):\n    return bytearray(i % 3000 + 1)\n",
    "in_a_thread": "POOL = ThreadPoolExecutor(1)\ndef operation(i):\n    POOL.submit(bytearray, 1000).result()\n",
    "objects": "KEPT = []\ndef operation(i):\n    KEPT.append(object())\n",
    "traced": "import tracemalloc\ntracemalloc.start()\nKEPT = set()\ndef operation(i):\n    KEPT.add(i % 1000)\n",
}


@pytest.fixture
def run(tmp_path):
    """Run a workload by the command line, and return the exit code and the cell's record."""

    def run(workload, library="", source=PACKAGE.parent):
        file, results = tmp_path / f"{workload}.py", tmp_path / f"{workload}.json"
        file.write_text(BEGIN + WORKLOADS[workload])
        command = [sys.executable, "-m", "find_mem_leaks", "run", str(file), "--quick", "--no-explain", "-q"]
        environment = {**os.environ, "LD_PRELOAD": library, "PYTHONPATH": str(source)}
        done = subprocess.run([*command, "-f", "-o", str(results)], env=environment, check=False)
        return done.returncode, json.loads(results.read_text())["cells"][0]

    return run


@pytest.fixture
def telling_nothing(tmp_path):
    """A copy of the package that knows no allocator: whichever answers is one that tells nothing."""
    source = tmp_path / "source"
    shutil.copytree(PACKAGE, source / "find_mem_leaks", ignore=shutil.ignore_patterns("__pycache__"))
    with (source / "find_mem_leaks" / "measured" / "allocators" / "answering.py").open("a") as file:
        file.write("\nKINDS = ()\n")
    return source


@pytest.mark.parametrize(("workload", "size"), [("every", 64.0), ("every_tenth", 6.4)])
@pytest.mark.parametrize("name", ["jemalloc", "mimalloc", "tcmalloc"])
def test_a_leak_of_native_memory_has_its_size(malloc_libraries, run, name, workload, size):
    code, cell = run(workload, malloc_libraries[name])
    assert code == errors.LEAK
    assert cell["verdict"] == "leaking"
    low, high = cell["interval"]
    assert low <= size <= high
    assert cell["allocator"].startswith(f"pymalloc, {name} ")
    assert cell["unread"] == {}


@pytest.mark.parametrize("name", ["jemalloc", "mimalloc", "tcmalloc"])
def test_what_does_not_leak_is_clean(malloc_libraries, run, name):
    code, cell = run("none", malloc_libraries[name])
    assert code == errors.CLEAN
    assert cell["verdict"] == "clean"


def test_with_memory_in_other_threads_mimalloc_does_not_acquit(malloc_libraries, run):
    code, cell = run("in_a_thread", malloc_libraries["mimalloc"])
    assert code == errors.CLEAN
    assert cell["verdict"] == "inconclusive"
    assert cell["bytes_per_operation"] is cell["interval"] is None
    assert cell["reason"].startswith("native memory not read: mimalloc tells only of the thread that asks")


def test_a_malloc_that_tells_nothing_is_not_clean(telling_nothing, run):
    _, cell = run("none", source=telling_nothing)
    assert cell["verdict"] == "inconclusive"
    assert cell["bytes_per_operation"] is cell["interval"] is None
    assert "live_bytes" not in cell["growth"]
    assert cell["allocator"] == "pymalloc, malloc of libc.so.6"
    assert cell["reason"].startswith("native memory not read: the malloc of libc.so.6 has no counter that is known; ")


def test_its_leaks_are_convicted_by_the_pages_that_it_takes(telling_nothing, run):
    code, cell = run("every", source=telling_nothing)
    assert code == errors.LEAK
    assert cell["convicted_by"] == ["mapped_pages"]
    low, high = cell["interval"]
    assert low <= 80 * 1.05  # glibc hands out 80 bytes for 64
    assert high >= 80 * 0.95
    assert "; native memory not read: " in cell["reason"]


def test_a_leak_of_objects_is_found_whichever_malloc_answers(telling_nothing, run):
    code, cell = run("objects", source=telling_nothing)
    assert code == errors.LEAK
    assert {"live_bytes", "blocks"} <= {*cell["convicted_by"]}
    assert cell["growth"]["live_bytes"]["rate"] >= 15


def test_objects_behind_tracemalloc_are_not_called_clean(run):
    _, cell = run("traced")
    assert cell["verdict"] == "inconclusive"
    assert "Python objects not read: " in cell["reason"]
