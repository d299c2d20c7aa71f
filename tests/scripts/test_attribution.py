"""What is compared with the truth of a control: lines, the holder, and the bytes of all culprits."""

from dataclasses import replace

import attribution
import pytest
import truths

from cells import cell
from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.subjects import catalogue

LEAKING = [control for control in truths.controls() if control.truth == truths.LEAKING]
DEQUE = attribution.CONTROLS / "leak_deque_unbounded.py"


def explained(*culprits, rate=40.0):
    return replace(
        cell(rate), file=str(DEQUE), bytes_per_operation=rate, convicted_by=("live_bytes",), culprits=culprits
    )


def culprit(file=str(DEQUE), bytes_=40.0, holder="deque `RECENT` of module leak_deque_unbounded"):
    return Culprit((Frame("operation", file, 16),), 1.0, bytes_, None, holder)


@pytest.mark.parametrize("control", LEAKING, ids=lambda control: control.name)
def test_a_leaking_control_says_what_holds_what_it_keeps(control):
    assert truths.constants(control.path)["HOLDER"]


@pytest.mark.parametrize("name", attribution.MISTAKES)
def test_a_mistake_says_what_holds_what_it_keeps(name):
    assert truths.constants(catalogue.MEASURED / "stacks" / f"{name}.py")["HOLDER"]


def test_a_holder_is_right_if_it_has_the_name_that_the_workload_says():
    assert attribution.is_held_right(explained(culprit()))
    assert not attribution.is_held_right(explained(culprit(holder="list `OTHERS` of module leak_deque_unbounded")))
    assert not attribution.is_held_right(explained(culprit(holder=None)))
    assert not attribution.is_held_right(explained())


def test_bytes_are_compared_with_the_growth_once():
    inside = culprit("/usr/lib/python3.11/random.py", bytes_=30.0)
    assert attribution.share_of_bytes(explained(culprit(bytes_=20.0), culprit(bytes_=10.0), inside)) == 0.75
    assert attribution.share_of_bytes(replace(explained(culprit()), convicted_by=("threads",))) is None


def test_a_row_tells_whether_line_holder_and_bytes_are_right():
    row = attribution.row(explained(culprit()))
    assert "| 1 | yes | 100% | leak_deque_unbounded.py:16 |" in row
