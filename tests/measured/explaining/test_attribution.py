"""Attribution in this process: under real memray, on a workload that keeps and one that caches."""

import pytest

from find_mem_leaks.measured import user_file
from find_mem_leaks.measured.explaining import attribution

WINDOW = 60


@pytest.fixture
def attributed(tmp_path):
    def run(text, **changes):
        (tmp_path / "own.py").write_text(text)
        workload = user_file.Operations(user_file.load(str(tmp_path / "own.py")), "own", str(tmp_path))
        request = {
            "warm_up": 20,
            "window": WINDOW,
            "within": 30.0,
            "native": False,
            "capture": str(tmp_path / "c.bin"),
        }
        return attribution.attribute(workload, lambda result: None, {**request, **changes})

    return run


def test_what_is_kept_is_twice_as_much_after_the_second_window(attributed):
    found = attributed("kept = []\ndef operation(i):\n    kept.append(bytearray(2000))\n")
    counts = {tuple(record["stack"][0])[2]: record["counts"] for record in found["growing"]}
    first, first_bytes, both, both_bytes = counts[3]
    assert first >= WINDOW
    assert both == pytest.approx(2 * first, abs=4)
    assert first_bytes == pytest.approx(WINDOW * 2000, rel=0.1)
    assert both_bytes == pytest.approx(2 * WINDOW * 2000, rel=0.1)


def test_windows_between_which_memray_got_no_turn_are_carried_out_again(attributed, monkeypatch):
    monkeypatch.setattr(attribution, "SNAPSHOT", 400)
    monkeypatch.setattr(attribution, "SILENCES", (0.0, 1.0))
    found = attributed(
        "kept, calls = [], []\ndef operation(i):\n    kept.append(bytearray(2000))\n    calls.append(i)\n"
    )
    counts = {tuple(record["stack"][0])[2]: record["counts"] for record in found["growing"]}
    first, _, both, _ = counts[3]
    assert first >= WINDOW
    assert both == pytest.approx(2 * first, abs=4)


def test_windows_that_cannot_be_told_apart_are_an_error(attributed, monkeypatch):
    monkeypatch.setattr(attribution, "SNAPSHOT", 60_000)
    monkeypatch.setattr(attribution, "SILENCES", (0.0, 0.01))
    with pytest.raises(RuntimeError, match="measure again"):
        attributed("kept = []\ndef operation(i):\n    kept.append(bytearray(2000))\n")


def test_what_a_cache_holds_does_not_grow(attributed):
    found = attributed("last = {}\ndef operation(i):\n    last[i % 10] = bytearray(2000)\n")
    lines = [record["stack"][0][2] for record in found["growing"]]
    assert 3 not in lines


def test_frames_of_c_are_told_if_asked_for(attributed):
    found = attributed("kept = []\ndef operation(i):\n    kept.append(bytearray(2000))\n", native=True)
    assert any(not frame[1].endswith(".py") for record in found["growing"] for frame in record["stack"])
    counts = [record["counts"] for record in found["growing"] if record["counts"][3] > 100_000]
    assert counts
    assert all(both == pytest.approx(2 * first, abs=4) for first, _, both, _ in counts)


def test_code_without_a_line_of_its_own_stands_where_its_function_begins():
    function = test_code_without_a_line_of_its_own_stands_where_its_function_begins
    [frame] = attribution._cut([(function.__name__, __file__, 0)])
    assert frame[2] == function.__code__.co_firstlineno
    assert attribution._cut([("nothing", __file__, 0), ("PyList_New", "listobject.c", 0)]) == (
        ("nothing", __file__, 0),
        ("PyList_New", "listobject.c", 0),
    )
