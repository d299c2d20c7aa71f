"""The table of Pythons and pytests: which pairs there are, and what counts as right."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import pytests
from pytests import KNOWN, NEWEST, Pair

from cells import cell
from find_mem_leaks import results
from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.verdict import Verdict


def marked():
    lines = (KNOWN / "of_functions.py").read_text(encoding="utf-8").splitlines()
    return max(number for number, line in enumerate(lines, 1) if pytests.MARK in line)


def leak(line, file="of_functions.py", verdict=Verdict.LEAKING):
    culprits = [Culprit((Frame("client", file, line),), 1.0, 1.0, None, None)]
    return cell(scenario="test_leak_list_of_the_module", verdict=verdict, culprits=culprits)


def clean(name="test_case"):
    return cell(scenario=name, verdict=Verdict.CLEAN)


def test_a_pair_is_a_python_and_a_pytest():
    assert pytests.read("3.8/7.0.1") == Pair("3.8", "7.0.1")
    assert str(pytests.read(f"3.13/{NEWEST}")) == f"3.13/{NEWEST}"
    for name in ("3.8", "3.8/", "/7.0.1"):
        with pytest.raises(SystemExit, match="is not a pair"):
            pytests.read(name)


def test_all_pairs_are_the_oldest_pytest_and_the_newest_of_each_python():
    assert len(pytests.everything()) == 12
    with_the_plugin = [python for python in pytests.PYTHONS if Pair(python, NEWEST).has_the_plugin]
    assert with_the_plugin == ["3.11", "3.12", "3.13"]


def test_every_test_of_the_table_is_in_the_suite():
    for nodeid in pytests.TESTS:
        file, *names = nodeid.split("::")
        text = (KNOWN / file).read_text(encoding="utf-8")
        assert all(name.partition("[")[0] in text for name in names)


def test_a_leak_is_right_by_its_verdict_and_a_line_that_is_marked():
    assert pytests.right(leak(marked()))
    assert not pytests.right(leak(marked() + 1))
    assert not pytests.right(leak(10**6))
    assert not pytests.right(leak(marked(), file="nowhere.py"))
    assert not pytests.right(leak(marked(), verdict=Verdict.CLEAN))
    assert pytests.right(clean())
    assert not pytests.right(cell(scenario="test_case", verdict=Verdict.LEAKING))


def test_what_is_wrong_is_told_with_its_reason_and_what_is_missing_is_counted():
    measured = [clean(str(number)) for number in range(len(pytests.TESTS) - 2)]
    failed = cell(scenario="test_case", verdict=Verdict.FAILED, reason=None, error="no such fixture")
    assert pytests.wrong([*measured, clean(), leak(marked())]) == []
    assert pytests.wrong([*measured, failed]) == [
        "test_case: failed no such fixture",
        f"1 of {len(pytests.TESTS)} tests are missing",
    ]
    assert pytests.counted([*measured, failed]) == f"{len(measured)} of {len(pytests.TESTS)} right"


def test_the_environment_has_the_pytest_of_the_pair_and_a_python_that_is_here_or_that_uv_brings(monkeypatch, tmp_path):
    calls = []
    monkeypatch.setattr(pytests, "KEPT", tmp_path)
    monkeypatch.setattr(pytests, "uv", lambda *words: calls.append(words))
    monkeypatch.setattr(pytests.environments, "find_python", lambda _: "/somewhere/python")
    pytests.prepare(Pair("3.8", "7.0.1"))
    assert "/somewhere/python" in calls[0]
    assert "pytest==7.0.1" in calls[1]

    def nowhere(_):
        raise UsageError("not installed")

    monkeypatch.setattr(pytests.environments, "find_python", nowhere)
    pytests.prepare(Pair("3.8", NEWEST))
    assert "3.8" in calls[2]
    assert "pytest" in calls[3]


def test_a_call_is_made_in_the_folder_of_the_suite_and_its_output_kept(monkeypatch, tmp_path):
    monkeypatch.setattr(pytests, "KEPT", tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--verbose")
    pair = Pair("3.11", "7.0.1")
    pair.folder.mkdir()
    pytests.call(pair, ["sh", "-c", 'pwd; echo "options:$PYTEST_ADDOPTS."; exit 3'])
    assert (pair.folder / "output").read_text().splitlines() == [str(KNOWN), "options:."]


def test_both_ways_judge_all_tests_and_leave_a_file_each(monkeypatch, tmp_path):
    def call(pair, command):
        assert set(pytests.TESTS) < set(command)
        Path(command[-1]).write_text("results")

    monkeypatch.setattr(pytests, "KEPT", tmp_path)
    monkeypatch.setattr(pytests, "prepare", lambda pair: pair.folder.mkdir())
    monkeypatch.setattr(pytests, "install", lambda *_: None)
    monkeypatch.setattr(pytests, "call", call)
    for python in ("3.10", "3.11"):
        pytests.measure(Pair(python, NEWEST))
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.json"))
    assert files == ["3.10-newest/run.json", "3.11-newest/pytest.json", "3.11-newest/run.json"]


def test_the_page_gets_the_table_and_a_wrong_verdict_ends_the_script(monkeypatch, tmp_path, capsys):
    measured = [*(clean(str(number)) for number in range(len(pytests.TESTS) - 1)), leak(marked())]
    monkeypatch.setattr(pytests, "KEPT", tmp_path)
    monkeypatch.setattr(pytests.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout='["9.2.0", "1.0", "4.0"]'))
    older, newer = Pair("3.10", NEWEST), Pair("3.11", NEWEST)
    for pair, how in ((older, pytests.RUN), (newer, pytests.RUN), (newer, pytests.PLUGIN)):
        pair.folder.mkdir(exist_ok=True)
        results.write(pair.results(how), measured)
    page = tmp_path / "page.md"
    page.write_text("\n".join(["before", *pytests.MARKS, "after"]))
    monkeypatch.setattr("sys.argv", ["pytests.py", str(older), str(newer), "--kept", "-o", str(page)])
    pytests.main()
    assert "| 3.10 | 9.2.0 | 1.0 | 4.0 | 7 of 7 right | – |\n" in page.read_text()
    assert "| 3.11 | 9.2.0 | 1.0 | 4.0 | 7 of 7 right | 7 of 7 right |\n" in page.read_text()
    results.write(newer.results(pytests.PLUGIN), [cell(scenario="0", verdict=Verdict.LEAKING), *measured[1:]])
    older.results(pytests.RUN).unlink()
    with pytest.raises(
        SystemExit, match=r"3\.10/newest, run --python: 7 of 7.*\n3\.11/newest, pytest --leaks: 0: leaking"
    ):
        pytests.main()
    assert "| not measured | – |" in capsys.readouterr().out


def test_uv_is_told_not_to_heed_the_configuration_of_this_project(monkeypatch):
    called = []
    monkeypatch.setattr(pytests.subprocess, "run", lambda words, **more: called.append((words, more)))
    pytests.install(Pair("3.8", NEWEST), "anyio")
    words, more = called[0]
    assert "--no-config" in words
    assert words[-2:] == ["pytest", "anyio"]
    assert more == {"check": True}
