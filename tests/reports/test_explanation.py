from cells import cell, culprit, failed
from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.reports import explanation


def test_each_culprit_has_its_number_its_place_its_size_and_its_callers():
    found = cell(16, culprits=(culprit(holder="dict app.SEEN"), culprit(line=40)), explained="over two windows")
    lines = explanation.render([found]).splitlines()
    assert lines[0] == f"❌ {found.stack} {found.scenario}: leaking; {found.reason}"
    assert lines[1:4] == ["over two windows", "", "1. app.py:12 in handler"]
    assert lines[4].endswith("held by dict app.SEEN")
    assert lines[5] == "   called from operation (app.py:3)"
    assert lines[7] == "2. app.py:40 in handler"


def test_a_cell_without_culprits_is_told_in_one_line():
    assert explanation.render([cell()]).count("\n") == 0
    assert explanation.render([failed()]) == "💥 sqlalchemy2x_sync_session balanced: failed; killed by SIGKILL"


def test_cells_stand_apart_and_none_is_nothing():
    assert explanation.render([cell(), cell()]).split("\n\n") == [explanation.render([cell()])] * 2
    assert explanation.render([]) == ""


def test_a_long_way_from_the_operation_is_cut_and_says_so():
    deep = Culprit(tuple(Frame(f"f{depth}", "app.py", depth) for depth in range(20)), 1.0, 1.0, None, None)
    lines = explanation.render([cell(16, culprits=(deep,))]).splitlines()
    assert sum("called from" in line for line in lines) == explanation.FRAMES - 1
    assert lines[-1] == "   and 8 frames more"
    short = Culprit(deep.stack[: explanation.FRAMES], 1.0, 1.0, None, None)
    assert "frames more" not in explanation.render([cell(16, culprits=(short,))])
