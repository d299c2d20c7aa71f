from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from find_mem_leaks.measured import plan

mixes = st.tuples(*[st.integers(0, 100)] * 4).filter(any)
sizes = st.integers(0, 3000)


@given(mixes, sizes)
def test_the_counts_are_the_mixs_to_the_operation(mix, operations):
    counts = plan.counts(mix, operations)
    assert sum(counts) == operations
    for weight, count in zip(mix, counts, strict=True):
        assert abs(count - operations * weight / sum(mix)) < 1


@given(mixes, sizes, st.text(max_size=5))
def test_a_plan_holds_its_counts_and_nothing_after_them_changes(mix, operations, seed):
    buffer = bytearray(b"\xff" * (operations + 10))
    counts = plan.fill(buffer, mix, operations, seed)
    found = Counter(buffer[:operations])
    assert [found[kind] for kind in range(4)] == counts
    assert buffer[operations:] == b"\xff" * 10


def test_one_seed_gives_one_order_and_another_seed_another():
    first, again, other = bytearray(500), bytearray(500), bytearray(500)
    plan.fill(first, (1, 1, 1, 1), 500, "0/1")
    plan.fill(again, (1, 1, 1, 1), 500, "0/1")
    plan.fill(other, (1, 1, 1, 1), 500, "0/2")
    assert first == again
    assert first != other


def test_the_kinds_come_in_no_blocks():
    buffer = bytearray(4000)
    plan.fill(buffer, (1, 1, 1, 1), 4000, "0/0")
    for begin in range(0, 4000, 1000):
        counts = Counter(buffer[begin : begin + 1000])
        assert all(180 < counts[kind] < 320 for kind in range(4))
