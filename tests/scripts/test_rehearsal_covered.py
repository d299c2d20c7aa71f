"""Coverage of several runs, joined: against data that coverage itself wrote."""

import coverage
import pytest
from rehearsal.covered import arcs, joined


@pytest.fixture
def data(tmp_path):
    def write(name, **files):
        file = tmp_path / name
        found = coverage.CoverageData(basename=str(file))
        found.add_arcs(files)
        found.write()
        return file

    return write


def test_arcs_are_those_that_coverage_wrote(data):
    assert arcs(data("one", a=[(-1, 1), (1, -1)], b=[(-1, 2)])) == {("a", -1, 1), ("a", 1, -1), ("b", -1, 2)}


def test_what_coverage_combines_is_joined(data, tmp_path):
    parts = [data("one", a=[(-1, 1), (1, 2)]), data("two", a=[(-1, 1), (1, 3)])]
    whole = coverage.Coverage(data_file=str(tmp_path / "whole"), config_file=False)
    whole.combine(list(map(str, parts)), keep=True)
    whole.save()
    assert joined(arcs(tmp_path / "whole"), map(arcs, parts))


ONE, TWO = frozenset({("a", -1, 1)}), frozenset({("a", -1, 2)})


@pytest.mark.parametrize("whole", [ONE, ONE | {("a", 9, 9)}, ONE | TWO | {("a", 9, 9)}, frozenset()])
def test_what_lacks_a_part_or_has_what_none_has_is_not(whole):
    assert not joined(whole, [ONE, TWO])


def test_parts_that_do_not_differ_show_nothing():
    assert not joined(ONE, [ONE, ONE])
    assert joined(ONE | TWO, [ONE, TWO])
