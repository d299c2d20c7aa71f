"""Parts of arenas that were never written to."""

from find_mem_leaks.measured.accounting import arenas
from find_mem_leaks.measured.allocators import mappings

MAPPED = [(100, 200, 4_096), (300, 400, 8_192), (500, 600, 16_384)]


def test_only_mappings_with_small_objects_count():
    assert arenas.untouched(MAPPED, {350, 150, 700}) == 4_096 + 8_192
    assert arenas.untouched(MAPPED, {200, 250, 99}) == 0
    assert arenas.untouched(MAPPED, ()) == 0


def test_never_more_than_one_arena_is_told():
    assert arenas.untouched([(0, 10, 1 << 30)], {5}) == arenas.ARENA


def test_this_process_has_mappings_that_may_hold_arenas():
    own = id(object()) // mappings.PAGE
    assert any(begin <= own < end for begin, end, _ in arenas.mapped())
    assert all(missing >= 0 for _, _, missing in arenas.mapped())


def test_where_the_system_does_not_tell_nothing_is_said(monkeypatch):
    monkeypatch.setattr(mappings, "can_be_read", lambda: False)
    assert arenas.mapped() == []
