"""Resident memory hands-off as stacked areas."""

import pytest

from deployed_of import BEGIN, MEBIBYTE, deployed
from find_mem_leaks.reports import areas

HEIGHT = 60 * MEBIBYTE * (1 + areas.ROOM)


def drawn(**shape):
    """The upper edge of each layer: operations and MB of its corners, as exactly as they can be drawn."""
    made = deployed(operations=400, readings=4, **shape)
    found = areas.areas(made)
    height = max(BEGIN["rss"], *made.rss) * (1 + areas.ROOM) / MEBIBYTE
    edges = {}
    for layer in found.layers:
        points = [tuple(map(float, point.split(","))) for point in layer.points.split()]
        assert points[-2:] == [(1_000, 1_000), (0, 1_000)]
        edges[layer.key] = [(x * 400 / 1_000, (1 - y / 1_000) * height) for x, y in points[:-2]]
    return edges


def about(*corners):
    return [pytest.approx(corner, abs=0.05) for corner in corners]


def test_memory_that_is_handed_out_lies_on_what_was_resident_before():
    edges = drawn(python=6 * MEBIBYTE, garbage=2 * MEBIBYTE, kept_by_heap=2 * MEBIBYTE)
    assert edges["base"] == about((0, 50), (400, 50))
    assert edges["handed-out"] == about((0, 50), (400, 58))
    assert edges["rest"] == about((0, 50), (400, 60))


def test_corners_are_kept_and_points_on_a_straight_line_are_not():
    edges = drawn(rss=lambda n: abs(n - 200) * MEBIBYTE / 10, live_bytes=lambda n: 0)
    assert edges["rest"] == about((0, 50), (100, 60), (200, 50), (400, 70))


def test_the_highest_layer_is_drawn_first():
    assert [layer.key for layer in areas.areas(deployed()).layers] == ["rest", "handed-out", "base"]


def test_resident_memory_that_falls_takes_the_base_with_it():
    edges = drawn(rss=lambda n: -n * MEBIBYTE / 100)
    assert edges["rest"] == edges["base"] == about((0, 50), (400, 46))


def test_what_is_handed_out_in_memory_that_was_there_before_adds_nothing():
    edges = drawn(rss=lambda n: MEBIBYTE, live_bytes=lambda n: n * MEBIBYTE)
    assert edges["handed-out"] == edges["rest"] == about((0, 50), (100, 51), (400, 51))


def test_what_is_given_back_does_not_eat_into_the_base():
    edges = drawn(rss=lambda n: MEBIBYTE, live_bytes=lambda n: -n)
    assert edges["handed-out"] == edges["base"]


def test_the_axes_begin_at_zero_and_have_round_ticks():
    found = areas.areas(deployed(files=10 * MEBIBYTE, operations=4_800))
    assert [tick.text for tick in found.operations] == ["0", "1,000", "2,000", "3,000", "4,000"]
    assert [tick.place for tick in found.operations] == [0, 20.8, 41.7, 62.5, 83.3]
    assert [tick.text for tick in found.megabytes] == ["0", "20", "40", "60"]
    assert found.megabytes[-1].place == pytest.approx(100 * 60 * MEBIBYTE / HEIGHT, abs=0.05)
    assert areas.grid(found) == "M0 1000h1000M0 710h1000M0 420h1000M0 130h1000"


@pytest.mark.parametrize(
    ("end", "texts"),
    [
        (0.9, ["0", "0.2", "0.4", "0.6", "0.8"]),
        (1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (5, ["0", "1", "2", "3", "4", "5"]),
        (26, ["0", "10", "20"]),
        (48, ["0", "10", "20", "30", "40"]),
        (514_464, ["0", "200,000", "400,000"]),
    ],
)
def test_no_axis_has_more_than_five_steps(end, texts):
    assert [tick.text for tick in areas._ticks(end)] == texts
