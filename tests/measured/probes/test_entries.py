import functools

from find_mem_leaks.measured.probes import entries


def test_entries_of_all_containers_with_a_known_bound_are_counted():
    @functools.lru_cache(maxsize=1_000)
    def cached(number):
        return number

    entries.find()
    before = entries.read()
    for number in range(300):
        cached(number)
    assert entries.read() - before == 300
