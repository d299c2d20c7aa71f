"""Every recording and every constructed series reads as its truth says: what a change of a rule does to them is known
within a minute."""

import pytest
from constructed import CASES
from replay import files, replay

from find_mem_leaks import results
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.truths import is_true
from find_mem_leaks.judging.verdict import Verdict

# Read one by one: all at once they would be objects by the million, which slow every other test of the process down.
RECORDINGS = files()
# Recordings that end, after a minute, before there is a verdict: their caches go on filling, or their level wanders.
UNDECIDED = {
    "steady_jinja2_cache_400.idle",
    "steady_mako_collection_size.idle",
    "steady_sqlalchemy_compiled_cache.idle",
}


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_reads_as_what_is_true_of_it(name):
    [cell] = results.read(RECORDINGS[name])
    judgement, operations = replay(cell.series, Rules())
    right = judgement.verdict is Verdict.INCONCLUSIVE if name in UNDECIDED else is_true(judgement.verdict, cell.truth)
    assert right, f"{judgement.verdict} after {operations:,} operations: {judgement.reason}"


@pytest.mark.parametrize("name", CASES)
def test_a_constructed_series_reads_as_what_is_true_of_it(name):
    make, truth = CASES[name]
    judgement, operations = replay(make(), Rules())
    assert is_true(judgement.verdict, truth), f"{judgement.verdict} after {operations:,}: {judgement.reason}"


def test_there_are_hundreds_of_both_conditions():
    conditions = [name.rpartition(".")[2] for name in RECORDINGS]
    assert len(RECORDINGS) >= 400
    assert min(conditions.count("idle"), conditions.count("busy")) >= 100
