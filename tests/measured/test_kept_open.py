"""Files of /proc that stay open."""

import mmap
import os

from find_mem_leaks.measured.kept_open import KeptOpen
from find_mem_leaks.measured.probes import descriptors


def in_a_copy(question):
    """What a copy of this process (``fork``) answers."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, question())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as answer:
        return answer.read()


def test_it_is_read_anew_each_time():
    file = KeptOpen("statm")
    before = int(file.read().split()[0])
    kept = mmap.mmap(-1, 50_000_000)
    assert (int(file.read().split()[0]) - before) * os.sysconf("SC_PAGE_SIZE") >= len(kept)


def test_a_copy_of_the_process_reads_of_itself():
    file = KeptOpen("stat")
    assert int(file.read().split()[0]) == os.getpid()
    assert int(in_a_copy(lambda: file.read().split()[0])) != os.getpid()


def test_it_is_opened_again_where_the_workload_has_closed_it():
    file = KeptOpen("stat")
    first = file.read()
    os.close(file._descriptor)
    assert file.read().split()[0] == first.split()[0]


def test_no_descriptor_is_taken_by_reading_it_again():
    file = KeptOpen("statm")
    file.read()
    before = descriptors.numbers()
    file.read()
    assert descriptors.numbers() == before
