import drawing

from find_mem_leaks.reports import plot


def test_the_package_has_what_bokeh_makes_of_the_figure():
    shipped = {name: (plot.ASSETS / name).read_text(encoding="utf-8") for name in drawing.files()}
    assert shipped == drawing.files(), "make it anew: nox -s drawing"


def test_a_document_has_the_same_numbers_whenever_it_is_made():
    first = '{"id": "p1001", "of": "p1007", "as": "p1001", "doc": "0a1b2c3d-0000-4000-8000-00aa00bb00cc"}'
    assert drawing.numbered(first) == '{"id": "p1", "of": "p2", "as": "p1", "doc": "figure"}'
    assert drawing.numbered(first.replace("p10", "p77")) == drawing.numbered(first)


def test_the_library_is_of_the_figure_s_version_and_keeps_its_licence():
    assert f'"{plot.item()["version"]}"' in plot.library()
    assert "Anaconda, Inc., and Bokeh Contributors" in plot.library()[:200]
