"""Applications of known truth, one under each kind of server: all of them are `nox -s routes`."""

import sys
import tomllib
from pathlib import Path

import pytest
import routes
import truths

from find_mem_leaks.reports import matrix
from find_mem_leaks.reports import routes as routes_of_reports
from find_mem_leaks.subjects import environments

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
NEEDED = PROJECT["dependency-groups"]["applications"]


@pytest.fixture(scope="module")
def python():
    with environments.throw_away(sys.executable, NEEDED) as built:
        yield built


@pytest.mark.parametrize("file", ["leak_fastapi_websocket_registry", "leak_django_cached_view"])
def test_the_verdict_of_each_route_and_its_line_are_those_of_the_file(python, file):
    [application] = routes.applications(pattern=f"{file}.py")
    judged = routes.measure(python, application, routes.OPTIONS)
    assert set(truths.constants(application)["LEAKS"]) <= {each.cell.scenario for each in judged}
    assert all(routes_of_reports.rows(matrix.items([each.cell]))[0].answered == "100%" for each in judged)
    for each in judged:
        assert each.is_right, (each.cell.scenario, each.cell.reason)
        assert each.has_true_line == each.leaks
        assert each.has_true_holder == each.leaks
