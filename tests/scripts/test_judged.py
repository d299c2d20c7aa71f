"""Verdict, line and holder beside what a file says of them."""

import judged
import pytest
from judged import Judged

from cells import cell, culprit
from find_mem_leaks.judging.verdict import Verdict


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "leak.py"
    file.write_text('HOLDER = "`kept`"\nkept = []\nkept.append(1)  # leaks\n')
    return file


def found(file, line=3, holder="list `kept`", verdict=Verdict.LEAKING, **more):
    culprits = (culprit(str(file), line, holder=holder), culprit(str(file), 3, holder="list `kept`"))
    return Judged(cell(verdict=verdict, culprits=culprits), file, leaks=True, **more)


def test_the_line_and_the_holder_are_those_of_the_first_culprits(file):
    right, wrong = found(file), found(file, 2, "list `others`")
    assert (right.has_true_line, right.has_true_holder) == (True, True)
    assert (wrong.has_true_line, wrong.has_true_holder) == (False, False)
    second = found(file, 2, "list `others`", first=2)
    assert (second.has_true_line, second.has_true_holder) == (True, True)
    assert (judged.place(wrong.cell), judged.holder(wrong.cell)) == ("leak.py:2", "list `others`")
    assert (judged.place(cell(), "none"), judged.holder(cell())) == ("none", "–")


@pytest.mark.parametrize(
    ("verdict", "right", "wrong"),
    [("leaking", True, False), ("clean", False, True), ("bounded", False, True), ("inconclusive", False, False)],
)
def test_what_is_undecided_is_neither_right_nor_wrong(file, verdict, right, wrong):
    each = found(file, verdict=Verdict(verdict))
    assert (each.is_right, each.is_wrong) == (right, wrong)


def test_counts_are_of_what_leaks_and_of_what_does_not(file):
    clean = [Judged(cell(verdict=Verdict(name)), file, leaks=False) for name in ("clean", "leaking", "inconclusive")]
    counted = judged.counts([found(file), found(file, verdict=Verdict.CLEAN), *clean])
    assert (counted["all"], counted["right"], counted["undecided"]) == (5, 2, 1)
    assert (counted["clean"], counted["acquitted"], counted["accused"]) == (3, 1, 1)
    assert (counted["leaking"], counted["convicted"], counted["missed"]) == (2, 1, 1)
    assert (counted["lines"], counted["holders"]) == (2, 2)
