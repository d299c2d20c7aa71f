"""The suite's classes for drivers: what they ask the tool for, what they keep, where their server is."""

import json
import sys

import pytest

from cells import cell
from find_mem_leaks import results
from find_mem_leaks.history import database_suite, suite
from find_mem_leaks.history.database_suite import DatabaseSuite
from find_mem_leaks.subjects import databases

NONE = "find-mem-leaks: error: there is no PostgreSQL here: install it\n"


class Asyncpg(DatabaseSuite):
    database = "postgresql+asyncpg"
    style = "async"
    script = ""

    def setup_cache(self):
        return self.measure()

    def command(self):
        return [sys.executable, "-c", self.script]


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """Measure by the regular profile with a tool that writes these cells: the figures, and the calls that it got."""
    for name, value in {"CONF_DIR": str(tmp_path), "COMMIT": "abc", "ENV_NAME": "any"}.items():
        monkeypatch.setenv(f"ASV_{name}", value)
    monkeypatch.setattr(suite, "PROFILE", suite.REGULAR)
    calls = tmp_path / "calls.txt"
    calls.write_text("")

    def measure(records=(), code=0, says=""):
        Asyncpg.script = (
            f"import json, sys\nopen({str(calls)!r}, 'a').write(' '.join(sys.argv[1:]) + chr(10))\n"
            f"found = [each for each in json.loads({json.dumps(records)!r}) if each['scenario'] in sys.argv]\n"
            "if found: json.dump({'cells': found}, open(sys.argv[sys.argv.index('-o') + 1], 'w'))\n"
            f"sys.stderr.write({says!r})\nsys.exit({code})"
        )
        return Asyncpg().setup_cache(), calls.read_text().splitlines()

    return measure


def record(stack, scenario, bytes_per_operation=0):
    made = cell(bytes_per_operation, stack=stack, scenario=scenario, database="postgresql+asyncpg")
    return json.loads(json.dumps(results.to_json([made])))["cells"][0]


def test_sessions_and_the_driver_itself_are_asked_for_on_its_database(measured):
    _, calls = measured(code=1)
    begin = f"run async_session async_driver --python {sys.executable} --database postgresql+asyncpg --time-cap 30"
    assert [call.partition(" -j ")[0] for call in calls] == [
        f"{begin} -s balanced",
        f"{begin} -s new_statements -s reconnect -s errors",
    ]


def test_its_records_are_kept_under_the_names_of_its_two_stacks(measured, tmp_path):
    names = {"balanced": "async_session_asyncpg", "reconnect": "async_driver_asyncpg"}
    for scenario, name in names.items():
        figures, _ = measured([record(f"sqlalchemy2x_{name}", scenario, 100)], code=3)
        assert figures[scenario]["leaked"] == pytest.approx(100, rel=0.01)
        kept = json.loads((tmp_path / f".asv/leaks/abc/any/{name}.json").read_text())
        assert [each["scenario"] for each in kept["cells"]] == [scenario]


def test_without_a_server_its_figures_are_not_applicable(measured, tmp_path):
    cache, _ = measured(code=2, says=NONE)
    for scenario in Asyncpg.regular:
        with pytest.raises(NotImplementedError, match="there is no PostgreSQL here"):
            Asyncpg().setup(cache, scenario)
    assert not (tmp_path / ".asv").exists()


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (suite.QUICK, [["balanced"]]),
        (suite.REGULAR, [["balanced"], ["new_statements", "reconnect", "errors"]]),
        (suite.FULL, [["balanced"], list(database_suite.EVERYWHERE)]),
    ],
)
def test_a_profile_measures_the_sessions_and_what_it_takes_of_the_driver(monkeypatch, profile, expected):
    monkeypatch.setattr(suite, "PROFILE", profile)
    monkeypatch.setenv("FIND_MEM_LEAKS_POSTGRESQL_URL", "postgresql://me@host/db")
    assert [list(names) for names, _ in Asyncpg()._calls()] == expected
    of_sessions, *of_driver = Asyncpg()._wanted()
    assert (of_sessions.stack, of_sessions.known, of_sessions.kind) == (
        "async_session",
        ("balanced",),
        "postgresql async",
    )
    assert [each.stack for each in of_driver] == ["async_driver"] * len(of_driver)


@pytest.mark.parametrize(("profile", "scenarios"), [(suite.QUICK, 0), (suite.REGULAR, 4)])
def test_the_quick_profile_measures_no_driver_where_no_server_of_its_kind_is_named(monkeypatch, profile, scenarios):
    monkeypatch.setattr(suite, "PROFILE", profile)
    monkeypatch.delenv("FIND_MEM_LEAKS_POSTGRESQL_URL", raising=False)
    monkeypatch.setenv("FIND_MEM_LEAKS_MYSQL_URL", "mysql://me@host/db")
    assert len(Asyncpg().measured_scenarios()) == scenarios


def test_a_server_that_runs_is_asked_by_the_driver(monkeypatch):
    assert database_suite.VARIABLES == databases.VARIABLES
    monkeypatch.setenv("FIND_MEM_LEAKS_POSTGRESQL_URL", "postgresql://me@host/db")
    with Asyncpg().opening("reconnect") as request:
        assert request == {"stack": "async_driver", "database": "postgresql+asyncpg://me@host/db"}


def test_else_the_tool_starts_one_that_ends_with_the_figure(monkeypatch):
    monkeypatch.delenv("FIND_MEM_LEAKS_POSTGRESQL_URL", raising=False)
    ended = "import sys; print('postgresql://' + sys.argv[-1] + '@/db', flush=True); sys.stdin.read(); print('ended')"
    monkeypatch.setattr(Asyncpg, "script", ended)
    monkeypatch.setattr(Asyncpg, "command", lambda _: [sys.executable, "-c", ended, "find_mem_leaks"])
    with Asyncpg().opening("balanced") as request:
        assert request == {"stack": "async_session", "database": "postgresql+asyncpg://postgresql@/db"}
