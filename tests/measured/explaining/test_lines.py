"""Which line makes a counter grow: on workloads of the tests' own, in this process."""

import os
import sys
import threading
from pathlib import Path

import pytest

from find_mem_leaks.measured import user_file
from find_mem_leaks.measured.explaining import counters, lines

WINDOW = 40
MALLOC = (
    "import ctypes\nC = ctypes.CDLL(None)\nC.malloc.restype = ctypes.c_void_p\nC.free.argtypes = [ctypes.c_void_p]\n"
)
MAPPED = (
    "import ctypes\nC = ctypes.CDLL(None)\nC.mmap.restype = ctypes.c_void_p\n"
    "C.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]\n"
)


@pytest.fixture
def watched(tmp_path):
    """Lines and growth per window of what grows while a file's operation is carried out."""

    def run(text, counter, rate=1.0, most=WINDOW, within=60.0):
        (tmp_path / "own.py").write_text(text)
        workload = user_file.Operations(user_file.load(str(tmp_path / "own.py")), "own", str(tmp_path))
        request = {"warm_up": 5, "most": most, "within": within, "counter": counter, "rate": rate}
        found = lines.watch(workload, lambda result: None, request)
        assert all(record["stack"][0][1] == str(tmp_path / "own.py") for record in found["growing"])
        return found["window"], {record["stack"][0][2]: record["counts"] for record in found["growing"]}

    return run


def test_memory_that_is_asked_for_by_address_is_of_the_line_that_asks(watched):
    window, grown = watched(
        MALLOC + "def operation(i):\n    kept = i\n    C.malloc(2000)\n    return kept\n", "heap", 2016.0
    )
    times, total, both, _ = grown[7]
    assert times >= window
    assert both - times >= window
    assert total >= window * 2000


def test_pages_that_are_mapped_are_of_the_line_that_maps_them(watched):
    window, grown = watched(
        MAPPED + "def operation(i):\n    C.mmap(None, 1 << 20, 3, 0x22, -1, 0)\n", "mapped", 1 << 20
    )
    assert grown[6][1] >= window * (1 << 20)


def test_a_descriptor_is_of_the_line_that_opened_it_and_one_that_is_closed_of_none(watched):
    text = (
        "import os\nkept = []\n"
        "def operation(i):\n    one = os.open('/', 0)\n    two = os.open('/', 0)\n"
        "    os.close(one)\n    kept.append(two)\n"
    )
    window, grown = watched(text, "descriptors")
    for left in sys.modules["own"].kept:
        os.close(left)
    assert {4: 0, 5: window} == {line: grown.get(line, [0, 0])[1] for line in (4, 5)}


def test_a_thread_is_of_the_line_that_starts_it(watched, request):
    release = threading.Event()
    request.addfinalizer(release.set)
    lines.release_of_test = release
    request.addfinalizer(lambda: vars(lines).pop("release_of_test"))
    text = (
        "import sys, threading\n"
        "def operation(i):\n    event = sys.modules['find_mem_leaks.measured.explaining.lines'].release_of_test\n"
        "    thread = threading.Thread(target=event.wait, daemon=True)\n    thread.start()\n"
    )
    window, grown = watched(text, "threads", most=5)
    assert grown == {5: [window, window, 2 * window, 2 * window]}


def test_it_stops_when_it_has_seen_enough_or_time_is_up(watched):
    text = MALLOC + "def operation(i):\n    C.malloc(2000)\n"
    assert lines.ENOUGH <= watched(text, "heap", 2016.0, most=10_000)[0] <= 4 * lines.ENOUGH
    assert watched(text, "heap", 1e9, most=10_000, within=0.0)[0] == 1


def test_what_library_code_does_is_of_the_own_line_that_called_it(watched):
    text = MALLOC + "import heapq\ndef less(i):\n    C.malloc(900)\n    return i\n"
    text += "def operation(i):\n    heapq.nlargest(1, [i], key=less)\n"
    _, grown = watched(text, "heap", 912.0)
    assert 7 in grown


def test_a_tracer_that_was_there_is_there_again():
    def before(*_):
        return None

    kept = sys.gettrace()
    sys.settrace(before)
    try:
        with lines.Watch(counters.Amounts(lambda: 0)):
            pass
        assert sys.gettrace() is before
    finally:
        sys.settrace(kept)


@pytest.mark.parametrize(
    ("file", "own"),
    [
        ("/home/somebody/work.py", True),
        (str(Path(lines.__file__).parents[1] / "stacks" / "a_stack.py"), True),
        (str(Path(lines.__file__).parents[1] / "blog" / "units_of_work.py"), True),
        (str(Path(lines.__file__).parents[1] / "blog" / "database.py"), False),
        (lines.__file__, False),
        ("/usr/lib/python3.11/heapq.py", False),
        ("/venv/lib/python3.9/site-packages/orm/session.py", False),
        ("<string>", False),
    ],
)
def test_own_code_is_neither_a_library_nor_the_harness(file, own):
    assert lines.is_own(file) is own


class Growing:
    """A counter that has grown whenever it is asked, and notes where."""

    def __init__(self):
        self.at = []

    def settle(self, at):
        self.at.append(at)
        return at is not None

    def forget(self):
        pass


def test_what_grows_is_of_the_line_that_ran_and_after_a_return_of_the_one_that_called():
    """By the functions that the interpreter calls while it traces, called here."""
    counted, frame = Growing(), sys._getframe()
    watch = lines.Watch(counted, own=__file__)

    def called():
        inner = sys._getframe()
        assert watch._call(inner, "call", None) == watch._line
        watch._line(inner, "line", None)
        watch._line(inner, "return", None)
        return inner.f_code

    watch._call(frame, "call", None)
    code = called()
    watch._settle()
    of = [at and at[0] for at in counted.at]
    assert of == [None, frame.f_code, code, code, frame.f_code]
    assert {point[0] for point in watch.stacks} == {frame.f_code, code}
    assert next(stack for point, stack in watch.stacks.items() if point[0] is code)[0][:2] == ("called", __file__)


def test_code_inside_a_line_and_that_of_a_library_are_not_followed():
    watch = lines.Watch(Growing())
    assert [watch._call(frame, "call", None) for frame in (sys._getframe() for _ in "a")] == [None]
    assert [watch._is_own(file) for file in (os.__file__, pytest.__file__, lines.__file__, "<string>", __file__)] == [
        *[False] * 4,
        True,
    ]
    assert lines.around(sys._getframe())[0][:2] == (sys._getframe().f_code.co_name, __file__)


POOL = """
import os
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(1)
kept = []

def handler(i):
    kept.append(os.open("/", 0))

def operation(i):
    pool.submit(handler, i).result()
"""
QUEUE = """
import os, queue, threading

asked, answered = queue.Queue(), queue.Queue()
kept = []

def handler(i):
    kept.append(os.open("/", 0))
    kept.append(i)

def work():
    while True:
        handler(asked.get())
        answered.put(None)

threading.Thread(target=work, daemon=True).start()

def operation(i):
    asked.put(i)
    answered.get()
"""


@pytest.mark.parametrize(("text", "line"), [(POOL, 9), (QUEUE, 8)])
def test_what_a_thread_does_that_began_long_before_is_of_its_line(watched, text, line):
    """The operations of the warm-up have started it. Now and then the operation's own next line begins while the
    descriptor is being opened, and the growth is told as that line's."""
    window, grown = watched(text, "descriptors")
    times, total, both, _ = grown[line]
    assert min(times, total, both - times) > window / 2
    assert sys.gettrace() is None or "Watch" not in repr(sys.gettrace())
