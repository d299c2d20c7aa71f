"""A sample of the controls, judged as anyone would judge them: every kind of leak, and what only looks like one.

What is measured of the others is in tests/recorded. Those of child processes and shared memory are in test_family.py,
those that no Python object holds in test_explain.py.
"""

import importlib.util
from pathlib import Path

import pytest

from find_mem_leaks import commands, results
from find_mem_leaks.judging.verdict import Verdict

CONTROLS = Path(__file__).parents[1] / "controls"
SAMPLE = [
    "leak_buffers_until_memory_is_full",
    "leak_connection_per_operation",
    "leak_garbage_above_its_threshold",
    "leak_one_object_in_1000",
    "leak_of_1_mb_an_operation",
    "leak_pages_within_a_reserve",
    "leak_threads_until_none_can_start",
    "leak_under_a_sawtooth",
    "steady_garbage_of_old_objects",
    "steady_kept_for_2_seconds",
    "steady_lru_cache_20000",
    "steady_pool_of_processes_replaced",
    "steady_sqlite_cursors",
    "varies_interned_strings",
]


def load(name):
    spec = importlib.util.spec_from_file_location(name, CONTROLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_controls_are_at_least_forty_and_half_of_them_leak():
    truths = [load(path.stem).TRUTH for path in CONTROLS.glob("*.py")]
    assert len(truths) >= 40
    assert set(truths) == {"leaking", "clean"}
    assert 0.4 <= truths.count("leaking") / len(truths) <= 0.6


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    path = tmp_path_factory.mktemp("controls") / "results.json"
    files = [str(CONTROLS / f"{name}.py") for name in SAMPLE]
    commands.call(["run", *files, "--no-explain", "-q", "--no-table", "-o", str(path)])
    return {cell.stack: cell for cell in results.read(path)}


@pytest.mark.parametrize("name", SAMPLE)
def test_a_controls_verdict_is_its_truth(judged, name):
    cell, control = judged[name], load(name)
    expected = {Verdict.LEAKING} if control.TRUTH == "leaking" else {Verdict.CLEAN, Verdict.BOUNDED}
    assert cell.verdict in expected, cell.reason
    if control.TRUTH == "leaking" and control.RATE:
        assert cell.bytes_per_operation == pytest.approx(control.RATE, rel=0.3, abs=0.2)
