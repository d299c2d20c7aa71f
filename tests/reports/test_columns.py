from dataclasses import replace

import pytest

from cells import cell, culprit, failed
from deployed_of import MEBIBYTE, deployed
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.reports import columns, markdown, seed, separated, terminal
from find_mem_leaks.reports.columns import BARS, remarks, sparkline


def test_steady_growth_is_a_staircase_from_the_lowest_bar_to_the_highest():
    line = sparkline(cell(3_220))
    assert len(line) == 10
    assert (line[0], line[-1]) == (BARS[0], BARS[-1])
    assert list(line) == sorted(line)


def test_memory_that_stays_the_same_is_a_flat_line():
    assert sparkline(cell()) == BARS[0] * 10


def with_live_bytes(found, live_bytes):
    """The cell with other readings: of a round's number and itself."""
    rounds = [
        replace(
            round_, samples=tuple(replace(sample, live_bytes=live_bytes(number, round_)) for sample in round_.samples)
        )
        for number, round_ in enumerate(found.rounds)
    ]
    return replace(found, rounds=tuple(rounds))


def test_noise_that_is_far_below_the_limit_stays_flat():
    noisy = with_live_bytes(cell(), lambda number, round_: 5_000_000 + number % 2 * 2_000)
    assert sparkline(noisy) == BARS[0] * 10


def test_the_warm_up_is_left_out():
    settling = with_live_bytes(cell(), lambda number, round_: 0 if round_.warm_up else 5_000_000)
    assert sparkline(settling) == BARS[0] * 10


@pytest.mark.parametrize("rounds", [1, 4, 10])
def test_few_rounds_have_a_bar_each(rounds):
    short = cell(16)
    measured = [round_ for round_ in short.rounds if not round_.warm_up]
    assert len(sparkline(replace(short, rounds=tuple(measured[:rounds])))) == rounds


def test_a_cell_that_measured_nothing_has_a_dash():
    assert sparkline(failed()) == "–"


def test_the_table_in_a_terminal_and_in_markdown_has_it_under_growth(capsys):
    leaking = cell(3_220)
    terminal.render([leaking], terminal.console())
    for text in (capsys.readouterr().out, markdown.render([leaking])):
        assert "Growth" in text
        assert sparkline(leaking) in text


def test_the_formats_that_machines_read_have_none():
    leaking = cell(3_220)
    for text in (separated.render([leaking]), seed.render([leaking])):
        assert not set(text) & set(BARS)
        assert "Growth" not in text


def test_the_columns_are_as_many_as_their_names():
    cells = [cell(), cell(python="3.12.1")]
    assert {len(row) for row in columns.rows(cells)} == {len(columns.header(cells))}


def test_remarks_say_where_a_leaking_cell_leaks_but_not_more_than_three_places():
    many = tuple(culprit(line=line, holder="dict app.SEEN") for line in range(1, 6))
    lines = remarks([cell(16, culprits=many), cell(culprits=many)])
    assert len(lines) == 4
    assert lines[1] == (
        "   at app.py:1 in handler: 1,033 B/op in `bytearray` objects (1.00 allocations/op), held by dict app.SEEN"
    )


def test_one_allocation_in_a_thousand_operations_is_told_from_none():
    line = remarks([cell(16, culprits=(culprit(allocations=0.001, size=0.064, kind=None),))])[1]
    assert line == "   at app.py:12 in handler: 0.064 B/op (0.001 allocations/op)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.00"),
        (-0.0001, "0.00"),
        (0.0123, "0.01"),
        (2.345, "2.35"),
        (9.999, "10.0"),
        (24.14, "24.1"),
        (99.96, "100"),
        (-12.3, "-12.3"),
        (1_234_567, "1,230,000"),
    ],
)
def test_a_figure_has_three_significant_digits_and_no_exponent(value, text):
    assert columns.significant(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0.00"), (0.001, "0.001"), (0.0999, "0.1"), (0.5, "0.50"), (1_234.5, "1,234")],
)
def test_what_is_told_per_operation_is_told_from_nothing(value, text):
    assert columns.per_operation(value) == text


def test_the_smallest_growth_that_is_visible_is_the_upper_half_of_the_interval():
    assert columns.smallest_visible(cell(interval=(1.0, 9.0), bytes_per_operation=6.0)) == 3
    assert columns.smallest_visible(failed()) is None


def test_rounds_of_a_size_that_was_asked_for_are_counted_with_the_warm_up():
    auto = cell()
    fixed = replace(auto, protocol="fixed", rounds=tuple(replace(each, operations=400) for each in auto.rounds))
    assert columns.operations(fixed) == f"{len(auto.rounds)} × 400"
    assert columns.operations(auto) == f"{auto.operations:,}"
    assert columns.operations(replace(auto, protocol="fixed")) == f"{auto.operations:,}"
    assert columns.operations(failed()) == "–"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("/opt/site-packages/sqlalchemy/orm/session.py", "sqlalchemy/orm/session.py"),
        ("/venv/lib/python3.11/site-packages/sqlalchemy/orm/session.py", "sqlalchemy/orm/session.py"),
        ("/usr/lib/python3/dist-packages/thing.py", "thing.py"),
        ("/usr/lib64/python3.12/json/decoder.py", "json/decoder.py"),
        ("/src/find_mem_leaks/measured/stacks/sync_session.py", "measured/stacks/sync_session.py"),
        ("<string>", "<string>"),
        ("", ""),
    ],
)
def test_a_file_of_a_package_is_shown_from_its_package_on(file, text):
    assert columns.shown(file) == text


def test_a_file_below_the_current_directory_is_shown_from_there_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert columns.shown(str(tmp_path / "app" / "blog.py")) == "app/blog.py"
    assert columns.shown(f"{tmp_path}er/blog.py") == f"{tmp_path}er/blog.py"


def test_a_place_without_a_known_line_has_none():
    assert columns.place(culprit()) == "app.py:12 in handler"
    assert columns.place(culprit(line=0)) == "app.py in handler"


def test_only_a_leaking_cell_has_culprits_and_no_more_than_people_read():
    many = tuple(culprit(line=line) for line in range(9))
    assert columns.culprits(cell(16, culprits=many)) == list(many[:3])
    assert columns.culprits(cell(culprits=many)) == []


def test_a_clean_cell_is_not_worth_a_remark_unless_it_was_interrupted_or_should_leak():
    assert remarks([cell()]) == []
    assert remarks([cell(truth="clean")]) == []
    [interrupted] = remarks([cell(interrupted=True)])
    assert "interrupted: " in interrupted
    assert len(remarks([cell(truth="leaking")])) == 1


def test_the_python_version_is_a_column_only_where_there_are_several():
    one, several = [cell(), cell()], [cell(), cell(python="3.12.1")]
    assert "Python" not in columns.header(one)
    assert columns.header(several)[1] == "Python"
    assert [row[1] for row in columns.rows(several)] == ["3.11.7", "3.12.1"]


def test_what_grows_is_a_column_only_where_something_does():
    assert "What grows" not in columns.header([cell(), failed()])
    leaking = [cell(), cell(16), cell(16, convicted_by=("uncollected_bytes",))]
    place = columns.header(leaking).index("What grows")
    assert [row[place] for row in columns.rows(leaking)] == ["–", "live memory", "garbage"]


def test_the_peak_is_that_of_the_hands_off_part_where_there_is_one():
    round_ = replace(cell().rounds[0], peak=7 * MEBIBYTE)
    cells = [cell(deployed=deployed(files=30 * MEBIBYTE)), cell(rounds=(round_,)), failed()]
    assert [columns.peak_of(each) for each in cells] == [80 * MEBIBYTE, 7 * MEBIBYTE, None]
    assert [row[-1] for row in columns.rows(cells)] == ["80.0", "7.0", "–"]


def test_what_a_failed_cell_has_not_measured_is_a_dash():
    [row] = columns.rows([failed()])
    assert row[2] == "💥 failed"
    assert row.count("–") == len(row) - 4


@pytest.mark.parametrize(("number", "text"), [(0, "0 cells"), (1, "1 cell"), (2, "2 cells"), (1_000, "1,000 cells")])
def test_one_thing_is_not_many(number, text):
    assert columns.counted(number, "cell") == text


def test_the_summary_counts_the_cells_of_each_verdict_and_names_the_limits():
    text = columns.summary([cell(), cell(16), cell(16), failed()])
    assert text.startswith("4 cells: 1 clean, 2 leaking, 1 failed")
    assert text.endswith("Limit: 1 B/op.")
    assert "Limit: 1 and 8 B/op." in columns.summary([cell(), cell(rules=Rules(limit=8.0))])


def test_the_summary_counts_controls_that_are_judged_as_they_should():
    text = columns.summary([cell(truth="clean"), cell(truth="bounded"), cell(truth="leaking"), cell()])
    assert "2 of 3 controls" in text
    assert "controls" not in columns.summary([cell()])


def test_a_limit_that_goes_by_the_pace_is_said_in_the_summary():
    slow = replace(Rules(), pace=0.13)
    text = "Limit: 1 B/op; 36.1 B/op, 1 MB an hour at 0.13 s an operation."
    assert columns.summary([cell(rules=slow), cell(), cell(rules=slow)]).endswith(text)
    assert columns.summary([cell(rules=slow)]).endswith(f"Limit: {text.partition('; ')[2]}")


def test_many_limits_that_go_by_the_pace_are_said_as_a_range():
    cells = [cell(rules=replace(Rules(), pace=pace)) for pace in (0.036, 0.0072, 0.009)]
    text = "Limit: 1 B/op; 2 to 10 B/op, 1 MB an hour where an operation takes 0.0072 to 0.036 s."
    assert columns.summary([*cells, cell()]).endswith(text)


def test_why_a_leak_is_not_explained_is_told_below_it_and_seconds_are_those_of_both():
    broken = cell(16, explained="where it leaks could not be told: killed by SIGSEGV", explaining_seconds=2.0)
    assert columns.remarks([broken])[1:] == ["   where it leaks could not be told: killed by SIGSEGV"]
    assert columns.rows([broken])[0][columns.header([broken]).index("Seconds")] == "14.3"
    assert columns.unexplained(cell(explained="nothing found")) is None


def test_things_without_bytes_are_told_by_their_number():
    assert columns.amount(culprit(size=0.0, kind="thread")) == "1.00 thread/op"
    assert columns.amount(culprit(size=0.0, kind=None)) == "1.00 allocations/op"
