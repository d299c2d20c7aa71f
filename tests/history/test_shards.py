import copy
import itertools
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cells import cell
from find_mem_leaks import results
from find_mem_leaks.errors import UsageError
from find_mem_leaks.history import shards
from find_mem_leaks.history.shards import Shard

COMMIT = "a" * 40
EARLIER = "b" * 40
COLUMNS = [
    "result",
    "params",
    "version",
    "started_at",
    "duration",
    "stats_ci_99_a",
    "stats_repeat",
    "samples",
    "profile",
]
SCENARIOS = [["'balanced'", "'read_heavy'"]]
MACHINE = {"machine": "github-actions", "cpu": "one", "ram": "8", "os": "Linux", "version": 1}


def row(*figures, version="1", began=1):
    return [list(figures), SCENARIOS, version, began, 2.5]


def asv(benchmarks, commit=COMMIT, series="2.0", cpu="one"):
    """A results file of asv, as asv 0.6 writes one."""
    return {
        "commit_hash": commit, "env_name": f"virtualenv-py3.11-SQLALCHEMY{series}", "date": 1, "python": "3.11",
        "params": {"machine": "github-actions", "cpu": cpu, "ram": "8", "os": "Linux", "python": "3.11"},
        "requirements": {}, "env_vars": {"SQLALCHEMY": series}, "result_columns": COLUMNS,
        "results": benchmarks, "durations": {"<build>": 1.0}, "version": 2,
    }  # fmt: skip


def path_of(commit=COMMIT, series="2.0"):
    return f"results/github-actions/{commit[:8]}-virtualenv-py3.11-SQLALCHEMY{series}.json"


def shard(part, benchmarks, parts=2, series="2.0", **more):
    name = shards.name(series, part, parts)
    return Shard(name, {path_of(series=series): asv(benchmarks, series=series), **more})


def figures(documents, benchmark, commit=COMMIT, series="2.0"):
    return documents[path_of(commit, series)]["results"][benchmark][0]


ONE = shard(1, {"plain.A.track_leaked": row(1.0, 2.0)})
TWO = shard(2, {"plain.B.track_leaked": row(3.0, math.nan)})
NOTHING = Shard("history", {})


@pytest.mark.parametrize(
    "order", list(itertools.permutations([ONE, TWO, shard(1, {"plain.A.t": row(5.0, 6.0)}, series="1.4")]))
)
def test_shards_merge_to_the_same_in_any_order(order):
    merged = shards.merge(order, NOTHING)
    assert figures(merged, "plain.A.track_leaked") == [1.0, 2.0]
    assert figures(merged, "plain.B.track_leaked")[0] == 3.0
    assert figures(merged, "plain.A.t", series="1.4") == [5.0, 6.0]
    assert json.dumps(merged, sort_keys=True) == json.dumps(shards.merge([*reversed(order)], NOTHING), sort_keys=True)


def test_merging_changes_none_of_what_it_merges():
    before = copy.deepcopy([ONE.documents, TWO.documents])
    shards.merge([ONE, TWO], NOTHING)
    assert json.dumps(before) == json.dumps([ONE.documents, TWO.documents])


def test_a_missing_shard_is_named():
    with pytest.raises(UsageError, match=r"^nothing is merged: sqlalchemy-2\.0-shard-2-of-2 is missing$"):
        shards.check([ONE], None, COMMIT)


def test_a_whole_series_that_is_missing_is_known_from_the_plan():
    with pytest.raises(UsageError, match=r"sqlalchemy-2\.1-shard-1-of-1 is missing"):
        shards.check([ONE, TWO], [ONE.name, TWO.name, shards.name("2.1", 1, 1)], COMMIT)


def test_no_shards_at_all_are_an_error():
    with pytest.raises(UsageError, match="there is no shard at all"):
        shards.check([], None, COMMIT)


def test_all_shards_pass():
    shards.check([TWO, ONE], [ONE.name, TWO.name], COMMIT)


@pytest.mark.parametrize(
    ("stray", "said"),
    [
        (Shard("leftovers", ONE.documents), "leftovers is foreign: it is not in the plan"),
        (shard(3, {"plain.C.t": row(1.0)}, parts=3), "sqlalchemy-2.0-shard-3-of-3 is foreign: it is not in the plan"),
    ],
)
def test_a_shard_that_nobody_planned_is_named(stray, said):
    with pytest.raises(UsageError, match=said.replace(".", r"\.")):
        shards.check([ONE, TWO, stray], [ONE.name, TWO.name], COMMIT)


def test_a_shard_of_another_commit_is_named():
    other = Shard(TWO.name, {path_of(EARLIER): asv({}, EARLIER)})
    with pytest.raises(UsageError, match=rf"{other.name} is foreign: .* is of commit bbbbbbbb, not of aaaaaaaa"):
        shards.check([ONE, other], None, COMMIT)


def test_a_shard_of_another_series_than_its_name_says_is_named():
    other = Shard(TWO.name, {path_of(series="1.4"): asv({}, series="1.4")})
    with pytest.raises(UsageError, match=rf"{other.name} is foreign: .* is of SQLAlchemy 1\.4"):
        shards.check([ONE, other], None, COMMIT)


def test_a_shard_in_which_nothing_was_measured_is_named():
    empty = Shard(TWO.name, {"results/benchmarks.json": {"version": 2}, "results/m/machine.json": MACHINE})
    with pytest.raises(UsageError, match=f"{TWO.name} is empty: nothing was measured"):
        shards.check([ONE, empty], None, COMMIT)


def test_a_shard_with_records_and_no_figures_is_empty():
    unfinished = Shard(TWO.name, {RECORD: record(cell())})
    with pytest.raises(UsageError, match=f"{TWO.name} is empty: nothing was measured"):
        shards.check([ONE, unfinished], None, COMMIT)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            f"leaks/{EARLIER}/virtualenv-py3.11-SQLALCHEMY2.0/async_session.json",
            "is of commit bbbbbbbb, not of aaaaaaaa",
        ),
        (f"leaks/{COMMIT}/virtualenv-py3.11-SQLALCHEMY2.1/async_session.json", "is of SQLAlchemy 2.1"),
        (f"html/{COMMIT}.json", "is nothing that was measured"),
        ("regressions.json", "is nothing that was measured"),
    ],
)
def test_what_came_into_a_shard_from_elsewhere_is_named(path, said):
    other = Shard(TWO.name, {**TWO.documents, path: record(cell())})
    with pytest.raises(UsageError, match=f"{TWO.name} is foreign: {path} {said}"):
        shards.check([ONE, other], None, COMMIT)


def test_a_shard_with_its_records_passes():
    whole = {
        **TWO.documents,
        RECORD: record(cell()),
        f"leaks/{COMMIT}/virtualenv-py3.11-SQLALCHEMY2.0/sync_session.json": record(cell()),
        "results/benchmarks.json": {"version": 2},
        "results/github-actions/machine.json": MACHINE,
    }
    shards.check([ONE, Shard(TWO.name, whole)], [ONE.name, TWO.name], COMMIT)


def test_everything_that_is_wrong_is_said_at_once():
    stray = Shard("leftovers", {})
    with pytest.raises(UsageError) as caught:
        shards.check([TWO, stray], [ONE.name, TWO.name], EARLIER)
    for part in (f"{ONE.name} is missing", "leftovers is foreign", "leftovers is empty", "is of commit aaaaaaaa"):
        assert part in str(caught.value)


def test_the_history_keeps_every_commit_it_had():
    history = Shard("history", {path_of(EARLIER): asv({"plain.Gone.track_leaked": row(7.0, 8.0)}, EARLIER)})
    merged = shards.merge([ONE, TWO], history)
    assert figures(merged, "plain.Gone.track_leaked", EARLIER) == [7.0, 8.0]
    assert figures(merged, "plain.A.track_leaked") == [1.0, 2.0]


def test_benchmarks_and_parameters_of_the_same_commit_that_are_not_measured_anew_stay():
    history = Shard("history", {path_of(): asv({"plain.Gone.t": row(7.0, 8.0), "plain.A.t": row(9.0, 10.0)})})
    merged = shards.merge([shard(1, {"plain.A.t": row(1.0, math.nan)})], history)
    assert figures(merged, "plain.Gone.t") == [7.0, 8.0]
    assert figures(merged, "plain.A.t") == [1.0, 10.0]


def test_a_failure_does_not_wipe_out_the_figure_of_an_earlier_try():
    history = Shard("history", {path_of(): asv({"plain.A.t": row(9.0, 10.0)})})
    failed = [None, SCENARIOS, "1", 5, 2.5]
    assert figures(shards.merge([shard(1, {"plain.A.t": failed})], history), "plain.A.t") == [9.0, 10.0]


def test_another_version_of_a_benchmark_stands_alone():
    history = Shard("history", {path_of(): asv({"plain.A.t": row(9.0, 10.0, version="1")})})
    merged = shards.merge([shard(1, {"plain.A.t": row(1.0, None, version="2")})], history)
    assert figures(merged, "plain.A.t") == [1.0, None]


def test_a_scenario_that_the_suite_no_longer_has_keeps_its_figure():
    old = [[9.0, 10.0], [["'read_heavy'", "'gone'"]], "1", 1, 2.5]
    new = [[1.0, 2.0], [["'added'", "'read_heavy'"]], "1", 2, 2.5]
    merged = shards.merge([shard(1, {"plain.A.t": new})], Shard("history", {path_of(): asv({"plain.A.t": old})}))
    found, axes, *_ = merged[path_of()]["results"]["plain.A.t"]
    assert dict(zip(axes[0], found, strict=True)) == {"'added'": 1.0, "'read_heavy'": 2.0, "'gone'": 10.0}


def test_parameters_of_two_kinds_are_merged_by_their_combinations():
    old = [[1.0, 2.0], [["a"], ["x", "y"]], "1"]
    new = [[3.0, None], [["a", "b"], ["x"]], "1"]
    merged = shards.merge([shard(1, {"plain.A.t": new})], Shard("history", {path_of(): asv({"plain.A.t": old})}))
    found, axes, *_ = merged[path_of()]["results"]["plain.A.t"]
    assert dict(zip(itertools.product(*axes), found, strict=True)) == {
        ("a", "x"): 3.0, ("a", "y"): 2.0, ("b", "x"): None, ("b", "y"): None
    }  # fmt: skip


def test_a_figure_without_parameters_gives_way_to_a_newer_one_and_to_no_failure():
    history = Shard("history", {path_of(): asv({"plain.A.t": [[9.0], [], "1"], "plain.B.t": [[8.0], [], "1"]})})
    merged = shards.merge([shard(1, {"plain.A.t": [[1.0], [], "1"], "plain.B.t": [None, [], "1"]})], history)
    assert figures(merged, "plain.A.t") == [1.0]
    assert figures(merged, "plain.B.t") == [8.0]


def test_columns_in_another_order_or_of_another_version_of_asv_stay_with_their_names():
    old = {**asv({"plain.Gone.t": ["1", [8.0], [], 3]}), "result_columns": ["version", "result", "params", "of_old"]}
    merged = shards.merge([shard(1, {"plain.A.t": row(1.0, 2.0)})], Shard("history", {path_of(): old}))
    columns, rows = merged[path_of()]["result_columns"], merged[path_of()]["results"]
    gone, new = (dict(zip(columns, rows[name], strict=False)) for name in ("plain.Gone.t", "plain.A.t"))
    assert (gone["result"], gone["version"], gone["params"], gone["of_old"]) == ([8.0], "1", [], 3)
    assert (new["result"], new["version"], new["params"]) == ([1.0, 2.0], "1", SCENARIOS)


VALUES = st.none() | st.just(math.nan) | st.integers(0, 99).map(float)
AXES = st.lists(st.sampled_from("abc"), min_size=1, unique=True)


@st.composite
def measurements(draw):
    """Rows of a few benchmarks, with whatever parameters and figures."""
    found = {}
    for benchmark in draw(st.sets(st.sampled_from(["one", "two", "three"]))):
        axis = draw(AXES)
        found[benchmark] = [draw(st.lists(VALUES, min_size=len(axis), max_size=len(axis))), [axis], "1", 1, 2.5]
    return found


def known(rows):
    """The figures by benchmark and parameter: neither failures nor what does not apply."""
    return {
        (name, parameter): value
        for name, (values, axes, *_) in rows.items()
        for parameter, value in zip(axes[0], values or [None] * len(axes[0]), strict=True)
        if value is not None and not math.isnan(value)
    }


@given(st.dictionaries(st.sampled_from([COMMIT, EARLIER]), measurements()), measurements(), measurements())
def test_no_figure_of_the_history_is_lost_whatever_is_laid_over_it(before, first, second):
    history = Shard("history", {path_of(commit): asv(rows, commit) for commit, rows in before.items()})
    merged = shards.merge([shard(2, second), shard(1, first)], history)
    for commit, rows in before.items():
        expected = known(rows) if commit != COMMIT else {**known(rows), **known(first), **known(second)}
        assert known(merged[path_of(commit)]["results"]) == expected


def test_statistics_go_with_their_figures():
    old, new = row(9.0, 10.0), row(1.0, None)
    old += [[0.5, 0.6], [3, 4]]
    new += [[0.1, None], [2, None]]
    merged = shards.merge([shard(1, {"plain.A.t": new})], Shard("history", {path_of(): asv({"plain.A.t": old})}))
    assert merged[path_of()]["results"]["plain.A.t"][5:] == [[0.1, 0.6], [2, 4]]


def test_the_list_of_benchmarks_is_that_of_all():
    lists = [{"a": {"version": "1"}, "version": 2}, {"b": {"version": "1"}, "version": 2}]
    parts = [shard(part, {}, **{"results/benchmarks.json": each}) for part, each in enumerate(lists, 1)]
    old = Shard("history", {"results/benchmarks.json": {"gone": {"version": "1"}, "version": 2}})
    assert shards.merge(parts, old)["results/benchmarks.json"].keys() == {"gone", "a", "b", "version"}


def test_results_of_one_machine_name_read_as_of_one_hardware():
    other = asv({"plain.B.t": row(1.0, 2.0)}, cpu="another")
    part = Shard(TWO.name, {path_of(): other, "results/github-actions/machine.json": {**MACHINE, "cpu": "another"}})
    history = Shard("history", {"results/github-actions/machine.json": MACHINE})
    merged = shards.merge([part], history)
    assert merged["results/github-actions/machine.json"]["cpu"] == "one"
    assert merged[path_of()]["params"]["cpu"] == "one"
    assert merged[path_of()]["params"]["python"] == "3.11"


RECORD = "leaks/aaaaaaaa/virtualenv-py3.11-SQLALCHEMY2.0/async_session.json"


def record(*cells, **more):
    return {**results.to_json(cells), "benchmark": "plain.AsyncSession", "failed": {}, **more}


def test_a_record_gives_way_by_scenario():
    old = record(cell(), cell(scenario="read_heavy"), failed={"create_heavy": "it raised"})
    new = json.loads(json.dumps(record(cell(16), cell(scenario="create_heavy"))))
    merged = shards.merge([Shard(ONE.name, {RECORD: new})], Shard("history", {RECORD: json.loads(json.dumps(old))}))
    found = {each["scenario"]: each["verdict"] for each in merged[RECORD]["cells"]}
    assert found == {"balanced": "leaking", "read_heavy": "clean", "create_heavy": "clean"}
    assert merged[RECORD]["failed"] == {}
    assert merged[RECORD]["benchmark"] == "plain.AsyncSession"


def test_parts_of_a_results_file_become_one_file(tmp_path):
    for part, each in enumerate([cell(), cell(scenario="read_heavy")], 1):
        file = tmp_path / shards.name("2.0", part, 2) / "leaks" / f"sqlalchemy-2.0-shard-{part}-of-2.json"
        file.parent.mkdir(parents=True)
        results.write(file, [each])
    found = [shards.read(folder) for folder in sorted(tmp_path.iterdir())]
    shards.check(found, None, None)
    shards.write(tmp_path / "merged", shards.merge(found, NOTHING))
    assert len(results.read(tmp_path / "merged" / "leaks" / "sqlalchemy-2.0.json")) == 2


def test_what_is_written_is_read_back(tmp_path):
    merged = shards.merge([ONE, TWO], NOTHING)
    shards.write(tmp_path, merged)
    shards.write(tmp_path, merged)
    assert json.dumps(shards.read(tmp_path).documents) == json.dumps(merged)
    assert {file.suffix for file in tmp_path.rglob("*") if file.is_file()} == {".json"}


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000])
def test_a_damaged_file_is_refused_with_the_name_of_its_shard(tmp_path, text):
    folder = tmp_path / ONE.name
    folder.mkdir()
    (folder / "broken.json").write_text(text)
    with pytest.raises(UsageError, match=rf"{ONE.name}: broken\.json is damaged: measure again"):
        shards.read(folder)


@pytest.mark.parametrize("line", ["", "PACKAGESnewest-"])
def test_the_series_of_a_record_is_known_in_either_line(line):
    match = shards.RECORD.fullmatch(f"leaks/{'a' * 40}/virtualenv-py3.13-{line}SQLALCHEMY2.0/sync_session.json")
    assert match["series"] == "2.0"
