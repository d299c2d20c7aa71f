import mmap

import psutil
import pytest

from find_mem_leaks.measured.kept_open import KeptOpen
from find_mem_leaks.measured.probes import resident
from probed import growth, kept, touched_pages

SIZE = 32 * 1024 * 1024


@pytest.mark.parametrize("read", [resident.rss, resident.anonymous, resident.private])
def test_pages_that_no_allocator_handed_out_are_seen(read):
    assert growth(read, lambda: touched_pages(SIZE)) == pytest.approx(SIZE, rel=0.05)


def test_private_memory_is_that_of_no_file(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(bytes(SIZE))

    def read():
        with path.open("rb") as file:
            pages = mmap.mmap(file.fileno(), SIZE, prot=mmap.PROT_READ)
        return pages, sum(pages[offset] for offset in range(0, SIZE, mmap.PAGESIZE))

    assert growth(resident.rss, read) == pytest.approx(SIZE, rel=0.05)
    assert abs(growth(resident.private, read)) < SIZE / 20


def test_the_peak_stays_when_memory_is_given_back():
    pages = touched_pages(SIZE)
    highest = resident.rss()
    pages.close()
    assert resident.rss() < highest - SIZE / 2
    assert resident.peak() >= highest - 1_000_000


def test_without_proc_others_are_asked(monkeypatch):
    monkeypatch.setattr(resident, "_HAS_PROC", False)
    monkeypatch.setattr(resident, "_HAS_ROLLUP", False)
    assert resident.rss() == pytest.approx(psutil.Process().memory_info().rss, rel=0.05)
    assert resident.anonymous() == pytest.approx(resident.rss(), rel=0.05)
    assert resident.private() == 0
    assert resident.peak() > 0


@pytest.mark.parametrize(
    ("text", "size"),
    [(b"Rss: 9 kB\nAnonymous:      12 kB\nMore: 3 kB\n", 12 * 1024), (b"Rss: 9 kB\n", 0), (b"", 0)],
)
def test_a_line_that_is_not_there_is_nothing(tmp_path, text, size):
    file = tmp_path / "smaps_rollup"
    file.write_bytes(text)
    assert resident._field(KeptOpen(str(file)), b"\nAnonymous:") == size


@pytest.mark.parametrize("read", [resident.rss, resident.anonymous, resident.private, resident.peak])
def test_reading_keeps_nothing(read):
    assert kept(read) < 20
