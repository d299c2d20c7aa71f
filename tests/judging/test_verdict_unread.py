"""Verdicts where a part of memory could not be read."""

import pytest

from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.verdict import Verdict, judge, within_what_was_read
from series_of import series

RULES = Rules()
BLIND = {"native_memory": "no counter"}


@pytest.mark.parametrize(
    ("shape", "verdict"), [(lambda n: 0, Verdict.CLEAN), (lambda n: 40_000 * (n > 20_000), Verdict.BOUNDED)]
)
def test_what_was_not_read_is_not_acquitted_and_has_no_figure(shape, verdict):
    judgement = judge(series(shape), RULES)
    assert judgement.verdict is verdict
    found = within_what_was_read(judgement, BLIND)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.bytes is None
    assert "live_bytes" not in found.growth
    assert found.growth["threads"] == judgement.growth["threads"]
    assert found.reason == (
        "native memory not read: no counter; measure it under glibc's malloc, jemalloc or tcmalloc; "
        f"of the rest: {judgement.reason}"
    )


def test_what_was_read_convicts_but_its_growth_is_no_size_of_the_leak():
    judgement = judge(series(lambda n: 64 * n, lambda n: n), RULES)
    found = within_what_was_read(judgement, BLIND)
    assert found.verdict is Verdict.LEAKING
    assert found.bytes is None
    assert found.growth == judgement.growth
    assert found.reason.startswith(f"{judgement.reason}; native memory not read: no counter; ")


def test_pages_that_hold_what_was_not_read_give_the_leak_its_size():
    judgement = judge(series(lambda n: 0, pages=lambda n: 4_096 * (n // 64)), RULES)
    found = within_what_was_read(judgement, BLIND)
    assert found.convicted_by == ("mapped_pages",)
    assert found.bytes == judgement.bytes
    assert found.bytes.low <= 64 <= found.bytes.high


def test_the_stack_of_one_more_thread_is_no_part_of_a_leaks_size():
    late = judge(series(lambda n: 1_073 * n, lambda n: 2 * n, pages=lambda n: (n > 90_000) << 23), RULES)
    assert late.verdict is Verdict.LEAKING
    assert late.bytes.rate == pytest.approx(1_073, rel=0.01)
    assert late.growth["mapped_pages"].rate > 10
    assert late.bytes.high > 1_073 + late.growth["mapped_pages"].rate


def test_objects_that_were_not_read_are_not_acquitted_either():
    found = within_what_was_read(judge(series(lambda n: 0), RULES), {"python_objects": "hidden"})
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.reason.startswith("Python objects not read: hidden; ")


def test_other_readings_that_are_missing_leave_the_verdict_as_it_is():
    judgement = judge(series(lambda n: 0), RULES)
    assert within_what_was_read(judgement, {"threads": "no list"}) is judgement
