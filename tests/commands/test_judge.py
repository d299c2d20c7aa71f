"""``judge``: the same verdict and figures from a record as from the run, for each kind of verdict."""

import json
import math
from dataclasses import replace

import pytest

from cells import as_schema_1, cell, failed
from find_mem_leaks import commands, errors, results
from find_mem_leaks.judged import judged
from find_mem_leaks.judging.rules import QUICK, Rules
from find_mem_leaks.judging.series import Cap, Series
from find_mem_leaks.judging.verdict import Verdict
from series_of import series

DOUBLING = series(lambda n: 2.0 ** math.ceil(math.log2(max(n, 512) * 8)), rounds=150)


def of(measured, rules=None, **changes):
    """A cell of a series, judged as a run judges it."""
    facts = {"rounds": measured.rounds, "caps": measured.caps}
    facts |= {"operations": measured.operations, "seconds": measured.seconds}
    return judged(cell(**facts, **changes), rules or Rules())


def filling():
    rounds = series(lambda n: 200 * n, lambda n: 3 * n).rounds
    return of(Series(rounds, (Cap("lru_cache of own.load", 10_000, 130_000, 1_000_000),)))


KINDS = {
    "clean": (lambda: of(series(lambda n: 0, noise=900)), "clean", "no leak of more than"),
    "bounded": (lambda: of(series(lambda n: 100 * min(n, 20_000))), "bounded", "then slowed"),
    "leaking steadily": (lambda: of(series(lambda n: 16 * n, noise=900)), "leaking", "steady growth"),
    "leaking threads": (lambda: of(series(lambda n: 0, threads=lambda n: n // 400)), "leaking", "threads"),
    "leaking by jumps": (lambda: of(DOUBLING), "leaking", "rose fourfold in fourfold operations"),
    "too few looks": (lambda: of(Series(series(lambda n: 0).rounds[:3])), "inconclusive", "too few for a verdict"),
    "too short": (lambda: of(series(lambda n: 16 * n, operations=300), last=False), "inconclusive", "grew in all"),
    "a cache that fills": (filling, "inconclusive", "(130,000 of 1,000,000 entries) filled"),
    "a drain": (lambda: of(series(lambda n: -20 * n)), "inconclusive", "still falling"),
    "a jump": (lambda: of(series(lambda n: 1e6 * (n >= 60_000), rounds=24)), "inconclusive", "jumped"),
    "not ruled out": (lambda: of(series(lambda n: 0, noise=50_000), Rules(limit=0.01)), "inconclusive", "not ruled"),
    "quick": (lambda: of(series(lambda n: 16 * n, rounds=8), QUICK, last=False), "leaking", "steady growth"),
    "fixed": (lambda: of(series(lambda n: 16 * n, rounds=4), protocol="fixed"), "leaking", "steady growth"),
    "interrupted": (lambda: of(series(lambda n: 16 * n, rounds=2), interrupted=True), "inconclusive", ""),
    "other rules": (lambda: of(series(lambda n: n), Rules(limit=0.3, confidence=0.9)), "leaking", "steady growth"),
    "failed": (failed, "failed", "killed by SIGKILL"),
}


@pytest.fixture(params=KINDS, ids=lambda name: name.replace(" ", "_"))
def recorded(request):
    make, verdict, reason = KINDS[request.param]
    measured = make()
    assert measured.verdict == verdict, measured.reason
    assert reason in measured.reason
    return measured


def written(tmp_path, *cells, name="results.json"):
    path = tmp_path / name
    results.write(path, cells)
    return str(path)


def test_unchanged_a_record_gives_the_same_cell_to_the_last_digit(tmp_path, capsys, recorded):
    commands.call(["judge", written(tmp_path, recorded), "--json"])
    captured = capsys.readouterr()
    assert results.from_json(json.loads(captured.out), "it") == [recorded]
    assert captured.err == "The verdict is as recorded, to the last digit of its figures.\n"


def test_the_table_is_that_of_show_and_the_last_line_says_that_nothing_changed(tmp_path, capsys):
    path = written(tmp_path, cell(), cell(16, scenario="read_heavy"))
    assert commands.call(["judge", path]) == errors.LEAK
    out = capsys.readouterr().out
    assert commands.call(["show", path]) == errors.CLEAN
    assert out == capsys.readouterr().out + "All 2 verdicts are as recorded, to the last digit of their figures.\n"


def test_another_limit_changes_what_it_decides_and_says_so(tmp_path, capsys):
    measured = of(series(lambda n: 0, noise=50_000), Rules(limit=0.01))
    path = written(tmp_path, measured, cell(scenario="read_heavy"))
    assert commands.call(["judge", path, "--limit", "8", "-o", str(tmp_path / "new.json")]) == errors.CLEAN
    out = capsys.readouterr().out
    assert "sqlalchemy2x_sync_session balanced: was ❓ inconclusive: growth of " in out
    assert "; is ✅ clean: no leak of more than " in out
    assert "1 of 2 verdicts changed: 1 from inconclusive to clean." in out
    assert {one.rules.limit for one in results.read(tmp_path / "new.json")} == {8.0}


def test_another_confidence_widens_the_interval_and_keeps_the_other_rules(tmp_path, capsys):
    measured = of(series(lambda n: 16 * n, noise=900), QUICK)
    commands.call(["judge", written(tmp_path, measured), "--confidence", "0.9999", "--json"])
    captured = capsys.readouterr()
    [again] = results.from_json(json.loads(captured.out), "it")
    assert again.rules == replace(QUICK, confidence=0.9999)
    assert again.interval[1] - again.interval[0] > measured.interval[1] - measured.interval[0]
    assert captured.err == "The verdict is as recorded; figures of 1 cell changed.\n"


@pytest.mark.parametrize(
    ("cells", "words", "code"),
    [
        ([cell()], [], errors.CLEAN),
        ([cell(16)], [], errors.LEAK),
        ([cell(16, truth="leaking")], [], errors.CLEAN),
        ([failed()], [], errors.FAILED),
        ([of(series(lambda n: -20 * n))], [], errors.CLEAN),
        ([of(series(lambda n: -20 * n))], ["--strict"], errors.INCONCLUSIVE),
    ],
)
def test_exit_codes_are_those_of_run(tmp_path, cells, words, code):
    assert commands.call(["judge", written(tmp_path, *cells), *words]) == code


def test_compressed_files_are_read_and_written(tmp_path):
    old, new = written(tmp_path, cell(16), name="old.json.xz"), tmp_path / "new.json.xz"
    assert commands.call(["judge", old, "-o", str(new)]) == errors.LEAK
    assert new.read_bytes()[:6] == b"\xfd7zXZ\x00"
    assert results.read(new) == [cell(16)]


def test_several_files_are_judged_as_one(tmp_path, capsys):
    first = written(tmp_path, cell(), name="a.json")
    second = written(tmp_path, cell(scenario="read_heavy"), name="b.json")
    assert commands.call(["judge", first, second]) == errors.CLEAN
    assert "All 2 verdicts are as recorded" in capsys.readouterr().out


def test_an_output_is_not_overwritten_without_force(tmp_path, capsys):
    path = written(tmp_path, cell())
    before = (tmp_path / "results.json").read_bytes()
    assert commands.call(["judge", path, "--limit", "3", "-o", path]) == errors.USAGE
    assert "exists: give -f to overwrite it, or another name" in capsys.readouterr().err
    assert (tmp_path / "results.json").read_bytes() == before
    assert commands.call(["judge", path, "--limit", "3", "-f", "-o", path]) == errors.CLEAN
    assert results.read(tmp_path / "results.json")[0].rules.limit == 3


def old_file(tmp_path, *cells):
    path = tmp_path / "old.json"
    path.write_text(json.dumps(as_schema_1(results.to_json(cells))))
    return str(path)


def test_a_record_of_schema_1_is_judged_by_todays_rules_and_its_own_limit(tmp_path, capsys):
    measured = cell(16)
    path = old_file(tmp_path, judged(measured, Rules(limit=2.0, confidence=0.95)), failed(scenario="read_heavy"))
    assert commands.call(["judge", path, "-o", str(tmp_path / "new.json")]) == errors.LEAK
    out = capsys.readouterr().out
    assert "Of 1 cell the record holds no horizons, containers or tests (schema 1): it was judged by today's" in out
    again = results.read(tmp_path / "new.json")[0]
    assert again.rules == Rules(limit=2.0, confidence=0.95, hourly=0.0)
    assert again.tests
    assert again.verdict is Verdict.LEAKING


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["none.json"], "none.json cannot be read"),
        ([], "the following arguments are required: FILE"),
        (["RESULTS", "--limit", "0"], "'0' is no"),
        (["RESULTS", "--confidence", "2"], "'2' is no"),
        (["RESULTS", "--memory-limit", "much"], "'much' is not an amount of memory, such as 512MiB, 2G or a number of"),
        (["RESULTS", "-o", "/no/such/folder/it.json"], "cannot be written"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(tmp_path, capsys, words, message):
    path = written(tmp_path, cell())
    assert commands.call(["judge", *[path if word == "RESULTS" else word for word in words]]) == errors.USAGE
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_a_record_that_cannot_be_judged_is_named(tmp_path, capsys):
    path = tmp_path / "results.json"
    document = results.to_json([cell()])
    document["cells"][0]["rounds"][5]["samples"]["live_bytes"] = ["x"] * 32
    path.write_text(json.dumps(document))
    assert commands.call(["judge", str(path)]) == errors.USAGE
    err = capsys.readouterr().err
    assert "sqlalchemy2x_sync_session balanced cannot be judged" in err
    assert err.count("\n") == 1


def test_when_a_limit_is_reached_is_told_below_the_table_and_beside_json(tmp_path, capsys):
    path = written(tmp_path, cell(16))
    assert commands.call(["judge", path, "--memory-limit", "10GB"]) == errors.LEAK
    out = capsys.readouterr().out
    assert out.index("1 cell: 1 leaking") < out.index("A limit of 10 GB on resident memory:")
    assert "balanced: reached after " in out
    commands.call(["judge", path, "--memory-limit", "10GB", "--json"])
    captured = capsys.readouterr()
    assert json.loads(captured.out)["cells"]
    assert "reached after " in captured.err
