import pytest

from cells import cell, failed
from find_mem_leaks.reports import seed


def rows(text):
    return [
        [part.strip() for part in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]


def test_a_section_for_each_series_with_a_row_for_each_round():
    cells = [cell(stack="sqlalchemy21x_a"), cell(), cell(scenario="read_heavy")]
    sections = seed.render(cells).split("\n\n### ")
    assert [section.splitlines()[0].removeprefix("### ") for section in sections] == ["sqlalchemy21x", "sqlalchemy2x"]
    assert len(rows(sections[1])) == 2 + 2 * len(cell().rounds)


def test_a_round_has_its_memory_in_mebibytes_and_the_shares_of_the_mix():
    head, _, first, *_ = rows(seed.render([cell()]))
    found = dict(zip(head, first, strict=True))
    assert (found["Round"], found["Ops"]) == ("1", str(cell().rounds[0].operations))
    assert [found[letter] for letter in "CRUD"] == ["0.25"] * 4
    assert (found["Diff"], found["Initial"], found["Final"]) == ("0.0", "0.0", "0.0")


def test_a_cell_without_rounds_has_one_row_of_dashes():
    [_, _, row] = rows(seed.render([failed()]))
    assert row[3:8] == ["–", "–", "–", "–", "0"]


def test_a_workload_of_ones_own_has_no_mix():
    assert rows(seed.render([failed(mix=None)]))[2][-4:] == ["–"] * 4


def test_stacks_are_kept_apart_by_a_rule():
    text = seed.render([cell(stack="sqlalchemy2x_a"), cell(stack="sqlalchemy2x_b")])
    assert text.count("\n| ---") == 2
    assert seed.render([cell(), cell(scenario="read_heavy")]).count("\n| ---") == 1


def test_without_cells_there_is_nothing():
    assert seed.render([]) == ""


@pytest.mark.parametrize(("value", "text"), [(0, "0.0"), (-0.001, "0.0"), (1.005, "1.0"), (3.14159, "3.14")])
def test_figures_have_one_or_two_decimals_and_no_minus_zero(value, text):
    assert seed._number(value) == text


def test_own_files_stand_under_a_heading_of_their_own():
    text = seed.render([cell(stack="leak_x", file="leak_x.py"), cell()])
    assert text.index("sqlalchemy2x") < text.index("### Own workloads") < text.index("| leak")
    assert "### leak" not in text


def test_a_bar_in_a_name_shifts_no_column():
    text = seed.render([failed(scenario="test_get[a|b]")])
    assert "| test_get[a\\|b] |" in text
