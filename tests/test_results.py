import json
from dataclasses import replace

import pytest

from cells import cell, failed
from find_mem_leaks import results
from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judged import judged
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.verdict import Verdict
from series_of import series


def test_a_record_holds_the_limit_that_its_pace_sets_and_is_judged_again_to_the_same():
    slow = series(lambda n: 0, rounds=4, operations=60, seconds_per_operation=0.13)
    measured = judged(replace(cell(), rounds=slow.rounds), Rules())
    assert measured.rules.pace == pytest.approx(0.13)
    [record] = results.to_json([measured])["cells"]
    assert record["limit_bytes_per_operation"] == pytest.approx(36.1, abs=0.05)
    [again] = results.from_json(json.loads(json.dumps(results.to_json([measured]))), "here")
    assert again == measured
    assert judged(again, again.rules) == measured
    assert judged(again, again.rules.of(1.0)).verdict is Verdict.INCONCLUSIVE


def test_a_record_of_before_limits_went_by_the_pace_keeps_its_limit():
    slow = series(lambda n: 0, rounds=4, operations=60, seconds_per_operation=0.13)
    document = json.loads(json.dumps(results.to_json([judged(replace(cell(), rounds=slow.rounds), Rules())])))
    for name in ("hourly", "pace", "fewest"):
        del document["cells"][0]["rules"][name]
    [old] = results.from_json(document, "here")
    assert (old.rules.effective_limit, judged(old, old.rules).rules.effective_limit) == (1.0, 1.0)
    assert old.rules.fewest == 0


def test_the_fewest_operations_of_an_acquittal_are_kept(tmp_path):
    results.write(tmp_path / "results.json", [judged(cell(), Rules(fewest=2_000))])
    assert results.read(tmp_path / "results.json")[0].rules.fewest == 2_000


def test_what_is_written_is_read_back_the_same(tmp_path):
    path = tmp_path / "results.json"
    cells = [cell(), cell(16, scenario="read_heavy"), failed(scenario="create_heavy")]
    results.write(path, cells)
    assert results.read(path) == cells


def test_the_document_has_the_documented_fields(tmp_path):
    document = results.to_json([cell(16)])
    assert document["schema_version"] == 3
    [record] = json.loads(json.dumps(document))["cells"]
    assert record["verdict"] == "leaking"
    assert record["interval"][0] <= 16 <= record["interval"][1]
    assert record.keys() >= {
        "stack", "scenario", "sqlalchemy", "python", "verdict", "bytes_per_operation", "interval",
        "limit_bytes_per_operation", "operations", "seconds", "rounds", "error", "rules", "last", "caps", "tests",
    }  # fmt: skip
    assert record["rounds"][0].keys() >= {"operations", "initial_rss", "final_rss", "live_bytes", "blocks", "seconds"}


def test_a_file_is_replaced_in_one_step_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "results.json"
    results.write(path, [cell()])
    results.write(path, [cell(), failed(scenario="read_heavy")])
    assert len(results.read(path)) == 2
    assert list(tmp_path.iterdir()) == [path]


def test_a_record_is_made_once_however_often_its_file_is_written(tmp_path, monkeypatch):
    made, made_of = [], results._cell_to_json
    monkeypatch.setattr(results, "_cell_to_json", lambda each: made.append(each.scenario) or made_of(each))
    path, first, second = tmp_path / "results.json", cell(), cell(scenario="read_heavy")
    results.write(path, [first])
    results.write(path, [first, second])
    assert made == [first.scenario, "read_heavy"]
    assert json.loads(path.read_text()) == json.loads(json.dumps(results.to_json([first, second])))


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "results.json"
    results.write(path, [cell()])
    with pytest.raises(TypeError):
        results.write(path, [cell(reason=object())])
    assert len(results.read(path)) == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[]", "null", "{}", '{"schema_version": 1}', '{"schema_version": 1, "cells": [{}]}',
             '{"schema_version": "1", "cells": []}', '{"schema_version": 1, "cells": 3}', '{"schema_version"']
)  # fmt: skip
def test_a_damaged_file_is_refused_in_one_line(tmp_path, text):
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"results\.json is not a results file of find-mem-leaks, or is damaged"):
        results.read(path)


def test_a_file_without_the_readings_that_came_later_is_read(tmp_path):
    path = tmp_path / "results.json"
    document = results.to_json([cell()])
    for made in document["cells"][0]["rounds"]:
        del made["samples"]["private"], made["samples"]["taken"]
    path.write_text(json.dumps(document))
    [read] = results.read(path)
    assert {sample.private for made in read.rounds for sample in made.samples} == {0}


def test_of_a_count_that_a_file_does_not_have_nothing_is_said(tmp_path):
    path = tmp_path / "results.json"
    document = results.to_json([cell()])
    for made in document["cells"][0]["rounds"]:
        del made["samples"]["threads"]
    path.write_text(json.dumps(document))
    [read] = results.read(path)
    again = judged(read, read.rules)
    assert again.verdict == cell().verdict
    assert again.growth.keys() == cell().growth.keys() - {"threads"}
    assert {outcome.probe for outcome in again.tests} == {outcome.probe for outcome in cell().tests} - {"threads"}


def test_a_count_that_no_probe_is_of_is_kept(tmp_path):
    path = tmp_path / "results.json"
    document = results.to_json([cell()])
    for made in document["cells"][0]["rounds"]:
        made["samples"]["sockets"] = made["samples"]["threads"]
    path.write_text(json.dumps(document))
    [read] = results.read(path)
    assert judged(read, read.rules).growth == cell().growth
    assert results.to_json([read])["cells"][0]["rounds"] == document["cells"][0]["rounds"]


def test_a_cell_says_which_probe_could_not_be_read_and_why():
    unread = judged(cell(unread={"threads": "OSError: no such list", "sockets": "gone"}), cell().rules)
    assert unread.reason == f"{cell().reason}; threads not read (OSError: no such list)"


@pytest.mark.parametrize("column", [[1], None, 5])
def test_a_column_of_another_length_is_refused(tmp_path, column):
    path = tmp_path / "results.json"
    document = results.to_json([cell()])
    document["cells"][0]["rounds"][0]["samples"]["threads"] = column
    path.write_text(json.dumps(document))
    with pytest.raises(UsageError, match="damaged"):
        results.read(path)


def test_a_damaged_cell_is_refused(tmp_path):
    path = tmp_path / "results.json"
    document = results.to_json([cell()])
    document["cells"][0]["verdict"] = "fine"
    path.write_text(json.dumps(document))
    with pytest.raises(UsageError, match="damaged"):
        results.read(path)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "results.json"
    path.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(UsageError, match="damaged"):
        results.read(path)


def test_a_newer_schema_is_refused_with_the_way_out(tmp_path):
    path = tmp_path / "results.json"
    path.write_text('{"schema_version": 4, "cells": []}')
    with pytest.raises(UsageError, match="has schema 4, this version reads up to 3: upgrade find-mem-leaks"):
        results.read(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"none\.json cannot be read \(No such file or directory\)"):
        results.read(tmp_path / "none.json")


def test_merging_keeps_the_order_and_lets_the_later_record_of_a_cell_stand():
    first, second, again = cell(), cell(scenario="read_heavy"), cell(16)
    assert results.merge([[first, second], [again]]) == [again, second]


def test_cells_in_other_versions_are_other_cells():
    one = cell()
    others = [
        replace(one, python="3.12.1"),
        replace(one, packages={**one.packages, "greenlet": "3.1"}),
        replace(one, stack="sqlalchemy2x_async_session"),
    ]
    assert len(results.merge([[one], others])) == 4


@pytest.mark.parametrize(
    "change",
    [{"stack": 5}, {"packages": {"a": [1]}}, {"interval": [1]}, {"bytes_per_operation": "x"}, {"wall_seconds": None}],
)
def test_a_field_of_the_wrong_kind_is_refused(tmp_path, change):
    path = tmp_path / "results.json"
    document = results.to_json([cell()])
    document["cells"][0].update(change)
    path.write_text(json.dumps(document))
    with pytest.raises(UsageError, match="damaged"):
        results.read(path)


@pytest.mark.parametrize(
    "change",
    [{"stack": []}, {"bytes": "many"}, {"type": 5}, {"stack": [{"function": "f", "file": 3, "line": 1}]}],
)
def test_a_culprit_of_the_wrong_kind_is_refused(tmp_path, change):
    path = tmp_path / "results.json"
    culprit = Culprit((Frame("operation", "app.py", 3),), 1.0, 64.0, "dict", None)
    document = results.to_json([cell(culprits=(culprit,))])
    document["cells"][0]["culprits"][0].update(change)
    path.write_text(json.dumps(document))
    with pytest.raises(UsageError, match="damaged"):
        results.read(path)


def test_a_file_of_brackets_is_refused(tmp_path):
    path = tmp_path / "results.json"
    path.write_text("[" * 200_000)
    with pytest.raises(UsageError, match="damaged"):
        results.read(path)


def test_a_cell_whose_native_memory_was_not_read_is_not_clean_and_stays_so_when_it_is_judged_again():
    blind = judged(cell(unread={"native_memory": "no counter"}), cell().rules)
    assert blind.verdict is Verdict.INCONCLUSIVE
    assert blind.bytes_per_operation is blind.interval is None
    [read] = results.from_json(json.loads(json.dumps(results.to_json([blind]))), "here")
    assert read == blind == judged(read, read.rules)


def read_again(tmp_path, *cells):
    (tmp_path / "results.json").write_text(json.dumps(results.to_json(cells)))
    return [found.scenario for found in results.read(tmp_path / "results.json")]


def test_an_older_cell_that_took_as_many_operations_as_its_verdict_is_read_as_the_balanced_one(tmp_path):
    exact = replace(cell().rounds[0], operations=10_000)
    kept = {"protocol": "fixed", "rounds": (exact, exact), "stack": "a"}
    assert read_again(tmp_path, cell(scenario="10000_operations")) == ["balanced"]
    assert read_again(tmp_path, cell(scenario="10000_operations", **kept)) == ["10000_operations"]
    assert read_again(tmp_path, cell(scenario="100000_operations", **kept)) == ["balanced"]


def test_older_cells_that_differ_in_their_names_alone_stay_two(tmp_path):
    older = [cell(scenario=f"{number}_operations") for number in (10_000, 100_000)]
    assert read_again(tmp_path, *older) == ["balanced", "100000_operations"]
    assert read_again(tmp_path, older[0], cell()) == ["10000_operations", "balanced"]


def test_a_cell_whose_first_round_may_have_been_broken_off_and_one_of_a_file_keep_their_names(tmp_path):
    begun = {"protocol": "fixed", "rounds": cell().rounds[:1], "interrupted": True}
    assert read_again(tmp_path, cell(scenario="10000_operations", **begun)) == ["10000_operations"]
    own = cell(scenario="10000_operations", file="own.py", mix=None)
    assert read_again(tmp_path, own) == ["10000_operations"]


@pytest.mark.parametrize(
    ("grown", "verdict"), [(0, Verdict.SKIPPED), (16, Verdict.LEAKING)], ids=["nothing grows", "it leaks"]
)
def test_what_was_not_seen_to_its_end_is_never_acquitted_but_may_leak(grown, verdict):
    measured = judged(replace(cell(grown), unseen="it needs a login"), Rules())
    assert measured.verdict is verdict
    assert (measured.reason == "it needs a login") == (verdict is Verdict.SKIPPED)
    [again] = results.from_json(json.loads(json.dumps(results.to_json([measured]))), "here")
    assert again == measured


def test_two_files_of_one_name_are_not_taken_for_one():
    leaking, clean = cell(16, stack="cache", file="a/cache.py"), cell(stack="cache", file="b/cache.py")
    with pytest.raises(UsageError, match=r"a/cache\.py and b/cache\.py are both called cache"):
        results.merge([[leaking], [clean]])
    assert results.merge([[leaking], [replace(clean, file="./a/cache.py")]]) == [replace(clean, file="./a/cache.py")]


def test_a_file_on_two_databases_is_not_taken_for_one_cell():
    on = {"stack": "cache", "file": "a/cache.py", "scenario": "operation"}
    first, second = cell(16, database="postgresql", **on), cell(database="mysql", **on)
    with pytest.raises(UsageError, match=r"a/cache\.py on postgresql and a/cache\.py on mysql are both called cache"):
        results.merge([[first], [second]])
    assert results.merge([[first], [cell(database="postgresql", **on)]])[0].verdict is Verdict.CLEAN
