"""Every recording reads as its truth says: what a change of a rule does to them is known within a minute."""

import pytest
from replay import cases, recordings, replay

from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.truths import is_true
from find_mem_leaks.judging.verdict import judge

RECORDINGS = dict(recordings())
CONSTRUCTED = cases()


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_reads_as_what_is_true_of_it(name):
    cell = RECORDINGS[name]
    judgement, operations = replay(cell.series, Rules())
    assert is_true(judgement.verdict, cell.truth), f"{judgement.verdict} after {operations:,}: {judgement.reason}"


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_judges_itself_as_it_was_judged(name):
    cell = RECORDINGS[name]
    assert judge(cell.series, cell.rules, last=cell.last).verdict is cell.verdict
