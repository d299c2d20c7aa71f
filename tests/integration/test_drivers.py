"""A few workloads around drivers of databases, on a throw-away PostgreSQL: all of them are `nox -s drivers`."""

from dataclasses import replace

import truths

import drivers
import memory_tests

SAMPLE = (
    "leak_psycopg2_notifications_never_taken",
    "leak_psycopg_statements_never_deallocated",
    "steady_psycopg_statements_deallocated",
)


def test_verdict_line_and_holder_of_mistakes_are_those_of_their_files(python_with):
    chosen = [control for name in SAMPLE for control in truths.controls(drivers.FOLDER, f"{name}.py")]
    with drivers.server():
        judged = memory_tests.measure(python_with("2.0"), chosen, *drivers.OPTIONS)
    for each in judged:
        assert each.is_right, (each.cell.stack, each.cell.reason)
        first = replace(each, first=1)
        assert first.has_true_line == each.leaks
        assert first.has_true_holder == each.leaks
