"""A plain loop proves what is true of a workload, and does not prove what is not."""

import ast
import re
from pathlib import Path

import plain_loop
import pytest
import truths

TESTS = Path(__file__).parents[1]
FOLDERS = [TESTS / "memory_tests", TESTS / "wild"]
FILES = [path for folder in FOLDERS for path in sorted(folder.glob("*.py"))]
SAMPLE = ["leak_warnings_of_unique_text", "leak_rows_by_user", "steady_warnings_limited", "steady_unicode_values"]


def constants(path):
    assigned = [each for each in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(each, ast.Assign)]
    return {
        ast.unparse(each.targets[0]): ast.literal_eval(each.value)
        for each in assigned
        if ast.unparse(each.targets[0]) in {"TRUTH", "RATE", "REQUIRES", "HOLDER"}
    }


def series(of):
    return [{"blocks": of(number), "bytes": 64 * of(number), "held": of(number)} for number in range(17)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_workloads_name_truth_marked_lines_and_holder_go_together(path):
    known = constants(path)
    leaks = known["TRUTH"] == truths.LEAKING
    assert path.stem.startswith("leak_" if leaks else "steady_")
    assert bool(re.search(r"#.*\bleaks$", path.read_text(encoding="utf-8"), re.MULTILINE)) is leaks
    assert bool(known.get("HOLDER")) is leaks


def test_there_are_some_25_clean_ones_and_16_that_leak():
    known = [constants(path)["TRUTH"] for path in FOLDERS[0].glob("*.py")]
    assert known.count("clean") >= 25
    assert known.count("leaking") >= 16


def test_growth_proves_a_leak_and_nothing_else():
    growing, level = series(lambda number: 1_000 * number), series(lambda _: 5)
    assert plain_loop.is_proved("leaking", growing, 1_000)
    assert not plain_loop.is_proved("clean", growing, 1_000)
    assert plain_loop.is_proved("clean", level, 1_000)
    assert not plain_loop.is_proved("leaking", level, 1_000)


def test_growth_that_ends_in_the_first_half_proves_no_leak():
    assert not plain_loop.is_proved("leaking", series(lambda number: min(8, number) * 1_000), 1_000)


def test_cursors_that_wait_to_be_dropped_do_not_make_a_clean_one_doubtful():
    assert plain_loop.is_proved("clean", series(lambda number: number * 55 % 200), 1_000)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_is_proved(name, python_with):
    path = FOLDERS[0] / f"{name}.py"
    operations = 400
    seen = plain_loop.measure(path, operations, python_with("2.1"))
    assert plain_loop.is_proved(truths.constants(path)["TRUTH"], seen, operations), plain_loop.row(
        path, seen, operations
    )
