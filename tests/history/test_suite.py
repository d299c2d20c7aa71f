"""The suite as asv meets it, and its figures."""

import ast
import json
import math
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import calls as maker
import pytest
from asv_runner import discovery

from cells import cell, failed
from find_mem_leaks import results
from find_mem_leaks.commands import selection
from find_mem_leaks.history import suite, together
from find_mem_leaks.history.figures import LEAST_RSS_GROWTH
from find_mem_leaks.subjects import catalogue, databases, scenarios

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"
# Whoever imports these carries along what the stacks do without.
STANDARD = {"__future__", *sys.stdlib_module_names}
NAMES = ("figures", "calls", "together", "suite", "database_suite", "classes")


@pytest.fixture(scope="module")
def found():
    """What asv discovers, by name."""
    discovery.update_sys_path(str(BENCHMARKS))
    try:
        yield {benchmark.name: benchmark for benchmark in discovery.disc_benchmarks(str(BENCHMARKS))}
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "benchmarks"]:
            del sys.modules[name]


def record(made):
    """A cell as the results file has it."""
    return json.loads(json.dumps(results.to_json([made])))["cells"][0]


class Measuring(suite.Suite):
    """A suite whose tool is a script of the test's."""

    stack = "sync_session"
    script = ""

    def setup_cache(self):
        return self.measure()

    def command(self):
        return [sys.executable, "-c", self.script]


def tool(tmp_path, cells, code=0, says=""):
    """The script of a tool that writes these cells wherever it is told to, says something and ends."""
    document = tmp_path / "document.json"
    document.write_text(json.dumps(results.to_json(cells)))
    copy = f"shutil.copy({str(document)!r}, sys.argv[sys.argv.index('-o') + 1]);" if cells else ""
    return f"import shutil, sys;{copy}sys.stderr.write({says!r});sys.exit({code})"


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """What a suite makes of what its tool did."""
    monkeypatch.chdir(tmp_path)

    def measure(cells, code=0, says="", profile=suite.REGULAR):
        monkeypatch.setattr(suite, "PROFILE", profile)
        monkeypatch.setattr(Measuring, "script", tool(tmp_path, cells, code, says))
        return Measuring().setup_cache()

    return measure


def test_every_stack_that_is_not_a_control_has_exactly_one_class(found):
    classes = {name.rpartition(".")[0]: each for name, each in found.items() if not name.startswith("databases.")}
    stacks = sorted(benchmark.func.__self__.stack for benchmark in classes.values())
    controls = ["async_scoped_session_without_remove", "intended_leak"]
    others = [name for name, stack in catalogue.stacks().items() if stack.is_usual]
    assert stacks == sorted([*controls, *others])


def test_every_driver_has_a_class_for_each_style_of_sessions_that_it_serves(found):
    suites = {id(type(each.func.__self__)): each.func.__self__ for name, each in found.items() if "databases." in name}
    styles = {(each.database, each.style) for each in suites.values()}
    drivers = databases.DRIVERS.values()
    assert styles == {
        *((driver.name, "sync") for driver in drivers if driver.is_sync),
        *((driver.name, "async") for driver in drivers if driver.is_async),
    }
    assert len(suites) == len(styles)


def test_a_drivers_parameters_are_the_balanced_scenario_and_those_that_its_server_can_carry_out(found):
    for name, benchmark in found.items():
        if name.startswith("databases."):
            own = benchmark.func.__self__
            stack = catalogue.stacks()[f"{own.style}_driver"]
            able = [name for name in stack.own if stack.has(name, own.database.partition("+")[0])]
            assert sorted(own.params) == sorted(["balanced", *able])
            assert benchmark.params == [list(map(repr, own.params))]
            assert {*own.quick, *own.regular} <= {*own.params}


def test_the_benchmarks_of_the_first_stacks_keep_the_names_that_their_history_is_under(found):
    assert {name.rpartition(".")[0] for name in found} >= {
        "controls.AsyncScopedSessionWithoutRemove",
        "controls.IntendedLeak",
        "injected.FastapiInjectorAsyncScopedSession",
        "injected.FastapiInjectorAsyncSession",
        "injected.FastapiInjectorSyncScopedSession",
        "injected.FastapiInjectorSyncSession",
        "plain.AsyncScopedSession",
        "plain.AsyncSession",
        "plain.SyncScopedSession",
        "plain.SyncSession",
        "served.FastapiAsyncScopedSession",
        "served.FastapiAsyncSession",
        "served.FastapiSyncScopedSession",
        "served.FastapiSyncSession",
        "served.StarletteAsyncSession",
    }


def test_no_two_classes_share_what_setup_cache_measured(found):
    by_key = {}
    for name, benchmark in found.items():
        by_key.setdefault(benchmark.setup_cache_key, set()).add(name.rpartition(".")[0])
    assert all(len(classes) == 1 for classes in by_key.values())
    assert len(by_key) == len({name.rpartition(".")[0] for name in found})


def test_asv_collects_no_base(found):
    assert {name.split(".")[0] for name in found} == {"plain", "served", "injected", "controls", "databases"}
    assert not {"Suite", "ServedSuite", "DatabaseSuite"} & {name.split(".")[1] for name in found}


def test_every_figure_has_a_version_a_unit_and_a_time_limit_of_its_own(found):
    assert {benchmark.version for benchmark in found.values()} == {"1"}
    units = {name.rpartition(".")[2]: benchmark.unit for name, benchmark in found.items()}
    assert units == {
        "peakmem_process": "bytes",
        "track_leaked": "B/op",
        "track_blocks": "blocks/op",
        "track_limit": "B/op",
        "track_rss_growth": "MB",
        "track_seconds": "s/op",
    }
    assert {benchmark.timeout for benchmark in found.values()} == {suite.FIGURE_SECONDS}
    assert {benchmark.setup_cache_timeout for benchmark in found.values()} == {suite.STACK_SECONDS}


def test_the_parameters_are_all_scenarios_whatever_the_profile(found):
    for benchmark in (each for name, each in found.items() if not name.startswith("databases.")):
        own = catalogue.stacks()[benchmark.func.__self__.stack].own
        assert benchmark.params == [[repr(name) for name in own or scenarios.SCENARIOS]]
        chosen = {*benchmark.func.__self__.quick, *benchmark.func.__self__.regular}
        assert chosen <= set(own or scenarios.SCENARIOS)


def test_the_suite_needs_nothing_but_the_standard_library_and_the_working_tree():
    loaded = [Path(suite.__file__).with_name(f"{name}.py") for name in NAMES]
    for file in (*loaded, Path(catalogue.__file__), *BENCHMARKS.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            assert {name.split(".")[0] for name in names} <= STANDARD | {"measured"}


def test_an_older_installed_package_is_measured_by_the_base_of_the_working_tree(tmp_path):
    older = tmp_path / "find_mem_leaks"
    older.mkdir()
    (older / "__init__.py").write_text("")
    code = "import benchmarks.plain as plain; print(plain.Suite.__module__, plain.SyncSession().target()[0])"
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    answer = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["benchmarks.suite", "sync_session"]


def test_a_wrong_profile_is_said_so():
    with pytest.raises(ValueError, match="FIND_MEM_LEAKS_PROFILE is 'fast': give quick, regular or full"):
        suite.profile({"FIND_MEM_LEAKS_PROFILE": "fast"})
    assert suite.profile({}) == suite.profile({"FIND_MEM_LEAKS_PROFILE": ""}) == "regular"


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("quick", [["balanced"]]),
        ("regular", [["balanced", "create_heavy", "read_heavy", "update_heavy", "delete_heavy"]]),
        (
            "full",
            [
                ["balanced", "create_heavy", "read_heavy", "update_heavy", "delete_heavy"],
                ["10000_operations"],
                ["100000_operations"],
                ["1000000_operations"],
            ],
        ),
    ],
)
def test_a_profile_measures_its_scenarios(monkeypatch, profile, expected):
    monkeypatch.setattr(suite, "PROFILE", profile)
    calls = list(Measuring()._calls())
    assert [list(names) for names, _ in calls] == expected
    assert Measuring().measured_scenarios() == [name for names in expected for name in names]
    fixed = [words[words.index("--operations") + 1] for _, words in calls if "--operations" in words]
    assert fixed == (["10000", "100000", "1000000"] if profile == "full" else [])
    exact = {name: scenario.operations for name, scenario in scenarios.SCENARIOS.items() if scenario.is_exact}
    assert exact == suite.FIXED
    assert suite.FIXED_ROUNDS == selection.FIXED_ROUNDS


def test_a_commit_of_before_the_balanced_scenario_is_asked_for_it_by_its_old_name(measured, monkeypatch):
    older = measured([cell(scenario="10000_operations")])
    assert "failed" in older["balanced"]
    script = f"import sys\nif 'balanced' in sys.argv: sys.exit(2)\n{Measuring.script}"
    monkeypatch.setattr(Measuring, "script", script)
    cache = Measuring().setup_cache()
    assert cache["balanced"]["leaked"] == 0
    assert "10000_operations" not in cache


def test_a_clean_cell_gives_figures_without_noise(measured):
    figures = measured([cell(), cell(scenario="read_heavy")])["balanced"]
    assert (figures["leaked"], figures["blocks"], figures["limit"]) == (0.0, 0.0, 1.0)
    assert figures["rss_growth"] == LEAST_RSS_GROWTH
    rounds = [round_ for round_ in cell().rounds if not round_.warm_up]
    assert figures["seconds"] == pytest.approx(min(round_.seconds / round_.operations for round_ in rounds), rel=0.01)


def test_a_leaking_cell_gives_its_growth(measured):
    leaking = cell(100)
    figures = measured([leaking], code=3)["balanced"]
    assert figures["leaked"] == pytest.approx(100, rel=0.01)
    assert figures["limit"] == pytest.approx(leaking.interval[1], rel=0.01)
    assert figures["limit"] > leaking.limit_bytes_per_operation
    assert figures["blocks"] == (leaking.growth["blocks"].rate if "blocks" in leaking.convicted_by else 0)


def test_a_leak_of_something_else_than_bytes_is_not_zero(measured):
    descriptors = cell(verdict="leaking", convicted_by=("descriptors",), bytes_per_operation=-0.1)
    assert measured([descriptors])["balanced"]["leaked"] == descriptors.limit_bytes_per_operation


def test_an_inconclusive_cell_leaks_nothing_that_asv_would_compare(measured):
    unsure = cell(0.7, verdict="inconclusive", bytes_per_operation=0.7)
    figures = measured([unsure])["balanced"]
    assert (figures["leaked"], figures["blocks"]) == (0.0, 0.0)


def test_no_figure_is_infinite(measured):
    endless = cell(interval=(-math.inf, math.inf), bytes_per_operation=math.inf, verdict="leaking")
    figures = measured([endless])["balanced"]
    assert math.isnan(figures["limit"])
    assert math.isnan(figures["leaked"])
    nothing = measured([cell(rounds=(), interval=None, bytes_per_operation=None)])["balanced"]
    assert all(math.isnan(nothing[name]) for name in ("limit", "rss_growth", "seconds"))


def test_a_failed_scenario_fails_alone_and_says_why(measured):
    cache = measured([cell(), failed(scenario="read_heavy")], code=1)
    asked = Measuring()
    assert asked.track_leaked(cache, "balanced") == 0
    asked.setup(cache, "read_heavy")
    for name in ("track_leaked", "track_blocks", "track_limit", "track_rss_growth", "track_seconds", "peakmem_process"):
        with pytest.raises(RuntimeError, match="killed by SIGKILL"):
            getattr(asked, name)(cache, "read_heavy")


def test_a_tool_that_breaks_fails_every_scenario_with_its_last_words(measured):
    cache = measured([], code=1, says="Traceback\nOSError: no space left\n")
    assert cache.keys() == {"balanced", "create_heavy", "read_heavy", "update_heavy", "delete_heavy"}
    with pytest.raises(RuntimeError, match="OSError: no space left"):
        Measuring().track_leaked(cache, "read_heavy")


def test_what_cannot_be_asked_for_is_not_applicable(measured):
    cache = measured([], code=2, says="find-mem-leaks: error: sync_session needs sqlalchemy, which python lacks\n")
    with pytest.raises(NotImplementedError, match="needs sqlalchemy"):
        Measuring().setup(cache, "balanced")


def test_scenarios_of_another_profile_are_not_applicable(measured):
    cache = measured([cell()], profile=suite.QUICK)
    Measuring().setup(cache, "balanced")
    with pytest.raises(NotImplementedError, match="read_heavy is not in the quick profile"):
        Measuring().setup(cache, "read_heavy")


def test_the_whole_record_is_kept_by_commit_environment_and_stack(measured, monkeypatch, tmp_path):
    for name, value in {"CONF_DIR": str(tmp_path), "COMMIT": "abc", "ENV_NAME": "py 3/2.0"}.items():
        monkeypatch.setenv(f"ASV_{name}", value)
    made = cell(100)
    measured([made], code=3)
    [kept] = (tmp_path / ".asv" / "leaks" / "abc" / "py_3_2.0").iterdir()
    assert kept.name == "sync_session.json"
    assert results.read(kept) == [made]
    assert json.loads(kept.read_text())["failed"].keys() == {
        "create_heavy", "read_heavy", "update_heavy", "delete_heavy",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lock", "found"),
    [("# of 2.0\npytest==0.1\nno-such-package==1\nnumpy==2.4 ; python_full_version < '3.12'\n", {"pytest", "numpy"}),
     (None, set())],
)  # fmt: skip
def test_a_record_has_the_versions_of_what_the_lock_file_names(lock, found, measured, monkeypatch, tmp_path):
    for name, value in {"CONF_DIR": str(tmp_path), "COMMIT": "abc", "ENV_NAME": "any"}.items():
        monkeypatch.setenv(f"ASV_{name}", value)
    monkeypatch.setenv("SQLALCHEMY", "2.0")
    if lock:
        (tmp_path / suite.LOCKS).mkdir(parents=True)
        (tmp_path / suite.LOCKS / "2.0.txt").write_text(lock)
    measured([cell()])
    [kept] = (tmp_path / ".asv" / "leaks" / "abc" / "any").iterdir()
    assert json.loads(kept.read_text())["packages"] == {name: metadata.version(name) for name in found}


def test_a_record_that_cannot_be_kept_spoils_no_figure(measured, monkeypatch, tmp_path):
    (tmp_path / ".asv").write_text("a file where a folder should be")
    for name, value in {"CONF_DIR": str(tmp_path), "COMMIT": "abc", "ENV_NAME": "any"}.items():
        monkeypatch.setenv(f"ASV_{name}", value)
    assert measured([cell()])["balanced"]["leaked"] == 0


def test_the_tool_is_called_from_beside_the_environment_and_measures_in_it(monkeypatch, tmp_path):
    class Plain(suite.Suite):
        stack = "sync_session"

        def setup_cache(self):
            return self.measure()

    assert Plain().command()[0] == sys.executable
    (tmp_path / "tool" / "bin").mkdir(parents=True)
    (tmp_path / suite.TOOL).touch()
    monkeypatch.setenv("ASV_ENV_DIR", str(tmp_path))
    assert Plain().command() == [str(tmp_path / "tool/bin/python"), "-m", "find_mem_leaks"]
    assert Plain().target() == ["sync_session", "--python", sys.executable]
    assert Plain().target(["a", "b"]) == ["a", "b", "--python", sys.executable]


class Also(Measuring):
    """A second class, of a stack that has another's name at its end."""

    stack = "fastapi_sync_session"
    regular = suite.BALANCED

    def setup_cache(self):
        return self.measure()


@pytest.fixture
def at_once(measured, monkeypatch, tmp_path):
    """Measure both classes by the quick profile, with a tool that writes these cells; the calls that it got."""
    (tmp_path / together.CLASSES).write_text("asked.Measuring\nasked.Also")
    monkeypatch.setattr(suite.importlib, "import_module", lambda name: sys.modules[__name__])

    def measure(cells, code=0):
        measured(cells, code, profile=suite.QUICK)
        monkeypatch.setenv(together.VARIABLE, str(tmp_path))
        calls = tmp_path / "calls.txt"
        calls.write_text("")
        note = f"import sys; open({str(calls)!r}, 'a').write(' '.join(sys.argv[1:4]) + chr(10))\n"
        monkeypatch.setattr(Measuring, "script", note + Measuring.script)
        with maker.made(tmp_path):
            found = {cls.stack: cls().setup_cache()["balanced"] for cls in (Measuring, Also)}
        return found, calls.read_text().splitlines()

    return measure


def test_classes_that_asv_was_asked_for_are_measured_by_one_call_and_each_has_its_own_figures(at_once):
    cells = [cell(100, stack="sqlalchemy2x_sync_session"), cell(stack="sqlalchemy2x_fastapi_sync_session")]
    found, calls = at_once(cells, code=3)
    assert calls == ["run sync_session fastapi_sync_session"]
    assert found["sync_session"]["leaked"] == pytest.approx(100, rel=0.01)
    assert found["fastapi_sync_session"]["leaked"] == 0


def test_a_stack_that_the_call_for_all_has_no_record_of_is_measured_alone_and_no_other(at_once):
    _, calls = at_once([cell(stack="sync_session")], code=1)
    assert calls == ["run sync_session fastapi_sync_session", "run fastapi_sync_session --python"]


def test_a_call_for_all_that_the_tool_refuses_is_not_made_again(at_once):
    found, calls = at_once([], code=2)
    alone = ["run sync_session --python", "run fastapi_sync_session --python"]
    assert [call for call in calls if "--python" not in call] == ["run sync_session fastapi_sync_session"]
    assert set(calls) == {"run sync_session fastapi_sync_session", *alone}
    assert all("n/a" in figures for figures in found.values())


def test_a_class_that_asv_was_not_asked_for_is_measured_alone(at_once, tmp_path):
    (tmp_path / together.CLASSES).write_text("asked.Measuring")
    _, calls = at_once([cell(stack="sync_session")])
    assert calls == ["run sync_session --python", "run fastapi_sync_session --python"]
