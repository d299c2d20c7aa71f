import re

import pytest

from cells import cell
from find_mem_leaks.reports import matrix

HOSTILE = "<script>alert(1)</script>\"'&"
OWN = {"mix": None, "sqlalchemy": None, "packages": {"sqlalchemy": None}}


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"stack": "sqlalchemy1x_a", "sqlalchemy": "1.4.54"}, "SQLAlchemy 1.4"),
        ({"stack": "sqlalchemy2x_a"}, "SQLAlchemy 2.0"),
        ({"stack": "sqlalchemy21x_a", "sqlalchemy": "2.1.1"}, "SQLAlchemy 2.1"),
        ({"stack": "a", "sqlalchemy": "2.1.1"}, "SQLAlchemy 2.1"),
        ({"stack": "a", "file": "a.py", **OWN}, "Own workloads"),
        ({"stack": "a", "file": "a.py", "mix": None}, "Own workloads"),
        ({"stack": "a", **OWN}, "Other"),
    ],
)
def test_a_cell_is_in_the_panel_of_its_series(changes, title):
    assert [panel.title for panel in matrix.panels(matrix.items([cell(**changes)]))] == [title]


def test_stacks_with_scenarios_of_their_own_have_matrices_of_their_own():
    own = [cell(stack="own", scenario=name, **OWN | {"sqlalchemy": "2.0.1"}) for name in ("handler", "task")]
    mixed = [cell(scenario=name) for name in ("read_heavy", "balanced")]
    (panel,) = matrix.panels(matrix.items([*own, *mixed]))
    assert [found.scenarios for found in panel.matrices] == [("balanced", "read_heavy"), ("handler", "task")]
    assert [[row.stack for row in found.rows] for found in panel.matrices] == [["sync_session"], ["own"]]


def test_the_same_stack_in_several_versions_keeps_one_place_and_addresses_of_its_own():
    found = matrix.items([cell(), cell(python="3.12.1")])
    ((row,),) = [found.rows for found in matrix.panels(found)[0].matrices]
    (both,) = row.items
    assert len({item.id for item in found}) == 2
    assert [item.differs_from(both) for item in both] == [["Python 3.11.7"], ["Python 3.12.1"]]


def test_no_address_of_a_cell_needs_escaping():
    ids = [item.id for item in matrix.items([cell(stack=HOSTILE), cell(stack="päth/to.py"), cell(stack="a b")])]
    assert all(re.fullmatch(r"[A-Za-z0-9_.~-]+", found) for found in ids)


def test_without_cells_there_is_no_panel():
    assert matrix.items([]) == []
    assert matrix.panels([]) == []


def test_panels_without_sqlalchemy_come_last():
    cells = [cell(stack="b", file="b.py", **OWN), cell(stack="sqlalchemy21x_a", sqlalchemy="2.1.0"), cell()]
    titles = [panel.title for panel in matrix.panels(matrix.items(cells))]
    assert titles == ["SQLAlchemy 2.0", "SQLAlchemy 2.1", matrix.OWN]


def test_a_panel_names_its_versions():
    [panel] = matrix.panels(matrix.items([cell(), cell(python="3.12.1", sqlalchemy="2.0.43")]))
    assert panel.versions == ("SQLAlchemy 2.0.43", "SQLAlchemy 2.0.44", "Python 3.11.7", "Python 3.12.1")


def test_a_panel_of_own_files_names_no_sqlalchemy_that_they_need_not_import():
    [panel] = matrix.panels(matrix.items([cell(stack="a", file="a.py", mix=None)]))
    assert panel.versions == ("Python 3.11.7",)


def test_kinds_part_stacks_that_ship_from_own_files():
    own, shipped = cell(stack="a", file="a.py"), cell()
    assert matrix.kinds([own, shipped]) == [("", [shipped]), (matrix.OWN, [own])]
    assert matrix.kinds([own]) == [(matrix.OWN, [own])]


def test_sections_of_own_files_come_last_under_their_heading():
    cells = [cell(stack="a_b", file="a_b.py"), cell(), cell(stack="sqlalchemy1x_z"), cell(stack="sqlalchemy1x_a")]
    sections = [(heading, [each.stack for each in members]) for heading, members in matrix.in_sections(cells)]
    assert sections == [
        ("sqlalchemy1x", ["sqlalchemy1x_a", "sqlalchemy1x_z"]),
        ("sqlalchemy2x", ["sqlalchemy2x_sync_session"]),
        (matrix.OWN, ["a_b"]),
    ]


def test_a_stack_that_lacks_a_scenario_has_an_empty_place():
    cells = [cell(), cell(scenario="read_heavy"), cell(stack="sqlalchemy2x_async_session")]
    [panel] = matrix.panels(matrix.items(cells))
    [found] = panel.matrices
    assert [[len(place) for place in row.items] for row in found.rows] == [[1, 1], [1, 0]]


def test_scenarios_stand_in_the_order_in_which_they_ship_and_others_after_them():
    names = ["mix_1_2_3_4", "read_heavy", "balanced"]
    [panel] = matrix.panels(matrix.items([cell(scenario=name) for name in names]))
    assert panel.matrices[0].scenarios == ("balanced", "read_heavy", "mix_1_2_3_4")


def test_a_row_names_what_is_known_to_be_true_of_a_control():
    cells = [cell(truth="leaking"), cell(truth="clean", scenario="read_heavy"), cell(scenario="create_heavy")]
    [panel] = matrix.panels(matrix.items(cells))
    assert panel.matrices[0].rows[0].truths == ["clean", "leaking"]


def test_the_name_of_a_stack_is_its_label_without_the_series():
    found = [item.stack for item in matrix.items([cell(), cell(stack="my_sqlalchemy2x_a"), cell(stack="a")])]
    assert found == ["sync_session", "my_sqlalchemy2x_a", "a"]
