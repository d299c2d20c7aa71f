"""Parts of arenas that were never written to, in this very process."""

import ctypes

from find_mem_leaks.measured.accounting import arenas
from find_mem_leaks.measured.allocators import mappings
from find_mem_leaks.measured.probes import pymalloc

SMALL = 400


def pools():
    return [
        found
        for begin, end, permissions, name in mappings.every()
        if not name and permissions.startswith("rw")
        for found in arenas._pools(begin, end)
    ]


def test_all_arenas_are_found():
    kept = [bytes(SMALL + number % 2) for number in range(20 * arenas.ARENA // SMALL)]
    taken = pymalloc.read()[1]
    there = {arena for arena, _ in pools()}
    assert abs(len(there) - taken // arenas.ARENA) <= 1  # looking may take one
    assert kept


def test_less_than_a_pool_of_each_is_untouched_and_the_rest_of_the_newest():
    kept = [bytes(SMALL + number % 2) for number in range(20 * arenas.ARENA // SMALL)]
    taken = pymalloc.read()[1]
    assert 0 <= arenas.untouched(taken) <= taken // arenas.ARENA * arenas.POOL + arenas.ARENA
    assert kept


def test_arenas_that_came_since_are_not_counted():
    assert arenas.untouched(0) == 0
    there = pymalloc.read()[1]
    assert arenas.untouched(there - arenas.ARENA) <= max(0, arenas.untouched(there))


def test_what_is_no_pool_is_of_no_arena():
    block = bytearray(arenas.POOL)
    address = ctypes.addressof(ctypes.c_char.from_buffer(block))
    assert arenas._arena(address) is None
    size = SMALL // 16 - 1
    header = arenas._HEADER.pack(7, size, 48, arenas.POOL - SMALL)
    block[arenas._OFFSET : arenas._OFFSET + len(header)] = header
    assert arenas._arena(address) == 7
    block[arenas._OFFSET : arenas._OFFSET + len(header)] = arenas._HEADER.pack(7, size, 48, arenas.POOL - SMALL - 16)
    assert arenas._arena(address) is None


def test_where_the_system_does_not_tell_nothing_is_said(monkeypatch):
    monkeypatch.setattr(mappings, "can_be_read", lambda: False)
    assert arenas.untouched(1 << 30) == 0
