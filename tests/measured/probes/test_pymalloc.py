import os
import subprocess
import sys

import pytest

from find_mem_leaks.measured.probes import pymalloc
from probed import growth, in_blocks, kept


def test_small_objects_are_counted_to_the_byte():
    slots = [None] * 10_000

    def fill():
        slots[:] = [object() for _ in slots]

    assert growth(in_blocks, fill) == pytest.approx(10_000 * 16, abs=2_000)


def test_what_is_in_blocks_lies_in_arenas():
    handed_out, taken = pymalloc.read()
    assert 0 < handed_out <= taken


def test_standard_error_stays_as_it_was(capfd):
    pymalloc.read()
    os.write(2, b"still here")
    assert capfd.readouterr().err == "still here"


def test_nothing_is_read_where_that_allocator_is_off_and_the_heap_holds_it_all():
    code = (
        "from find_mem_leaks.measured.probes import heap, pymalloc\n"
        "before = heap.read()[0]; kept = [object() for _ in range(100_000)]\n"
        "print(*pymalloc.read(), heap.read()[0] - before >= 100_000 * 16)"
    )
    environment = {**os.environ, "PYTHONMALLOC": "malloc"}
    out = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["0", "0", "True"]


def test_with_debug_hooks_a_block_holds_what_they_add_to_it():
    code = (
        "from find_mem_leaks.measured.probes import pymalloc\n"
        "kept = [None] * 10_000\n"
        "before = pymalloc.read()[0]\n"
        "for place in range(10_000): kept[place] = object()\n"
        "grown = pymalloc.read()[0] - before\n"
        "print(round(grown / 10_000), *pymalloc.read())"
    )
    environment = {**os.environ, "PYTHONMALLOC": "pymalloc_debug"}
    out = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    size, handed_out, taken = map(int, out.stdout.split())
    assert size == 48  # 16 bytes, and three words of the hooks, of which the block is a multiple of 16
    assert 0 < handed_out <= taken


MIMALLOC = b"""Small block threshold = 16384, in 73 size classes.
    Allocated Blocks: 15949
    Allocated Bytes: 2037272
    Allocated Bytes w/ Overhead: 2037273
    Bytes Reserved: 4342456
    Bytes Committed: 2775808
"""


def test_pythons_own_mimalloc_is_read_as_far_as_it_tells(monkeypatch):
    monkeypatch.setattr(sys, "_debugmallocstats", lambda: os.write(2, MIMALLOC))
    assert pymalloc.read() == (2_037_272, 2_775_808)


def test_without_positioned_reads_the_figures_are_the_same(monkeypatch):
    monkeypatch.delattr(os, "preadv")
    alone = pymalloc.read()
    monkeypatch.undo()
    assert alone == pytest.approx(pymalloc.read(), abs=10_000)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (b"# bytes in allocated blocks        =        1,234,567\n", 1_234_567),
        (b"# arenas = 1\n# bytes in allocated blocks = 0\n# other = 9\n", 0),
        (b"nothing of the kind\n", 0),
        (b"", 0),
    ],
)
def test_a_figure_is_found_by_its_name_or_is_zero(text, number, monkeypatch):
    monkeypatch.setattr(pymalloc, "_buffer", bytearray(text.ljust(200, b"\0")))
    assert pymalloc._number_after(b"# bytes in allocated blocks", len(text)) == number


def test_a_figure_beyond_what_was_read_is_of_an_earlier_reading(monkeypatch):
    monkeypatch.setattr(pymalloc, "_buffer", bytearray(b"short\n# bytes in allocated blocks = 7\n"))
    assert pymalloc._number_after(b"# bytes in allocated blocks", 6) == 0


def test_reading_keeps_nothing():
    assert kept(pymalloc.read) < 20


def test_no_memory_is_written_to_that_was_given_back():
    """A copy of the module that goes leaves standard error the buffer that it gave it."""
    code = (
        "import gc, importlib.util as u\n"
        "from find_mem_leaks.measured.probes import pymalloc\n"
        "pymalloc.read()\n"
        "spec = u.spec_from_file_location('copy', pymalloc.__file__)\n"
        "copy = u.module_from_spec(spec); spec.loader.exec_module(copy); copy.read()\n"
        "del copy; gc.collect()\n"
        "kept = [bytes(size) for size in range(65_000, 65_600, 8)]\n"
        "pymalloc.read()\n"
        "assert not any(map(any, kept))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_process_that_the_workload_starts_has_standard_error_too(capfd):
    pymalloc.read()
    subprocess.run(["sh", "-c", "echo progress >&2"], check=True)
    assert capfd.readouterr().err == "progress\n"


IN_A_PROCESS = "import os, sys\nfrom find_mem_leaks.measured.probes import pymalloc\n"


@pytest.mark.parametrize(
    "text",
    [
        "os.close(2); print(pymalloc.read()[0] > 0, pymalloc.read()[0] > 0)",
        "pymalloc.read(); os.close(2); print(pymalloc.read()[0] > 0, os.fstat(1).st_mode > 0)",
        "def no(name): raise PermissionError(1, name)\nos.memfd_create = no; print(pymalloc.read()[0] > 0, True)",
        "pymalloc.read(); import tracemalloc; tracemalloc.start(); print(pymalloc.read() == (0, 0), True)",
    ],
    ids=["closed", "closed later", "no file in memory", "an allocator that tells nothing"],
)
def test_where_standard_error_is_closed_or_little_is_told_no_reading_is_made_up(text):
    answer = subprocess.run([sys.executable, "-c", IN_A_PROCESS + text], check=True, stdout=subprocess.PIPE)
    assert answer.stdout == b"True True\n"
