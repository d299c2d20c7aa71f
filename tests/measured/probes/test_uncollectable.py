import gc

from find_mem_leaks.measured.probes import uncollectable


def test_objects_that_the_collector_could_not_free_are_counted():
    before = uncollectable.read()
    gc.garbage.append([])
    assert uncollectable.read() == before + 1
    gc.garbage.pop()
    assert uncollectable.read() == before
