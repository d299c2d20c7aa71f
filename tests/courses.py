"""Courses of releases, for the tests of what is kept and published of them."""

from __future__ import annotations

from typing import Any

from find_mem_leaks.history.releases.outcomes import Course
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.leading.order import Order
from find_mem_leaks.subjects.scenarios import Scenario

ORDER = Order("work", Scenario("operation", None, 100), 0, Rules(), time_cap=1.0, stall=1.0)


def course(**changes: Any) -> Course:
    """The course of a package ``thing`` in an interpreter that there is not."""
    fields = {"package": "thing", "python": "/python", "version": "3.9.18", "requirements": (), "order": ORDER}
    return Course(**{**fields, **changes})
