"""A cell that is judged again has nothing of the verdict that it had before."""

from dataclasses import replace

import pytest

from cells import cell
from find_mem_leaks.judged import judged
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.verdict import Verdict


@pytest.mark.parametrize(
    ("rate", "changes", "verdict"),
    [
        (0.5, {"skipped": "no network"}, Verdict.SKIPPED),
        (0.5, {"error": "killed by SIGKILL"}, Verdict.FAILED),
        (0.0, {"unseen": "its answers were all 404"}, Verdict.SKIPPED),
    ],
)
def test_a_cell_that_is_not_judged_has_no_figures(rate, changes, verdict):
    before = cell(rate)
    assert before.tests
    assert before.growth
    after = judged(replace(before, **changes), Rules(limit=8))
    assert after.verdict is verdict
    assert after.reason == next(iter(changes.values()))
    assert (after.convicted_by, after.bytes_per_operation, after.interval, after.growth, after.tests) == (
        (),
        None,
        None,
        {},
        (),
    )
