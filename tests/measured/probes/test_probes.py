import gc
import mmap
import os
import subprocess
import sys
import threading

import pytest

from find_mem_leaks.measured.probes import (
    blocks,
    descriptors,
    elsewhere,
    heap,
    pymalloc,
    resident,
    threads,
    uncollectable,
)


def growth(read, make):
    """By how much a probe's lowest of some readings rises while what ``make`` returned is held."""
    gc.collect()
    before = min(read() for _ in range(3))
    held = make()
    after = min(read() for _ in range(3))
    del held
    return after - before


def in_blocks():
    return pymalloc.read()[0]


def handed_out():
    return heap.read()[0]


def mapped_elsewhere():
    return elsewhere.read(pymalloc.read()[1] + heap.read()[1])


def test_what_the_allocators_took_is_not_mapped_elsewhere():
    assert abs(growth(mapped_elsewhere, lambda: [bytearray(400_000) for _ in range(50)])) < 100_000
    assert abs(growth(mapped_elsewhere, lambda: [object() for _ in range(500_000)])) < 100_000


def test_threads_and_descriptors_are_counted():
    stop = threading.Event()

    def start():
        started = [threading.Thread(target=stop.wait) for _ in range(3)]
        for thread in started:
            thread.start()
        return started

    before = threads.read()
    started = start()
    assert threads.read() == before + 3
    stop.set()
    for thread in started:
        thread.join()
    before = descriptors.read()
    ends = os.pipe()
    assert descriptors.read() == before + 2
    for end in ends:
        os.close(end)


def test_objects_that_the_collector_could_not_free_are_counted():
    before = uncollectable.read()
    gc.garbage.append([])
    assert uncollectable.read() == before + 1
    gc.garbage.pop()
    assert uncollectable.read() == before


def test_pymalloc_counts_small_objects_to_the_byte():
    slots = [None] * 10_000

    def fill():
        slots[:] = [object() for _ in slots]

    assert growth(in_blocks, fill) == pytest.approx(10_000 * 16, abs=2_000)


def test_pymalloc_leaves_standard_error_as_it_was(capfd):
    pymalloc.read()
    os.write(2, b"still here")
    assert capfd.readouterr().err == "still here"


def test_pymalloc_writes_to_no_memory_that_was_given_back():
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


def test_pymalloc_reads_nothing_where_that_allocator_is_off_and_the_heap_holds_it_all():
    code = (
        "from find_mem_leaks.measured.probes import heap, pymalloc\n"
        "before = heap.read()[0]; kept = [object() for _ in range(100_000)]\n"
        "print(*pymalloc.read(), heap.read()[0] - before >= 100_000 * 16)"
    )
    environment = {**os.environ, "PYTHONMALLOC": "malloc"}
    out = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["0", "0", "True"]


@pytest.mark.parametrize("way", [heap._by_psutil, heap._by_ctypes])
def test_the_heap_counts_large_blocks_to_the_byte_and_mapped_ones_to_the_page(way):
    reading = way()

    def read():
        return reading()[0]

    assert growth(read, lambda: [bytearray(10_000) for _ in range(100)]) == pytest.approx(1_000_000, rel=0.02)
    assert growth(read, lambda: bytearray(50_000_000)) == pytest.approx(50_000_000, rel=0.01)


def test_both_ways_to_the_heap_agree():
    by_psutil, by_ctypes = heap._by_psutil(), heap._by_ctypes()
    assert by_psutil()[0] == pytest.approx(by_ctypes()[0], abs=4096)


def test_blocks_counts_one_for_one_object():
    slots = [None] * 10_000

    def fill():
        slots[:] = [object() for _ in slots]

    assert growth(blocks.read, fill) == pytest.approx(10_000, abs=50)


def test_resident_memory_sees_pages_that_no_allocator_handed_out():
    size = 32 * 1024 * 1024

    def touch():
        pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        for offset in range(0, size, mmap.PAGESIZE):
            pages[offset] = 1
        return pages

    assert growth(resident.rss, touch) == pytest.approx(size, rel=0.05)
    assert growth(resident.anonymous, touch) == pytest.approx(size, rel=0.05)
    assert growth(resident.private, touch) == pytest.approx(size, rel=0.05)
    assert abs(growth(handed_out, touch)) < 10_000
    assert growth(mapped_elsewhere, touch) == pytest.approx(size, rel=0.01)
    assert resident.peak() >= resident.rss()


def test_private_memory_is_that_of_no_file(tmp_path):
    size = 32 * 1024 * 1024
    path = tmp_path / "large"
    path.write_bytes(bytes(size))

    def read():
        with path.open("rb") as file:
            pages = mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ)
        return pages, sum(pages[offset] for offset in range(0, size, mmap.PAGESIZE))

    assert growth(resident.rss, read) == pytest.approx(size, rel=0.05)
    assert abs(growth(resident.private, read)) < size / 20


@pytest.mark.parametrize(
    "read",
    [
        pymalloc.read,
        heap.read,
        blocks.read,
        resident.rss,
        resident.anonymous,
        resident.private,
        resident.peak,
        threads.read,
        descriptors.read,
        lambda: elsewhere.read(0),
    ],
)
def test_a_probe_keeps_nothing(read):
    for _ in range(200):
        read()
    gc.collect()
    before = min(blocks.read() for _ in range(3))
    for _ in range(2_000):
        read()
    gc.collect()
    assert min(blocks.read() for _ in range(3)) - before < 20
