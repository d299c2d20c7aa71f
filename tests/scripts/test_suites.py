"""The list of suites that others wrote: what of a release is laid where, and the tables of what came of them."""

import json
import tarfile
from dataclasses import replace

import suites
import wild
from cells import cell
from find_mem_leaks import results
from find_mem_leaks.judging.verdict import Verdict

SUITE = suites.Suite("shop", "shop==1.0", ["tests/test_a.py", "tests/test_b.py"], leak="a basket", fixed="shop==1.1")
LEAKING = cell(stack="tests/test_a.py", scenario="test_a[x|y]", verdict=Verdict.LEAKING, bytes_per_operation=1234.0)


def outcome(*cells, **more):
    return suites.Outcome(SUITE, cells, 90.0, 2.2, **more)


def test_the_list_names_releases_that_are_pinned_and_has_what_the_tables_need():
    known = suites.read()
    assert len([each for each in known.values() if not each.fixed]) >= 8
    assert len([each for each in known.values() if each.fixed]) >= 6
    for each in known.values():
        assert "==" in each.package
        assert bool(each.fixed) == bool(each.leak)
        assert not each.fixed or each.fixed.partition("==")[0] == each.package.partition("==")[0]


def test_a_suite_of_a_leak_has_the_release_that_fixed_it_too():
    assert [each.package for each in SUITE.releases] == ["shop==1.0", "shop==1.1"]
    assert [each.package for each in replace(SUITE, fixed="").releases] == ["shop==1.0"]
    assert replace(SUITE, package="shop[all]==1.0").project == "shop"
    assert replace(SUITE, package="shop[all]==1.0").folder.name == "shop==1.0"


def test_the_tests_are_laid_without_the_code_that_they_test(tmp_path):
    root = tmp_path / "shop-1.0"
    for name in ("tests/test_a.py", "tests/data/x.json", "shop/__init__.py", "pytest.ini"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    names = ["tests/test_a.py::test_a", "tests/data", "nowhere", *suites.CONFIGURATION]
    suites.lay(root, tmp_path / "suite", names)
    files = {str(path.relative_to(tmp_path / "suite")) for path in (tmp_path / "suite").rglob("*") if path.is_file()}
    assert files == {"tests/test_a.py", "tests/data/x.json", "pytest.ini"}


def test_a_suite_that_does_not_configure_pytest_is_told_from_one_that_does(tmp_path):
    assert not suites.is_configured(tmp_path)
    (tmp_path / "setup.cfg").write_text("[egg_info]\n")
    assert not suites.is_configured(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    assert suites.is_configured(tmp_path)
    (tmp_path / "pyproject.toml").unlink()
    (tmp_path / "pytest.ini").touch()
    assert suites.is_configured(tmp_path)


def listed(*skipped):
    return [{"nodeid": f"tests/test_a.py::test_{number}", "skipped": why} for number, why in enumerate(skipped)]


def test_of_a_large_suite_the_tests_that_run_are_spread_evenly_over_it():
    tests = listed("", "no server", "", "", "", "", "")
    assert suites.spread(tests, 3) == [f"tests/test_a.py::test_{number}" for number in (0, 3, 5)]
    assert suites.spread(tests, 6) == suites.spread(tests, None) == [test["nodeid"] for test in tests]


def test_a_suite_is_listed_where_it_is_measured(tmp_path, monkeypatch):
    def run(command, *, cwd, **_):
        assert cwd == SUITE.folder / "suite"
        assert command[command.index("list") + 1 :][:2] == SUITE.tests
        assert command[-1] == "--json"
        return suites.subprocess.CompletedProcess(command, 0, json.dumps({"tests": listed("", "")}))

    monkeypatch.setattr(suites.subprocess, "run", run)
    assert suites.collected(SUITE) == listed("", "")


def test_a_suite_is_measured_by_the_tests_that_were_chosen_and_its_size_is_kept(tmp_path, monkeypatch):
    def measure(suite, words, minutes, **_):
        assert words[:3] == ["tests/test_a.py::test_0", "tests/test_a.py::test_2", "--python"]
        assert minutes == 9
        return outcome(LEAKING)

    monkeypatch.setattr(suites, "KEPT", tmp_path)
    SUITE.folder.mkdir()
    monkeypatch.setattr(suites, "prepare", lambda _: None)
    monkeypatch.setattr(suites, "collected", lambda _: listed("", "", "", ""))
    monkeypatch.setattr(suites, "plain", lambda *_: {"grows": True})
    monkeypatch.setattr(wild, "measure", measure)
    measured = suites.measure(SUITE, [], 9, 2)
    assert measured.of == 4
    assert measured.plain == {"tests/test_a.py::test_a[x|y]": {"grows": True}}
    assert json.loads(SUITE.times.read_text())["of"] == 4


def test_a_source_distribution_is_brought_by_pip_and_unpacked(tmp_path, monkeypatch):
    def run(command, *, check):
        assert check
        assert command[-1] == "shop==1.0"
        assert command[command.index("--no-binary") + 1] == "shop"
        (tmp_path / "made").mkdir()
        with tarfile.open(tmp_path / "to" / "shop-1.0.tar.gz", "w:gz") as file:
            file.add(tmp_path / "made", "shop-1.0")

    (tmp_path / "to").mkdir()
    monkeypatch.setattr(suites.subprocess, "run", run)
    assert suites.unpack(SUITE, tmp_path / "to") == tmp_path / "to" / "shop-1.0"


def test_what_a_plain_loop_says_is_its_last_line(tmp_path, monkeypatch):
    def run(command, **more):
        assert command[2] == "tests/test_a.py::test_a[x|y]"
        return suites.subprocess.CompletedProcess(command, 0, 'dots\n{"grows": true}\n' if more else "", "")

    monkeypatch.setattr(suites.subprocess, "run", run)
    assert suites.plain(SUITE, suites.nodeid(LEAKING)) == {"grows": True}


def test_a_plain_loop_that_does_not_answer_proves_nothing(monkeypatch):
    answer = suites.subprocess.CompletedProcess([], 1, "ERROR: not found\n", "")
    monkeypatch.setattr(suites.subprocess, "run", lambda *_, **__: answer)
    assert suites.plain(SUITE, "x") == {"grows": False, "problem": "ERROR: not found"}


def test_an_outcome_is_kept_with_what_the_plain_loop_said(tmp_path, monkeypatch):
    monkeypatch.setattr(suites, "KEPT", tmp_path)
    assert wild.kept(SUITE) is None
    SUITE.folder.mkdir()
    results.write(SUITE.results, [cell(), cell(interrupted=True)])
    made = outcome(LEAKING, plain={suites.nodeid(LEAKING): {"grows": True}})
    made.keep()
    kept = wild.kept(SUITE)
    assert len(kept.cells) == 1
    assert replace(kept, cells=made.cells) == made
    assert json.loads((SUITE.folder / "times.json").read_text())["seconds"] == 90.0


def test_a_row_counts_tests_and_names_those_that_a_plain_loop_proves():
    others = [cell(verdict=Verdict.CLEAN), cell(verdict=Verdict.SKIPPED), cell(verdict=Verdict.FAILED)]
    row = suites.row(outcome(LEAKING, *others, of=1234, plain={suites.nodeid(LEAKING): {"grows": True}}))
    assert row.startswith("| shop 1.0 | 1,234 | 4 | 2 | ")
    assert row.endswith("| 1 | 1: `test_a[x\\|y]` 1,234 B | 1.5 | 2 |")
    assert suites.row(outcome(LEAKING)).endswith("| 1 | 0 | 1.5 | 2 |")
    assert suites.row(outcome(*others)).endswith("| 0 | – | 1.5 | 2 |")


def test_of_many_leaking_tests_the_first_are_named():
    assert suites.named([LEAKING] * 5).endswith("1,234 B, and 2 more")
    assert suites.named([]) == "–"


def test_a_pair_has_what_leaks_in_both_releases():
    row = suites.pair(outcome(LEAKING), replace(outcome(), subject=SUITE.releases[1]))
    assert row.startswith(
        "| shop 1.0: a basket | `tests/test_a.py`, `tests/test_b.py` | 1 | 1: `test_a[x\\|y]` 1,234 B | 0 |"
    )
    assert row.endswith("| 1.1 | 0 | 3.0 |")


def test_the_tables_have_what_was_measured():
    known = {"shop==1.0": outcome(LEAKING), "shop==1.1": replace(outcome(), subject=SUITE.releases[1])}
    plain = suites.Suite("other", "other==2.0")
    text = suites.tables({**known, "other==2.0": replace(outcome(), subject=plain)}, [SUITE, plain], "nox -s suites")
    assert "Made by `nox -s suites`" in text
    assert text.count("| shop 1.0: a basket |") == 1
    assert text.count("| other 2.0 |") == 1
    assert "shop" not in suites.tables({"shop==1.0": outcome(LEAKING)}, [SUITE], "nox").split(suites.PAIRS)[1]


def test_the_interpreter_is_that_of_the_release():
    assert str(SUITE.interpreter).endswith("shop==1.0/environment/bin/python")


def test_a_plain_loop_has_the_variables_of_the_run():
    suite = replace(SUITE, arguments=["--env", "A=b=c", "-k", "x"])
    assert suite.variables == {"A": "b=c"}
