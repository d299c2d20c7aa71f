"""Calls of the tool for what others wrote."""

import wild
from find_mem_leaks import errors


def test_a_run_that_is_ended_after_its_minutes_is_no_failure():
    waiting = ["sh", "-c", f"trap 'kill $!; exit {errors.INTERRUPTED}' TERM; sleep 60 & wait"]
    assert wild.ended(waiting, minutes=1 / 60) == errors.CLEAN
    assert wild.ended(["sh", "-c", "exit 3"], minutes=1) == errors.LEAK
    assert wild.ended(["sh", "-c", "exit 4"], minutes=None) == errors.INCONCLUSIVE
