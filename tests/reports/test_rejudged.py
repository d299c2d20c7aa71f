from dataclasses import replace

from cells import cell
from find_mem_leaks.judged import judged
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports import rejudged


def test_without_records_there_is_nothing_to_say():
    assert list(rejudged.lines([], [])) == []


def test_records_that_read_as_before_are_counted():
    one, two = cell(), cell(16, scenario="read_heavy")
    assert list(rejudged.lines([one], [one])) == ["The verdict is as recorded, to the last digit of its figures."]
    [line] = rejudged.lines([one, two], [one, two])
    assert line == "All 2 verdicts are as recorded, to the last digit of their figures."


def test_figures_that_changed_under_the_same_verdict_are_told():
    leaking = cell(16)
    wider = judged(leaking, Rules(confidence=0.999))
    assert wider.verdict is leaking.verdict
    [line] = rejudged.lines([leaking], [wider])
    assert line == "The verdict is as recorded; figures of 1 cell changed."


def test_each_verdict_that_changed_has_a_line_with_both_reasons():
    was = replace(cell(), verdict=Verdict.INCONCLUSIVE, reason="too few")
    change, count = rejudged.lines([was, cell(16, scenario="read_heavy")], [cell(), cell(16, scenario="read_heavy")])
    assert change.startswith("sqlalchemy2x_sync_session balanced: was ❓ inconclusive: too few; is ✅ clean: no leak")
    assert count == "1 of 2 verdicts changed: 1 from inconclusive to clean."
