"""What is mapped and resident, in this very process."""

import mmap

from find_mem_leaks.measured.allocators import glibc_heaps, mappings

MIB = 1 << 20


def test_only_pages_that_were_written_to_are_resident():
    with mmap.mmap(-1, 16 * mappings.PAGE, mmap.MAP_PRIVATE) as made:
        made[0] = 1
        made[5 * mappings.PAGE] = 1
        import ctypes

        view = ctypes.c_char.from_buffer(made)
        begin = ctypes.addressof(view)
        assert mappings.resident(begin, begin + 16 * mappings.PAGE) == 2 * mappings.PAGE
        assert any(first <= begin < last for first, last, _, _ in mappings.every())
        del view


def test_the_main_heap_and_those_of_arenas_are_heaps():
    heap = glibc_heaps.HEAP
    mapped = [
        (0x5000, 0x9000, "rw-p", "[heap]"),
        (heap, heap + MIB, "rw-p", ""),
        (heap + MIB, 2 * heap, "---p", ""),
        # A mapping that ends where an arena's heap begins is told as one with it.
        (4 * heap - MIB, 4 * heap + MIB, "rw-p", ""),
        (4 * heap + MIB, 5 * heap, "---p", ""),
        (6 * heap, 6 * heap + MIB, "rw-p", ""),
        (6 * heap + MIB, 6 * heap + 2 * MIB, "---p", ""),
        (8 * heap, 8 * heap + MIB, "rw-p", "/a/file"),
        (8 * heap + MIB, 9 * heap, "---p", ""),
    ]
    found = list(glibc_heaps._heaps(mapped))
    assert found == [(0x5000, 0x9000), (heap, heap + MIB), (4 * heap, 4 * heap + MIB)]


def test_where_the_system_does_not_tell_nothing_is_said(monkeypatch):
    assert glibc_heaps.resident() > MIB
    monkeypatch.setattr(mappings, "can_be_read", lambda: False)
    assert glibc_heaps.resident() is None
