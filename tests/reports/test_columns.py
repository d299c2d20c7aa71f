from dataclasses import replace

import pytest

from cells import cell, failed
from find_mem_leaks.reports import columns, markdown, seed, separated, terminal
from find_mem_leaks.reports.columns import BARS, sparkline


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
