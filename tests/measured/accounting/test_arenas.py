"""Parts of arenas that were never written to."""

from find_mem_leaks.measured.accounting import arenas
from find_mem_leaks.measured.allocators import mappings

STRETCH = arenas.ARENA // mappings.PAGE
MAPPED = [(1_000, [4_096]), (2_000, [8_192, 16_384]), (9_000, [])]


def test_only_stretches_with_small_objects_count():
    assert arenas.untouched(MAPPED, {1_050, 2_000 + STRETCH}) == 4_096 + 16_384
    assert arenas.untouched(MAPPED, {1_000 + STRETCH, 999, 9_000}) == 0
    assert arenas.untouched(MAPPED, ()) == 0


def test_this_process_has_mappings_that_hold_arenas():
    own = id(object()) // mappings.PAGE
    missing = [
        stretches[(own - first) // STRETCH]
        for first, stretches in arenas.mapped()
        if first <= own < first + STRETCH * len(stretches)
    ]
    assert len(missing) == 1
    assert 0 <= missing[0] < arenas.ARENA


def test_where_the_system_does_not_tell_nothing_is_said(monkeypatch):
    monkeypatch.setattr(mappings, "can_be_read", lambda: False)
    assert arenas.mapped() == []
