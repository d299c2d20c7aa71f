"""What only some records have: kept as it is, missing in older files, refused where it is damaged."""

import json
from dataclasses import replace

import pytest

from cells import cell, failed
from find_mem_leaks import results
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judged import judged
from find_mem_leaks.judging.failure import Ceiling, Failure, Raised
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.trials import Trial
from find_mem_leaks.judging.verdict import Verdict
from series_of import deployed, series

TRIALS = (
    Trial("as_it_is", "as it is", 1_000, 0.5, 0.4, 60, 50, 70),
    Trial("jemalloc", "jemalloc", error="not installed here: the Debian package libjemalloc2 has it"),
)


def test_trials_are_read_back_the_same_and_older_files_have_none(tmp_path):
    document = results.to_json([cell(trials=TRIALS)])
    [again] = results.from_json(json.loads(json.dumps(document)), "it")
    assert again.trials == TRIALS
    del document["cells"][0]["trials"]
    [older] = results.from_json(json.loads(json.dumps(document)), "it")
    assert older.trials == ()


@pytest.mark.parametrize(
    "damage", [{"name": 3}, {"error": 3}, {"rss": "much"}, {"seconds": None}, {"unknown": 1}, {"change": None}]
)
def test_damaged_trials_are_refused(damage):
    document = json.loads(json.dumps(results.to_json([cell(trials=TRIALS)])))
    document["cells"][0]["trials"][0].update(damage)
    with pytest.raises(UsageError, match="is damaged"):
        results.from_json(document, "it")


def ran_out():
    """A cell whose operation failed for want of a descriptor."""
    measured = series(lambda n: 0, descriptors=lambda n: n // 3, rounds=2, operations=600)
    used = int(measured.columns()["descriptors"][-1])
    raised = (Raised("OSError", "EMFILE", "too many open files"),)
    failure = Failure(1_800, raised, (Ceiling("RLIMIT_NOFILE", used + 1, 9, used + 1),))
    return judged(failed(rounds=measured.rounds, error="OSError: too many (a.py:3)", failure=failure), Rules())


def test_a_cell_that_ran_out_judges_itself_to_the_same_from_its_record(tmp_path):
    cell = ran_out()
    assert cell.verdict is Verdict.LEAKING
    assert cell.reason.endswith("; OSError: too many (a.py:3)")
    assert cell.growth["file_descriptors"].rate == pytest.approx(1 / 3, rel=0.02)
    results.write(tmp_path / "results.json", [cell])
    [again] = results.read(tmp_path / "results.json")
    assert again == cell
    assert judged(again, again.rules) == cell


def test_a_cell_of_which_only_the_error_is_known_has_failed():
    without = judged(replace(ran_out(), failure=None), Rules())
    assert without.verdict is Verdict.FAILED
    assert without.reason == without.error


@pytest.mark.parametrize(
    "damage",
    [{"operation": None}, {"raised": [{"type": 3, "errno": "", "message": ""}]}, {"raised": 3}, {"ceilings": [{}]},
     {"ceilings": [{"name": "RLIMIT_AS", "most": "all", "before": 1, "used": 2}]}],
)  # fmt: skip
def test_a_damaged_failure_is_refused(damage):
    document = json.loads(json.dumps(results.to_json([ran_out()])))
    document["cells"][0]["failure"].update(damage)
    with pytest.raises(UsageError, match="is damaged"):
        results.from_json(document, "it")


def test_a_hands_off_part_is_written_with_its_account_and_read_back_the_same(tmp_path):
    path = tmp_path / "results.json"
    left = deployed(lambda n: 2_000 * n, garbage=(200_000_000, 0, 0), thresholds=(10**9, 10, 10), objects=100_000)
    made = judged(cell(deployed=left), Rules())
    assert made.verdict is Verdict.LEAKING
    assert made.grows_hands_off
    results.write(path, [made])
    assert results.read(path) == [made]
    [record] = json.loads(path.read_text())["cells"]
    assert record["deployed"]["account"]["garbage"] == 200_000_000
    assert record["deployed"]["account"]["left_over"] == left.left_over
    assert judged(results.read(path)[0], made.rules) == made


def test_a_cell_that_was_not_seen_as_deployed_is_not_acquitted():
    unseen = judged(cell(not_deployed="killed by SIGKILL"), Rules())
    assert unseen.verdict is Verdict.INCONCLUSIVE
    assert unseen.reason == "not measured as deployed: killed by SIGKILL"
    leak = judged(cell(rate=20.0, not_deployed="killed by SIGKILL"), Rules())
    assert leak.verdict is Verdict.LEAKING
    assert not leak.grows_hands_off


@pytest.mark.parametrize("change", [{"at": 3}, {"collections": [1, 2]}, {"begin": None}])
def test_a_damaged_hands_off_part_is_refused(tmp_path, change):
    path = tmp_path / "results.json"
    results.write(path, [cell(deployed=deployed(lambda n: 0))])
    document = json.loads(path.read_text())
    document["cells"][0]["deployed"].update(change)
    path.write_text(json.dumps(document))
    with pytest.raises(UsageError, match="is damaged"):
        results.read(path)


def test_the_allocator_is_kept_and_a_file_from_before_it_was_is_read(tmp_path):
    document = results.to_json([cell(allocator="pymalloc, jemalloc 5.3.0")])
    assert results.from_json(document, "here")[0].allocator == "pymalloc, jemalloc 5.3.0"
    del document["cells"][0]["allocator"]
    assert results.from_json(document, "here")[0].allocator == ""


def test_an_allocator_that_is_no_text_is_refused():
    document = results.to_json([cell(allocator=5)])
    with pytest.raises(UsageError, match="damaged"):
        results.from_json(document, "here")


CHILD = {"pid": 4711, "name": "ForkProcess-1, python", "before": 3, "after": 500, "private": None, "pss": 7}


def with_child(path, record):
    document = results.to_json([cell()])
    document["cells"][0]["children"] = [record]
    path.write_text(json.dumps(document))
    return results.read(path)


def test_the_processes_below_a_cell_are_kept(tmp_path):
    [read] = with_child(tmp_path / "results.json", CHILD)
    assert read.series.children[0].growth == 497
    assert list(results.to_json([read])["cells"][0]["children"]) == [CHILD]


def test_a_file_of_before_they_were_kept_is_read(tmp_path):
    document = results.to_json([cell()])
    del document["cells"][0]["children"]
    (tmp_path / "results.json").write_text(json.dumps(document))
    assert results.read(tmp_path / "results.json")[0].children == ()


@pytest.mark.parametrize("damage", [{"name": 5}, {"after": None}, {"before": "3"}, {"other": 1}])
def test_a_damaged_process_is_refused(tmp_path, damage):
    with pytest.raises(UsageError, match="damaged"):
        with_child(tmp_path / "results.json", {**CHILD, **damage})


HELD = {"name": "Protocol.end", "file": "/lib/protocol.py", "line": 7, "bytes": 2500.0, "seconds": 4.98}


def test_what_timers_hold_is_kept_and_may_be_missing():
    document = results.to_json([cell()])
    document["cells"][0]["held"] = [HELD]
    [read] = results.from_json(document, "here")
    assert str(read.series.held[0]).startswith("the timer Protocol.end()")
    assert list(results.to_json([read])["cells"][0]["held"]) == [HELD]
    del document["cells"][0]["held"]
    assert results.from_json(document, "here")[0].held == ()


@pytest.mark.parametrize("wrong", [{"line": "7"}, {"name": 5}, {"bytes": None}])
def test_a_timer_with_values_that_no_run_writes_is_refused(wrong):
    document = results.to_json([cell()])
    document["cells"][0]["held"] = [{**HELD, **wrong}]
    with pytest.raises(UsageError, match="damaged"):
        results.from_json(document, "here")


def test_a_skipped_cell_is_no_failure_and_reads_back_as_it_was():
    skipped = judged(replace(failed(), error=None, skipped="answered 404"), Rules())
    assert (skipped.verdict, skipped.reason) == (Verdict.SKIPPED, "answered 404")
    [again] = results.from_json(json.loads(json.dumps(results.to_json([skipped]))), "here")
    assert again == skipped
    assert judged(again, Rules(limit=9.0)).verdict is Verdict.SKIPPED


UNENDED = {"name": "forever", "file": "/srv/main.py", "line": 7, "number": 12}


def test_tasks_that_never_end_are_kept_and_may_be_missing():
    document = results.to_json([cell()])
    document["cells"][0]["unended"] = [UNENDED]
    [read] = results.from_json(document, "here")
    assert str(read.series.unended[0]).startswith("12 tasks never end: forever()")
    assert list(results.to_json([read])["cells"][0]["unended"]) == [UNENDED]
    del document["cells"][0]["unended"]
    assert results.from_json(document, "here")[0].unended == ()


def test_answers_and_options_come_back_as_they_were_and_older_records_have_none():
    written = replace(cell(), answers={"200": 5, "404": 1}, options=("--quick",))
    document = results.to_json([written])
    [read] = results.from_json(document, "here")
    assert (read.answers, read.options) == (written.answers, written.options)
    del document["cells"][0]["answers"], document["cells"][0]["options"]
    [read] = results.from_json(document, "here")
    assert (read.answers, read.options) == ({}, None)


@pytest.mark.parametrize("wrong", [{"answers": {"200": "x"}}, {"options": [1]}])
def test_answers_and_options_of_other_types_are_refused(wrong):
    document = results.to_json([cell()])
    document["cells"][0].update(wrong)
    with pytest.raises(UsageError):
        results.from_json(document, "here")


@pytest.mark.parametrize("wrong", [{"line": "7"}, {"name": 5}, {"number": None}])
def test_such_a_task_with_values_that_no_run_writes_is_refused(wrong):
    document = results.to_json([cell()])
    document["cells"][0]["unended"] = [{**UNENDED, **wrong}]
    with pytest.raises(UsageError, match="damaged"):
        results.from_json(document, "here")
