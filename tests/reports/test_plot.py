import json
from dataclasses import replace

import pytest

from cells import cell, failed
from find_mem_leaks.reports import plot


def test_the_fitted_rate_runs_through_the_second_half_between_its_bounds():
    leaking = cell(16)
    fit = plot.data(leaking)["fit"]
    begin, _, end = fit["operations"]
    first, last = next(leaking.series.samples()), leaking.rounds[-1].samples[-1]
    assert begin >= (first.operations + last.operations) / 2
    assert end <= last.operations
    assert (fit["rate"][2] - fit["rate"][0]) / (end - begin) == pytest.approx(16, rel=1e-3)
    assert fit["low"][1] == pytest.approx(fit["high"][1], abs=2)
    assert fit["low"][2] <= fit["rate"][2] <= fit["high"][2]
    assert fit["low"][0] >= fit["rate"][0] >= fit["high"][0]


def test_a_cell_that_measured_nothing_has_no_samples_and_no_fit():
    assert plot.data(failed()) == {"samples": {"operations": [], "live": [], "rss": []}, "warm_up": 0, "fit": None}


def test_many_samples_are_thinned_to_the_lowest_of_their_neighbours():
    many = cell(16)
    samples = [sample for round_ in many.rounds for sample in round_.samples]
    drawn = plot.data(many)["samples"]
    assert len(samples) > plot.MOST_SAMPLES >= len(drawn["live"])
    assert min(drawn["live"]) == min(sample.live_bytes for sample in samples)


def test_few_samples_are_drawn_as_they_are():
    whole = cell(16)
    few = replace(whole, rounds=whole.rounds[:3])
    drawn = plot.data(few)["samples"]
    samples = [sample for round_ in few.rounds for sample in round_.samples]
    assert drawn["operations"] == [sample.operations for sample in samples]
    assert drawn["rss"] == [sample.rss for sample in samples]


def test_a_cell_of_warm_up_alone_has_no_fit():
    whole = cell(16)
    found = plot.data(replace(whole, rounds=whole.rounds[:3]))
    assert found["fit"] is None
    assert found["warm_up"] == whole.rounds[2].samples[-1].operations


def test_a_cell_without_growth_of_live_bytes_has_no_fit():
    assert plot.data(cell(16, growth={}))["fit"] is None


def test_the_figure_is_json_whose_parts_are_found_by_their_names():
    text = json.dumps(plot.item())
    for name in ("samples", "fit", "warm-up", "live range", "rss range", "operations range"):
        assert f'"name": "{name}"' in text
