"""The page of rates: a row per stack, a column per SQLAlchemy series."""

import pytest
import rates

from cells import cell
from find_mem_leaks.subjects import catalogue
from find_mem_leaks.subjects.databases import DRIVERS
from find_mem_leaks.subjects.environments import prefix

VERSIONS = {"1.4": "1.4.54", "2.0": "2.0.58", "2.1": "2.1.9"}
SECONDS = {"1.4": 2.0, "2.0": 1.0, "2.1": 0.5}


def on_servers(series, drivers):
    """Cells of plain sessions on drivers, as ``run`` makes them: of each what it serves, in series that have it."""
    for name in drivers:
        driver = DRIVERS[name]
        stacks = [stack for stack, able in zip(rates.SESSIONS, (driver.is_sync, driver.is_async), strict=True) if able]
        for stack in stacks if series != "1.4" or driver.since == (1, 4) else ():
            label = f"{prefix(VERSIONS[series])}{stack}_{driver.short}"
            made = {"stack": label, "database": name, "sqlalchemy": VERSIONS[series]}
            yield cell(operations=200, seconds=SECONDS[series], **made)


@pytest.fixture
def measured(monkeypatch):
    """The stacks that were measured in each series, by a stand-in that does 200 operations of each."""
    asked = {}

    def measure(series, stacks, packages, on=()):
        if on:
            yield from on_servers(series, on)
            return
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
    rates.main([str(page)])
    found = rows(page)
    assert found.keys() == {name for name, stack in catalogue.stacks().items() if stack.is_usual}
    assert found["sync_session"] == found["fastapi_injector_sync_session"] == ["100", "200", "400"]


def test_a_stack_without_sqlalchemy_is_measured_once_and_has_that_figure_in_all_columns(measured, tmp_path):
    page = tmp_path / "rates.md"
    rates.main([str(page)])
    assert rows(page)["peewee_sync_connection"] == ["100", "100", "100"]
    assert [series for series, stacks in measured.items() if "peewee_sync_connection" in stacks] == ["1.4"]


def test_served_stacks_come_last(measured, tmp_path):
    page = tmp_path / "rates.md"
    rates.main([str(page)])
    served = [catalogue.stacks()[name].is_served for name in rows(page)]
    assert served == sorted(served)


def test_every_driver_has_a_row_for_each_style_of_sessions_and_a_dash_where_a_series_lacks_it(measured, tmp_path):
    page = tmp_path / "rates.md"
    rates.main([str(page), "a-package", "--database=postgresql+psycopg", "--database=mysql+asyncmy", "another"])
    driven = page.read_text().partition("## On servers")[2]
    lines = [line.strip("| ").split(" | ") for line in driven.splitlines() if "`" in line]
    assert lines == [
        ["`postgresql+psycopg`", "`sync_session`", "–", "200", "400"],
        ["`postgresql+psycopg`", "`async_session`", "–", "200", "400"],
        ["`mysql+asyncmy`", "`async_session`", "100", "200", "400"],
    ]
