"""The page of rates: a row per stack, a column per SQLAlchemy series."""

import pytest
import rates

from cells import cell
from find_mem_leaks.subjects import catalogue
from find_mem_leaks.subjects.environments import prefix

VERSIONS = {"1.4": "1.4.54", "2.0": "2.0.58", "2.1": "2.1.9"}
SECONDS = {"1.4": 2.0, "2.0": 1.0, "2.1": 0.5}


@pytest.fixture
def measured(monkeypatch):
    """The stacks that were measured in each series, by a stand-in that does 200 operations of each."""
    asked = {}

    def measure(series, stacks, packages):
        asked[series] = stacks
        for name in stacks:
            needs = "sqlalchemy" in catalogue.stacks()[name].requires
            label = prefix(VERSIONS[series]) + name if needs else name
            sqlalchemy = VERSIONS[series] if needs else None
            yield cell(stack=label, sqlalchemy=sqlalchemy, operations=200, seconds=SECONDS[series])

    monkeypatch.setattr(rates, "measure", measure)
    return asked


def rows(page):
    """The cells of each row, by its stack."""
    lines = [line.strip("| \n").split(" | ") for line in page.read_text().splitlines() if "`" in line and "|" in line]
    return {stack.strip("`"): columns for _, stack, *columns in lines}


def test_every_stack_that_is_not_a_control_has_a_figure_in_each_series(measured, tmp_path):
    page = tmp_path / "rates.md"
    rates.main(str(page), [])
    found = rows(page)
    assert found.keys() == {name for name, stack in catalogue.stacks().items() if stack.is_usual}
    assert found["sync_session"] == found["fastapi_injector_sync_session"] == ["100", "200", "400"]


def test_a_stack_without_sqlalchemy_is_measured_once_and_has_that_figure_in_all_columns(measured, tmp_path):
    page = tmp_path / "rates.md"
    rates.main(str(page), [])
    assert rows(page)["peewee_sync_connection"] == ["100", "100", "100"]
    assert [series for series, stacks in measured.items() if "peewee_sync_connection" in stacks] == ["1.4"]


def test_served_stacks_come_last(measured, tmp_path):
    page = tmp_path / "rates.md"
    rates.main(str(page), [])
    served = [catalogue.stacks()[name].is_served for name in rows(page)]
    assert served == sorted(served)
