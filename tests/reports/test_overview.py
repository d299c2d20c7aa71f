from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from cells import cell, culprit, failed
from find_mem_leaks.judging.growth import Interval
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports import overview
from find_mem_leaks.subjects import scenarios

SHOP = {"mix": None, "stack": "shop.main:app", "file": "shop.main:app"}
OWN = {"mix": None, "scenario": "operation", "stack": "cache", "file": "/here/cache.py"}
STACKS = ("async_session", "sync_session", "fastapi_injector_async_scoped_session")


def printed(*cells, width=overview.WIDTH, **settings):
    to = Console(width=width, highlight=False, **settings)
    with to.capture() as captured:
        overview.render(cells, to)
    return captured.get()


def lines(*cells, **settings):
    return [line.rstrip() for line in printed(*cells, **settings).splitlines()]


def everything(names=scenarios.DEFAULT):
    return [
        replace(cell(), stack=f"sqlalchemy{label}x_{stack}", scenario=scenario, sqlalchemy=version)
        for label, version in (("1", "1.4.54"), ("2", "2.0.44"), ("21", "2.1.0"))
        for stack in STACKS
        for scenario in names
    ]


def bounded(cell, low, high):
    return replace(cell, interval=(low, high))


def test_nothing_measured_is_said():
    assert printed() == "nothing was measured\n"


def test_a_matrix_has_a_line_for_each_stack_and_a_sign_with_its_bound_for_each_scenario():
    clean = bounded(cell(), -1.0, 0.974)
    leaking = replace(cell(3_030), scenario="read_heavy")
    found = lines(clean, leaking, failed(scenario="create_heavy"))
    assert found[:2] == [
        "SQLAlchemy 2.0.44,              create_",
        "Python 3.11.7        balanced   heavy     read_heavy",
    ]
    assert found[3].split() == ["sync_session", "✅", "<0.97", "💥", "❌", "3,030"]


def test_clean_cells_take_no_line_of_their_own():
    every = everything()
    assert len(every) == 45
    found = lines(*every)
    assert len(found) == 3 * (len(STACKS) + 4) + 2
    assert not [line for line in found if line.startswith("✅")]


@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize("names", [scenarios.DEFAULT, tuple(scenarios.SCENARIOS)])
def test_no_line_is_wider_than_the_screen_and_no_name_is_cut(width, names):
    text = printed(*everything(names), cell(16, culprits=(culprit(holder="`a` of `b` " * 20),)), width=width)
    assert max(map(cell_len, text.splitlines())) <= width
    assert "…" not in text
    for word in ("scoped_session", "fastapi_injector_async_", "heavy"):
        assert word in text


def test_bounds_stand_in_a_matrix_where_they_fit():
    assert "✅ <" in printed(*everything(), width=100)
    assert "✅ <" in printed(*everything(), width=80)
    large = cell(verdict=Verdict.LEAKING, bytes_per_operation=123e6)
    all_large = [replace(large, scenario=name) for name in scenarios.DEFAULT]
    assert printed(*all_large[:4]).count("❌ 123,000,000") == 4
    assert "❌ 123,000,000" not in printed(*all_large)


def test_scenarios_that_do_not_fit_beside_each_other_stand_below():
    found = lines(*everything(tuple(scenarios.SCENARIOS)), width=80)
    heads = [number for number, line in enumerate(found) if "SQLAlchemy 2.0.44" in line]
    assert len(heads) == 2


def test_what_is_not_clean_is_told_in_full_below_the_matrix():
    place = culprit(holder="`Stack._cache`")
    found = lines(cell(), cell(16, scenario="read_heavy", culprits=(place,), truth="leaking"))
    detail = found[found.index("") + 1 :]
    assert detail[0].startswith("❌ sqlalchemy2x_sync_session read_heavy: steady growth over ")
    assert any(line.startswith("   leaking: live memory 16.0 B/op (16.0 to 16.0) ▁▂") for line in detail)
    assert "   at app.py:12 in handler: 1,033 B/op in `bytearray` objects (1.00 allocations/op), held by" in detail
    assert detail[-1].startswith("2 cells: 1 clean, 1 leaking")


def test_of_what_is_counted_and_is_no_memory_the_number_is_shown():
    interval = Interval(0.01, 0.0098, 0.0102)
    leak = cell(verdict=Verdict.LEAKING, convicted_by=("threads",), growth={"threads": interval})
    text = "\n".join(lines(leak))
    assert "❌ 0.01 threads" in text
    assert "leaking: threads 0.01 per operation (0.0098 to 0.01)" in text
    memory_too = replace(leak, convicted_by=("threads", "live_bytes"), bytes_per_operation=24.0)
    assert "❌ 24.0" in "\n".join(lines(memory_too))


@pytest.mark.parametrize(
    "other", [cell(interrupted=True), cell(truth="leaking"), failed(), cell(verdict=Verdict.BOUNDED)]
)
def test_whatever_is_not_simply_clean_is_told(other):
    assert any("sqlalchemy2x_sync_session balanced: " in line for line in lines(other))


def test_a_persons_own_files_stand_under_a_heading_of_their_own_without_a_series():
    found = lines(cell(), cell(**OWN))
    heading = found.index("Own workloads,")
    assert found.index("SQLAlchemy 2.0.44,") < heading
    assert "SQLAlchemy" not in "".join(found[heading:])
    assert any(line.startswith("cache") for line in found[heading:])


def test_a_stack_in_several_versions_has_a_line_for_each():
    found = lines(cell(), cell(python="3.12.1"), cell(scenario="read_heavy"))
    assert [line.split("  ")[0] for line in found if line.startswith("sync_session")] == [
        "sync_session (Python 3.11.7)",
        "sync_session (Python 3.12.1)",
    ]


def test_a_bound_is_never_below_what_two_digits_show():
    assert "✅ <0.01" in printed(bounded(cell(), -3.0, -1.0))


def test_what_is_inconclusive_rules_nothing_out():
    [line] = [line for line in lines(cell(verdict=Verdict.INCONCLUSIVE)) if line.startswith("sync_session")]
    assert line.split() == ["sync_session", "❓"]


def test_a_name_is_broken_after_underscores_and_spaces_alone():
    assert overview.fold("fastapi_injector_async_scoped_session", 24) == "fastapi_injector_async_\nscoped_session"
    assert overview.fold("create_heavy", 10) == "create_\nheavy"
    assert overview.fold("sync_session (Python 3.11.7)", 24) == "sync_session (Python\n3.11.7)"
    assert overview.fold("unbreakable-name", 4) == "unbreakable-name"


def test_text_of_others_is_no_markup():
    assert "[red]mine" in printed(cell(stack="[red]mine"))


def test_only_a_terminal_sees_colours():
    assert "\x1b[" not in printed(cell(16))
    assert "\x1b[1;31m❌ 16.0" in printed(cell(16), force_terminal=True, color_system="standard", no_color=False)


@pytest.mark.parametrize("columns", ["60", "240"])
def test_in_a_pipe_a_line_is_as_wide_as_a_page(columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", columns)
    overview.show(everything(), every=False)
    found = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, found)) <= overview.WIDTH
    assert found == [line.rstrip() for line in found]
    overview.show(everything(), every=True)
    assert max(map(cell_len, capsys.readouterr().out.splitlines())) > overview.WIDTH


def test_routes_of_an_application_have_a_line_each():
    leaking = cell(3_030, scenario="GET /items/{id}", culprits=(culprit(holder="`a`"),), **SHOP)
    skipped = failed(error=None, skipped="answered 401", verdict=Verdict.SKIPPED, scenario="GET /me", **SHOP)
    clean = bounded(replace(cell(), scenario="mixed", **SHOP), -1.0, 0.974)
    found = lines(leaking, skipped, clean)
    assert [line.split() for line in found[:2]] == [
        ["shop.main:app,"],
        ["Python", "3.11.7", "B/request", "Peak", "MB", "Requests/s", "Line"],
    ]
    assert [line.split() for line in found[3:6]] == [
        ["GET", "/items/{id}", "❌", "3,030", "0.0", "10,000", "app.py:12", "in", "handler"],
        ["GET", "/me", "➖", "–", "–", "–"],
        ["mixed", "✅", "<0.97", "0.0", "10,000", "–"],
    ]


def test_each_application_has_a_table_of_its_own_after_all_others():
    found = lines(
        cell(scenario="GET /", **{**SHOP, "stack": "a:app", "file": "a:app"}),
        cell(scenario="GET /", **SHOP),
        cell(**OWN),
    )
    heads = [found.index(head) for head in ("Own workloads,", "a:app,", "shop.main:app,")]
    assert heads == sorted(heads)


def test_of_many_tests_those_that_do_not_leak_are_counted():
    test = {"mix": None, "stack": "tests/test_a.py", "file": "tests/test_a.py"}
    clean = [cell(scenario=f"test_{number}", test=f"tests/test_a.py::test_{number}", **test) for number in range(30)]
    leaking = cell(1_030, scenario="test_leaks", test="tests/test_a.py::test_leaks", **test)
    table = lines(*clean, leaking)
    assert any(line.startswith("test_leaks") for line in table)
    assert not any(line.startswith("test_7") for line in table)
    assert any(line.startswith("30 others") and line.endswith("✅") for line in table)
    assert any(line.startswith("test_7") for line in lines(*clean[:10]))
    assert any(line.startswith("30 tests") for line in lines(*clean))
