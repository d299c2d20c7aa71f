"""A few workloads around drivers of databases, on a throw-away PostgreSQL: all of them are `nox -s drivers`."""

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
        cells = memory_tests.measure(python_with("2.0"), chosen, *drivers.OPTIONS)
    for control, cell in zip(chosen, cells, strict=True):
        leaks = control.truth == truths.LEAKING
        assert memory_tests.is_right(control, cell), (cell.stack, cell.reason)
        assert memory_tests.has_true_line(control, cell.culprits[:1]) == leaks
        assert leaks == bool(cell.culprits and memory_tests.has_true_holder(control, cell.culprits[:1]))
