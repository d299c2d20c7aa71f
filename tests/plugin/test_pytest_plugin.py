"""The plugin in runs of pytest of its own, beside which nothing is measured: what is judged is told."""

import json
import subprocess
import sys
import time
import types

import pytest

from find_mem_leaks import pytest_plugin
from find_mem_leaks.plugin import judging
from find_mem_leaks.plugin.words import Answer

pytest_plugins = ["pytester"]

SUITE = """
    import pytest

    def test_clean():
        pass

    @pytest.mark.leaks(limit=100, seconds=9)
    def test_leaking():
        pass

    def test_wrong():
        assert False

    @pytest.mark.xfail
    def test_known_to_be_wrong():
        assert False

    def test_skipped():
        pytest.skip("not here")
"""


def answer_of(key, fails=False, message="", document="{}", seconds=7.0) -> Answer:
    verdict = "leaking" if fails else "clean"
    return {
        "key": key,
        "verdict": verdict,
        "message": message,
        "fails": fails,
        "document": document,
        "seconds": seconds,
    }


class Told:
    """The process beside pytest, which tells what it is to tell."""

    def __init__(self, settings, folder, environment):
        self.settings, self.calls, self.documents, self.ended = settings, [], None, False
        self.environment, self.is_whole = environment, None
        Told.last = self

    def order(self, call):
        self.calls.append(call)

    def answer(self, key):
        call = next(call for call in self.calls if call["key"] == key)
        name = call["name"] or call["nodeid"]
        fails = "leaking" in name
        document = json.dumps({"name": name})
        return answer_of(key, fails=fails, message=f"{name} is told", document=document)

    def finish(self, documents, *, is_whole):
        self.documents, self.is_whole = documents, is_whole
        return [f"{len(documents)} results"]

    def end(self):
        self.ended = True


@pytest.fixture
def run(pytester, monkeypatch):
    """Run pytest on what a file has, with the plugin and ``Told``."""
    monkeypatch.setattr(judging, "Beside", Told)
    monkeypatch.delenv(pytest_plugin.MEASURED, raising=False)
    Told.last = None

    def call(text, *arguments, plugins=()):
        pytester.makepyfile(text)
        # Where this package is installed its entry point names the plugin a second time.
        usual = ["-p", "no:cacheprovider", "-p", "no:find-mem-leaks"]
        return pytester.runpytest_inprocess(*usual, *arguments, plugins=[pytest_plugin, *plugins])

    return call


def test_all_tests_that_pass_are_judged_and_one_that_leaks_fails(run):
    result = run(SUITE, "--leaks", "--leaks-jobs", "3", "-k", "not nothing")
    result.assert_outcomes(passed=1, failed=2, skipped=1, xfailed=1)
    result.stdout.fnmatch_lines(["*test_leaking*", "*test_leaking is told", "*= leaks =*", "2 results"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    told = Told.last
    assert [call["nodeid"].partition("::")[2] for call in told.calls][:2] == ["test_clean", "test_leaking"]
    assert [(call["limit"], call["seconds"]) for call in told.calls][:2] == [(None, None), (100, 9)]
    assert len(told.documents) == 2
    assert told.is_whole
    assert told.settings["jobs"] == 3
    assert told.settings["arguments"][-2:] == ["-k", "not nothing"]
    assert told.ended


def test_without_the_option_those_that_are_marked_are_judged(run):
    run(SUITE).assert_outcomes(passed=1, failed=2, skipped=1, xfailed=1)
    assert [call["nodeid"].partition("::")[2] for call in Told.last.calls] == ["test_leaking"]


@pytest.mark.parametrize("how", ["option", "measured", "collected"])
def test_none_is_judged_where_that_is_switched_off_or_pytest_is_measured_itself(run, monkeypatch, how):
    if how == "measured":
        monkeypatch.setenv(pytest_plugin.MEASURED, "somewhere")
    options = {"option": ["--no-leaks"], "measured": ["--leaks"], "collected": ["--leaks", "--collect-only"]}
    result = run(SUITE, *options[how])
    result.assert_outcomes(**({} if how == "collected" else {"passed": 2, "failed": 1, "skipped": 1, "xfailed": 1}))
    assert Told.last is None


def test_a_report_that_is_asked_for_is_written_though_no_test_was_judged(run, monkeypatch):
    def finish(self, documents, *, is_whole):
        raise pytest.UsageError("the judge has gone")

    result = run("def test_wrong(): assert False", "--leaks", "--leaks-report", "r.json")
    assert Told.last.documents == []
    result.stdout.fnmatch_lines(["0 results"])
    monkeypatch.setattr(Told, "finish", finish)
    result = run("def test_wrong(): assert False", "--leaks", "--leaks-report", "r.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["the judge has gone"])


def test_a_run_that_is_interrupted_is_not_told_to_be_whole(run):
    result = run("import pytest\ndef test_a(): pass\ndef test_b(): pytest.exit('enough')", "--leaks")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert (len(Told.last.documents), Told.last.is_whole) == (1, False)


def test_what_a_test_sets_in_its_environment_is_not_that_of_others(run, monkeypatch):
    monkeypatch.setenv("SHOP", "before")
    text = (
        "def test_sets(monkeypatch, leaks):\n    monkeypatch.setenv('SHOP', 'inside')\n"
        "    monkeypatch.setenv('MORE', '1')\n    leaks(len, '')\n"
    )
    run(text).assert_outcomes(passed=1)
    assert (Told.last.environment["SHOP"], Told.last.environment.get("MORE")) == ("before", None)


def test_a_run_with_nothing_to_judge_begins_no_process(run):
    result = run("def test_clean(): pass")
    result.assert_outcomes(passed=1)
    assert Told.last is None
    assert "leaks" not in result.stdout.str()


FIXTURE = """
    def operation(i=0):
        pass

    async def leaking(): pass

    def test_operations(leaks):
        assert leaks(operation) == "clean"
        assert leaks(operation, 5, limit=10, seconds=20) == "clean"

    def test_leaking(leaks):
        leaks(leaking)

    def test_of_no_use(leaks):
        leaks(operation, limit=-1)

    def test_wrong(leaks):
        leaks(len)
"""


def test_operations_that_a_test_hands_over_are_judged_and_the_test_is_not(run):
    result = run(FIXTURE, "--leaks")
    result.assert_outcomes(passed=1, failed=3)
    first, second, third = Told.last.calls
    assert (first["name"], first["number"], first["limit"]) == ("operation", 1, None)
    assert (second["number"], second["limit"], second["seconds"]) == (2, 10, 20)
    assert third["name"] == "leaking"
    assert len(Told.last.documents) == 3
    result.stdout.fnmatch_lines(["*AssertionError: leaking is told", "*limit is -1: make it a number above 0*"])
    result.stdout.fnmatch_lines(["*TypeError: len() takes exactly one argument*"])


class Timeout:
    """A plugin that notes for which tests its clock was stopped."""

    def __init__(self):
        self.stopped = []

    def pytest_addhooks(self, pluginmanager):
        pluginmanager.add_hookspecs(types.SimpleNamespace(pytest_timeout_cancel_timer=timer_spec))

    def pytest_timeout_cancel_timer(self, item):
        self.stopped.append(item.name)


@pytest.hookspec(firstresult=True)
def timer_spec(item):
    pass


def test_the_clock_of_a_time_limit_does_not_run_while_a_test_is_judged(run):
    timeout = Timeout()
    text = "def test_judged(): pass\ndef test_handing_over(leaks): leaks(list)"
    run(text, "--leaks", plugins=[timeout]).assert_outcomes(passed=2)
    assert timeout.stopped == ["test_judged", "test_handing_over"]


def test_pytest_shows_no_traceback_of_a_test_that_takes_long_to_be_judged(run, monkeypatch, capfd):
    def answer(self, key):
        time.sleep(0.6)
        return answer_of(key, seconds=0.6)

    monkeypatch.setattr(Told, "answer", answer)
    run("def test_judged(): pass", "--leaks", "-o", "faulthandler_timeout=0.3").assert_outcomes(passed=1)
    assert "Timeout" not in capfd.readouterr().err


def test_an_operation_is_called_once_where_nothing_is_judged(run):
    text = """
    def test_operation(leaks):
        called = []
        verdict = leaks(lambda: called.append(1))
        assert called == [1]
        assert f"{verdict}, {verdict!r}" == "not judged, 'not judged'"
        assert verdict == "clean" and "bounded" == verdict and verdict in ("clean", "bounded")
        assert verdict != "leaking" and not verdict == "leaking" and verdict == verdict
    """
    run(text, "--no-leaks").assert_outcomes(passed=1)
    assert Told.last is None


def test_in_an_async_test_the_fixture_is_awaited(run):
    text = """
    import asyncio

    async def operation():
        pass

    def test_operation(leaks):
        async def test():
            return await leaks(operation), await leaks(lambda: None)
        assert asyncio.run(test()) == ("clean", "clean")
    """
    run(text).assert_outcomes(passed=1)


def test_in_a_measured_process_the_operation_that_is_asked_for_is_handed_over(run, monkeypatch):
    text = """
    import asyncio

    def test_operation(leaks):
        assert leaks(max, 1, 2) == "clean"
        assert leaks(min, 1, 2) == "clean"
        async def test():
            return await leaks(max, 1, 3)
        assert asyncio.run(test()) == "clean"
    """
    asked = []
    inside = types.SimpleNamespace(
        __name__="find-mem-leaks-inside",
        takes_next=lambda: asked.append(1) or len(asked) > 1,
        measure=lambda *given: asked.append(given),
    )
    monkeypatch.setenv(pytest_plugin.MEASURED, "somewhere")
    run(text, plugins=[inside]).assert_outcomes(passed=1)
    assert asked[2] == (min, (1, 2))
    assert asked[4][:2] == (max, (1, 3))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--leaks-update-known"], "name it with --leaks-known FILE"),
        (["--leaks-known", "no-such-file"], "there is no file no-such-file"),
    ],
)
def test_options_that_will_not_do_are_refused_as_pytest_refuses(run, options, message):
    result = run(SUITE, *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert message in result.stderr.str()


@pytest.mark.parametrize(("mark", "message"), [("limit=0", "limit is 0"), ("limits=1", "not 'limits'"), ("5", "not 5")])
def test_a_mark_that_means_nothing_is_refused(run, mark, message):
    result = run(f"import pytest\n@pytest.mark.leaks({mark})\ndef test_a(): pass")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert message in result.stderr.str()


def test_pytest_imports_nothing_more_for_it():
    code = (
        "import sys, pytest; known = set(sys.modules); import find_mem_leaks.pytest_plugin; "
        "print(*sorted(set(sys.modules) - known))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["find_mem_leaks", "find_mem_leaks.pytest_plugin"]


def test_where_tests_are_only_collected_or_the_folder_is_missing_no_report_is_written(run, pytester):
    report = pytester.path / "report.json"
    report.write_text("mine")
    run(SUITE, "--leaks", "--leaks-report", str(report), "--collect-only")
    assert report.read_text() == "mine"
    result = run(SUITE, "--leaks", "--leaks-report", "none/report.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--leaks-report none/report.json: there is no such folder*"])


def test_a_test_of_which_only_the_fixtures_are_set_up_is_not_judged(run):
    assert run(SUITE, "--leaks", "--setup-only").ret == pytest.ExitCode.OK
