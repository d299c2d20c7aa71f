from find_mem_leaks.measured.allocators.unknown import Unknown


def test_it_reads_nothing_and_says_so():
    allocator = Unknown("ld-musl-x86_64.so.1", "no counter")
    assert allocator.read() == (0, 0)
    assert allocator.kept() == 0
    assert not allocator.trim()
    assert allocator.describe() == "malloc of ld-musl-x86_64.so.1"
    assert allocator.blind() == "no counter"


def test_one_without_a_file_has_no_name():
    assert Unknown("", "no counter").describe() == "unknown malloc"
