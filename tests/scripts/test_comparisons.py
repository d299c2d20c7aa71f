"""The comparisons' workloads, and the section from constructed cells."""

import comparisons
import pytest
from comparisons import Compared
from truths import CONTROLS, controls

from cells import cell
from find_mem_leaks import results
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports.comparison import Pair

CLEAN, LEAKING = cell(), cell(16)


def pair(before, after):
    return Pair("steady_arithmetic", "operation", before, after)


@pytest.mark.parametrize("name", comparisons.COMPARED)
def test_both_sides_are_the_same_code_and_the_third_keeps_a_tuple_in_each_third_operation(tmp_path, name):
    chosen = controls(CONTROLS, f"{name}.py")
    sides = comparisons.written(chosen, tmp_path)
    before, after, leak = (sides[side][0].path.read_text() for side in comparisons.SIDES)
    assert before == after == chosen[0].path.read_text()
    module = {}
    exec(leak, module)  # noqa: S102  workloads of ours
    module.get("setup", lambda: None)()
    for i in range(30):
        module["operation"](i)
    module.get("teardown", lambda: None)()
    kept, depth = module["_kept"], 0
    while kept:
        [kept] = kept
        depth += 1
    assert depth == 10


def test_the_sides_of_a_comparison_have_different_loads_in_either_order():
    assert comparisons.conditions(1) == tuple(reversed(comparisons.conditions(2)))
    assert len({*comparisons.conditions(1)}) == 2


def test_the_section_counts_marks_and_what_was_missed():
    good = Compared((pair(CLEAN, CLEAN),), (pair(CLEAN, LEAKING),))
    bad = Compared((pair(CLEAN, LEAKING),), (pair(cell(verdict=Verdict.INCONCLUSIVE), LEAKING),))
    series = [pair(LEAKING, LEAKING), pair(LEAKING, LEAKING)]
    assert comparisons.section([good, bad], series, "nox -s comparisons").splitlines() == [
        "Made by `nox -s comparisons` on the quick profile: `steady_arithmetic`,",
        "each with 2 seeds on either side, one side beside 2 busy processes.",
        "",
        "- The same code twice, 2 comparisons: 1 marked; under 97.5% at 95 % confidence.",
        "  Verdicts: 3 clean, 1 leaking.",
        "- A leak of 16 B/op put in, 2 comparisons: 1 marked as a new leak.",
        "- Recorded series of 1 workloads, from an idle and from a busy machine, in either order,",
        "  2 comparisons: 0 marked; under 77.6%.",
        "  - `steady_arithmetic`, the same code twice: new leak",
        "  - `steady_arithmetic`, with the leak: leaks; not ruled out before (inconclusive → leaking)",
    ]


def test_recorded_series_are_compared_in_either_order_where_both_machines_have_them(tmp_path):
    for name, size in (("one.idle", 0), ("one.busy", 16), ("two.idle", 0)):
        results.write(tmp_path / f"{name}.json.xz", [cell(size)])
    assert [(pair.stack, pair.change) for pair in comparisons.recorded(tmp_path)] == [
        ("one", "new leak"),
        ("one", "fixed"),
    ]
