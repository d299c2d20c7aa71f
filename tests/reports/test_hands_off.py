"""The table that explains the Diff of the table of rounds."""

from dataclasses import replace

import pytest

from cells import cell, failed
from deployed_of import MEBIBYTE, deployed
from find_mem_leaks.reports import hands_off, seed

DEPLOYED = deployed(python=MEBIBYTE, garbage=3 * MEBIBYTE, kept_by_heap=-MEBIBYTE // 2, left_over=MEBIBYTE // 4)


def rows(text):
    return [
        [part.strip() for part in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]


def grown(**changes):
    """A cell whose resident memory grew by 2.5 MiB over its rounds."""
    first, *between, last = cell().rounds
    first, last = replace(first, initial_rss=0), replace(last, final_rss=5 * MEBIBYTE // 2)
    return cell(rounds=(first, *between, last), **changes)


def test_a_row_has_the_growth_hands_off_and_its_parts_in_mebibytes():
    head, _, row = rows(hands_off.render([grown(deployed=DEPLOYED)]))
    assert dict(zip(head, row, strict=True)) == {
        "Stack": "sqlalchemy2x_sync_session",
        "Method": "balanced",
        "Status": "✅",
        "Rounds": "23",
        "Diff": "2.50",
        "Hands-off": "3.75",
        "Ops": "4,800",
        "Live Python objects": "1.00",
        "Live native memory": "0.00",
        "Garbage not yet collected": "3.00",
        "Kept by Python's allocator": "0.00",
        "Kept by the C heap": "-0.50",
        "Mapped by others": "0.00",
        "Shared memory": "0.00",
        "Pages of files": "0.00",
        "Child processes": "0.00",
        "Shared memory left behind": "0.00",
        "Left over": "0.25",
    }


def test_the_sections_are_those_of_the_table_of_rounds():
    cells = [cell(stack="sqlalchemy21x_a"), cell(stack="sqlalchemy2x_b"), cell(), cell(scenario="read_heavy")]
    headings = [line for line in seed.render(cells).splitlines() if line.startswith("#")]
    text = hands_off.render(cells)
    assert [line for line in text.splitlines() if line.startswith("#")] == headings
    assert text.count("\n| ---") == seed.render(cells).count("\n| ---")
    assert text.endswith(hands_off.LEGEND)


def test_what_a_process_could_not_tell_is_a_dash_and_what_none_could_has_no_column():
    told, blind = cell(deployed=DEPLOYED), cell(scenario="read_heavy", deployed=deployed(unread_heap=MEBIBYTE))
    head, _, *found = rows(hands_off.render([told, blind]))
    places = [head.index(name) for name in ("Kept by the C heap", "In the C heap, used or kept")]
    assert [[row[place] for place in places] for row in found] == [["-0.50", "–"], ["–", "1.00"]]
    assert "In the C heap, used or kept" not in rows(hands_off.render([told]))[0]


@pytest.mark.parametrize(
    ("without", "why"),
    [
        (cell(not_deployed="killed by SIGKILL"), "killed by SIGKILL"),
        (failed(), "the cell failed before"),
        (cell(interrupted=True), "the run was interrupted before"),
        (cell(), "its record was written before there were any"),
    ],
)
def test_a_cell_without_a_hands_off_part_says_why(without, why):
    text = hands_off.render([without, cell(stack="sqlalchemy2x_z", deployed=DEPLOYED)])
    assert rows(text)[2][5:] == ["–"] * 13
    assert f"\n\n- sqlalchemy2x\\_sync\\_session balanced: no hands-off part: {why}\n" in text


def test_a_cell_without_rounds_has_no_diff():
    assert rows(hands_off.render([failed()]))[2][3:5] == ["0", "–"]


def test_without_cells_there_is_nothing():
    assert hands_off.render([]) == ""


def test_own_files_stand_under_a_heading_of_their_own():
    text = hands_off.render([cell(stack="leak_x", file="leak_x.py"), cell()])
    assert text.index("sqlalchemy2x") < text.index("### Own workloads") < text.index("| leak")
    assert "### leak" not in text
