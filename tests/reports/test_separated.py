import csv
import io

from cells import cell, failed
from deployed_of import MEBIBYTE, deployed
from find_mem_leaks.reports import separated


def rows(*cells):
    return list(csv.DictReader(io.StringIO(separated.render(cells))))


def test_a_row_has_plain_numbers():
    leaking = cell(3_220)
    [row] = rows(leaking)
    assert row["verdict"] == "leaking"
    assert float(row["bytes_per_operation"]) == leaking.bytes_per_operation
    assert (float(row["interval_low"]), float(row["interval_high"])) == leaking.interval
    assert int(row["operations"]) == leaking.operations
    assert row["peak_bytes"] == "4"
    assert row["what_grows"] == "live memory"
    assert row["error"] == ""


def test_the_peak_is_that_of_the_hands_off_part_where_there_is_one():
    [row] = rows(cell(deployed=deployed(files=10 * MEBIBYTE)))
    assert row["peak_bytes"] == str(60 * MEBIBYTE)


def test_what_was_not_measured_is_empty():
    [row] = rows(failed())
    assert {row[name] for name in row if name.endswith(("_operation", "low", "high", "_bytes"))} == {"", "1.0"}
    assert row["limit_bytes_per_operation"] == "1.0"
    assert row["error"] == "killed by SIGKILL"


def test_commas_quotes_and_lines_stay_within_their_field():
    reason = 'one, "two"\nthree'
    assert rows(failed(reason=reason))[0]["reason"] == reason


def test_probes_that_convict_are_one_field():
    assert rows(cell(16, convicted_by=("live_bytes", "threads")))[0]["convicted_by"] == "live bytes, threads"


def test_without_cells_there_is_the_head_alone():
    assert separated.render([]) == ",".join(separated.COLUMNS)


def test_a_reading_of_another_version_is_named_as_it_is():
    [row] = rows(cell(16, convicted_by=("open_files",)))
    assert row["convicted_by"] == "open files"
