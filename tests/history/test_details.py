import json
import re

import pytest

from cells import cell, culprit, failed
from deployed_of import MEBIBYTE, deployed
from find_mem_leaks import results
from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.history import details
from find_mem_leaks.history.panels import Cell, Commit, Panel


def detailed(made):
    record = json.loads(json.dumps(results.to_json([made])))["cells"][0]
    shown = Cell("sync_session", made.scenario, "plain.SyncSession", record, "leaks/a&b.json")
    return details.detail(Panel("py", Commit("a" * 40, "v1", (shown,)), (), {}), shown)


def text_of(html):
    return re.sub(r"<[^>]*>", "", html)


def test_every_figure_of_the_suite_has_a_link_to_its_graph():
    html = detailed(cell())
    for name, words in details.FIGURES.items():
        assert f'href="#plain.SyncSession.{name}?' in html
        assert f">{words}</a>" in html
    assert 'href="leaks/a&amp;b.json" download' in html


def test_the_facts_are_those_of_the_record():
    text = text_of(detailed(cell(rate=100.0)))
    assert "B/op100" in text
    assert "Operations" + f"{cell().operations:,}" in text
    assert "Seconds12.3" in text
    assert "Peak0.0 MB" in text
    assert "Allocators–" in text


def test_the_allocators_are_named_as_text():
    assert "<dd>pymalloc, m&lt;1&gt;</dd>" in detailed(cell(allocator="pymalloc, m<1>"))


def test_the_growth_hands_off_is_there_in_parts_with_its_own_peak():
    html = detailed(cell(deployed=deployed(garbage=3 * MEBIBYTE, kept_by_heap=-MEBIBYTE)))
    text = text_of(html)
    assert "Memory over 4,800 operations hands-off" in text
    for row in (
        "garbage not yet collected3.00150 %",
        "kept by the C heap-1.00-50 %",
        "growth in all2.00100 %",
    ):
        assert row in text
    assert "Peak52.0 MB" in text


def test_a_record_without_a_hands_off_part_has_no_parts():
    assert "hands-off" not in detailed(cell())


def test_a_cell_that_measured_nothing_has_its_reason_and_no_figures():
    html = detailed(failed())
    assert "killed by SIGKILL" in html
    assert "<dl></dl>" in html
    assert "<svg" not in html


def test_a_cell_without_an_interval_has_dashes():
    text = text_of(detailed(cell(interval=None, bytes_per_operation=None)))
    assert "B/op–" in text
    assert "Interval– to –" in text


def points(html):
    [line] = re.findall(r'points="([^"]*)"', html)
    return [tuple(map(float, point.split(","))) for point in line.split()]


def test_the_curve_runs_from_the_first_round_after_the_warm_up_to_the_last():
    drawn = points(detailed(cell(rate=1_000.0)))
    assert len(drawn) == sum(not round_.warm_up for round_ in cell().rounds)
    assert drawn[0] == (0, details.HEIGHT)
    assert drawn[-1] == (details.WIDTH, 0)
    assert [x for x, _ in drawn] == sorted(x for x, _ in drawn)


def test_memory_that_stays_the_same_is_a_flat_line_at_the_bottom():
    assert {y for _, y in points(detailed(cell()))} == {details.HEIGHT}


@pytest.mark.parametrize("rounds", [0, 3, 4])
def test_fewer_than_two_rounds_after_the_warm_up_make_no_curve(rounds):
    assert "<svg" not in detailed(cell(rounds=cell().rounds[:rounds]))


def test_no_more_culprits_and_frames_are_shown_than_people_read():
    deep = Culprit(tuple(Frame(f"f{depth}", "app.py", depth) for depth in range(30)), 1.0, 1.0, None, None)
    html = detailed(cell(16, culprits=(deep,) * 9))
    assert html.count("called from") == details.CULPRITS
    assert html.count("<li>") == details.CULPRITS * details.FRAMES


def test_a_culprit_alone_has_no_callers():
    alone = Culprit((Frame("f", "/v/lib/python3.11/site-packages/orm/a.py", 3),), 1.0, 1.0, None, None)
    html = detailed(cell(16, culprits=(alone,)))
    assert "called from" not in html
    assert "orm/a.py:3 in f: 1 allocations and 1 B per operation" in text_of(html)


def test_what_looking_for_culprits_saw_is_there_with_and_without_them():
    assert "<p>nothing found</p>" in detailed(cell(explained="nothing found"))
    assert "Where it leaks" not in detailed(cell(explained="nothing found"))
    assert "<p>1 place</p>" in detailed(cell(16, culprits=(culprit(),), explained="1 place"))


def test_a_control_says_what_is_known_of_it():
    assert "known to be leaking" in detailed(cell(truth="leaking"))
    assert "known to be" not in detailed(cell())


def test_a_cell_has_its_steps_the_newest_first_and_what_each_came_with():
    def commit(name, rate, place):
        record = json.loads(json.dumps(results.to_json([cell(rate)])))["cells"][0]
        return Commit(
            name * 8, name, (Cell("sync_session", "balanced", "a.B", record, "x"),), f"2026-01-0{place}", place
        )

    *earlier, newest = (commit("a", 0, 1), commit("b", 100, 2), commit("c", 110, 3), commit("d", 400, 4))
    panel = Panel("py", newest, tuple(earlier), {}, line="locked")
    text = text_of(details.detail(panel, newest.cells[0]))
    told = re.findall(r"([abcd], 2026-01-0\d): \S \w+, [^→]*→ \S leaking, \d+ B/op(commit [abcd])", text)
    assert told == [("d, 2026-01-04", "commit d"), ("b, 2026-01-02", "commit b")]
    assert "Steps" not in details.detail(Panel("py", earlier[0], (), {}, line="locked"), earlier[0].cells[0])
