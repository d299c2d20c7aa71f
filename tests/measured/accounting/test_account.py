"""The account of real processes whose memory is known part by part, through the worker's own protocol."""

import asyncio
import sys

import pytest

from find_mem_leaks.judging.deployed import Deployed
from find_mem_leaks.leading.worker import Worker
from find_mem_leaks.subjects import environments

MB = 1_000_000
# An operation of each kind keeps some 2,000 bytes; what an allocator takes beside them is within a twentieth.
WORKLOADS = {
    "python": "kept = []\ndef operation(i):\n    kept.append(str(i) * 10)\n    kept.append([i, 2.5 * i, (i, i)])",
    "large objects": "kept = []\ndef operation(i):\n    kept.append(bytearray(2000))",
    "native": (
        "import ctypes\nc = ctypes.CDLL(None)\nc.malloc.restype = ctypes.c_void_p\n"
        "c.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]\n"
        "def operation(i):\n    c.memset(c.malloc(2000), 1, 2000)"
    ),
    "garbage": (
        "import gc\ndef setup():\n    gc.disable()\n"
        "def operation(i):\n    cycle = [bytearray(1900)]\n    cycle.append(cycle)"
    ),
    "mapped": (
        "import mmap\nkept = []\n"
        "def operation(i):\n    kept.append(mmap.mmap(-1, 4096, mmap.MAP_PRIVATE))\n    kept[-1][:1] = b'x'"
    ),
    "freed": (
        "kept, rest = [], []\ndef operation(i):\n    kept.append(bytearray(2000))\n"
        # One in a hundred stays in between, lest the C library gives back all of it at once.
        "    rest.append(bytearray(20 if i % 100 else 600))\n"
        "    if i == 19_999:\n        kept.clear()"
    ),
}
OPERATIONS = 20_000


def account(tmp_path, code, *, python=sys.executable, settings=None, operations=OPERATIONS):
    file = tmp_path / "work.py"
    file.write_text(code)

    async def lead():
        async with Worker(python, 0, settings or {}) as worker:
            asked = {"stack": "work", "file": str(file), "directory": worker.directory, "mix": None, "seed": 0}
            await worker.ask(30, do="open", capacity=operations, hands_off=True, **asked)
            begin = await worker.ask(30, do="account", when="begin")
            await worker.ask(30, do="prepare", round=0, operations=operations)
            readings = [await worker.ask(60, do="leave", operations=operations // 4) for _ in range(4)]
            end = await worker.ask(60, do="account", when="end")
            await worker.close(30)
        at = tuple(operations // 4 * (number + 1) for number in range(4))
        columns = [tuple(reading[name] for reading in readings) for name in ("seconds", "rss", "live_bytes")]
        return Deployed(at, *columns, tuple(tuple(each["collections"]) for each in readings), begin, end)

    return asyncio.run(lead())


def largest(made):
    return max(made.account, key=made.account.get)


@pytest.mark.parametrize(
    ("kind", "part", "least", "most"),
    [
        ("python", "python", 6.5 * MB, 7.5 * MB),
        ("large objects", "python", 40 * MB, 43 * MB),
        ("native", "native", 40 * MB, 41 * MB),
        ("garbage", "garbage", 39 * MB, 43 * MB),
        ("mapped", "mapped", 4096 * OPERATIONS - MB, 4096 * OPERATIONS + MB),
        ("freed", "kept_by_heap", 38 * MB, 42 * MB),
    ],
)
def test_memory_of_one_kind_is_in_the_part_of_that_kind(tmp_path, kind, part, least, most):
    made = account(tmp_path, WORKLOADS[kind])
    assert largest(made) == part
    assert least <= made.account[part] <= most
    assert abs(made.left_over) <= max(MB, 0.05 * made.growth)


def test_growth_that_was_read_is_what_the_system_says(tmp_path):
    made = account(tmp_path, WORKLOADS["large objects"])
    assert made.growth == pytest.approx(made.rss[-1] - made.begin["rss"], abs=MB)
    assert made.peak >= made.end["rss"]
    assert list(made.rss) == sorted(made.rss)


def test_where_pythons_allocator_is_off_the_heap_holds_its_objects(tmp_path):
    made = account(tmp_path, WORKLOADS["python"], settings={"PYTHONMALLOC": "malloc"})
    assert largest(made) == "python"
    assert made.end["environment"]["PYTHONMALLOC"] == "malloc"
    assert abs(made.left_over) <= max(MB, 0.05 * made.growth)


def test_trimming_gives_back_what_was_freed(tmp_path):
    made = account(tmp_path, WORKLOADS["freed"].replace("rest.append(bytearray(20))", "pass"))
    assert made.end["trimmed"] + made.account["kept_by_heap"] >= 0
    code = "kept = []\ndef operation(i):\n    kept.append(bytearray(2000))\n    if i == 19_999:\n        del kept[:-1]"
    kept = account(tmp_path, code)
    assert kept.end["trimmed"] > 30 * MB


def test_the_processs_own_settings_are_told(tmp_path):
    code = "import gc\ndef setup():\n    gc.freeze()\n    gc.set_threshold(5_000, 20, 30)\ndef operation(i):\n    pass"
    made = account(tmp_path, code, settings={"MALLOC_ARENA_MAX": "2"}, operations=100)
    assert made.end["thresholds"] == [5_000, 20, 30]
    assert made.end["enabled"] is True
    assert made.end["frozen"] > 1_000
    assert made.end["environment"]["MALLOC_ARENA_MAX"] == "2"
    assert "GLIBC_TUNABLES" not in made.end["environment"]


def test_with_threads_objects_of_the_heap_are_told_from_native_memory_too(tmp_path):
    code = (
        "import threading\ndef setup():\n    threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        "kept = []\ndef operation(i):\n    kept.append(bytearray(2000))"
    )
    made = account(tmp_path, code)
    assert largest(made) == "python"


def test_garbage_of_before_the_first_operation_is_not_what_operations_leave(tmp_path):
    code = (
        "import gc\ndef setup():\n    gc.disable()\n    for size in (400, 4_000):\n        for _ in range(500):\n"
        "            cycle = [bytearray(size)]\n            cycle.append(cycle)\n"
        "kept = []\ndef operation(i):\n    kept.append(bytearray(200))"
    )
    made = account(tmp_path, code)
    assert made.garbage_at_begin == pytest.approx(500 * (4_400 + 2 * 150), rel=0.15)
    assert made.account["garbage"] == 0
    assert made.account["python"] == pytest.approx(OPERATIONS * 270, rel=0.1)


@pytest.mark.parametrize("version", ["3.8", "3.13"])
def test_other_pythons_give_the_same_account(tmp_path, version):
    python = environments.find_python(version)
    made = account(tmp_path, WORKLOADS["garbage"], python=python)
    assert largest(made) == "garbage"
    assert abs(made.left_over) <= max(MB, 0.05 * made.growth)


def test_heaps_of_threads_are_among_those_that_keep(tmp_path):
    code = (
        "import ctypes, threading\nc = ctypes.CDLL(None)\nc.malloc.restype = ctypes.c_void_p\n"
        "c.free.argtypes = [ctypes.c_void_p]\ndone = threading.Barrier(2)\n"
        "def work():\n    blocks = [c.malloc(60_000) for _ in range(400)]\n"
        "    for block in blocks:\n        ctypes.memset(block, 1, 60_000)\n"
        "    for block in blocks[:-1]:\n        c.free(block)\n    done.wait()\n    threading.Event().wait()\n"
        "def operation(i):\n    threading.Thread(target=work, daemon=True).start()\n    done.wait()"
    )
    made = account(tmp_path, code, operations=4)
    assert largest(made) == "kept_by_heap"
    assert made.account["kept_by_heap"] == pytest.approx(4 * 399 * 60_000, rel=0.05)
    assert abs(made.left_over) <= MB
