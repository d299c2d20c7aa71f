"""What real runs recorded, judged again: the same cells to the last digit, however they ended."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from find_mem_leaks import commands, errors, results

CONTROLS = Path(__file__).parents[1] / "controls"
QUIETLY = ["--no-explain", "-q", "--no-table"]
PATIENCE = 120
# Says that it has gone on long enough to be judged, and not so long that its verdict is decided.
SLOW = """
import time
from pathlib import Path

KEPT = []


def operation(i):
    time.sleep(0.002)
    KEPT.append(f"entry {{i}}")
    if i == 2_200:
        Path({begun!r}).touch()
"""


def judged_again(path, capsys):
    """The cells of a file, and what judging it again makes of them."""
    capsys.readouterr()
    commands.call(["judge", str(path), "--json"])
    captured = capsys.readouterr()
    assert "as recorded, to the last digit" in captured.err
    return results.read(path), results.from_json(json.loads(captured.out), "it")


@pytest.mark.parametrize(
    ("control", "words", "verdicts"),
    [
        ("leak_list_of_objects", ["--quick"], {"leaking"}),
        ("leak_list_of_objects", ["--rounds", "4", "--operations", "1500"], {"inconclusive"}),
        ("leak_list_of_objects", ["--rounds", "1", "--operations", "5"], {"inconclusive"}),
        ("leak_threads_never_ending", ["--rounds", "3", "--operations", "300"], {"leaking", "inconclusive"}),
        ("steady_lru_cache_20000", ["--rounds", "5", "--operations", "2000"], {"inconclusive"}),
        ("steady_lru_cache_20000", ["--rounds", "5", "--operations", "12000"], {"bounded", "inconclusive"}),
        ("steady_arithmetic", ["--quick"], {"clean", "bounded"}),
    ],
)
def test_a_real_cell_is_the_same_when_it_is_judged_again(tmp_path, capsys, control, words, verdicts):
    path = tmp_path / "results.json"
    commands.call(["run", str(CONTROLS / f"{control}.py"), *words, *QUIETLY, "-o", str(path)])
    recorded, again = judged_again(path, capsys)
    assert again == recorded
    assert {cell.verdict.value for cell in recorded} <= verdicts, recorded[0].reason


def test_a_cache_that_filled_in_part_is_in_the_record(tmp_path, capsys):
    path = tmp_path / "results.json"
    file = str(CONTROLS / "steady_lru_cache_20000.py")
    commands.call(["run", file, "--rounds", "5", "--operations", "3000", *QUIETLY, "-o", str(path)])
    recorded, again = judged_again(path, capsys)
    assert again == recorded
    assert recorded[0].caps
    assert "_render" in recorded[0].reason


def test_a_cell_that_ctrl_c_ended_is_the_same_when_it_is_judged_again(tmp_path, capsys):
    path, begun = tmp_path / "results.json", tmp_path / "begun"
    (tmp_path / "slow.py").write_text(SLOW.format(begun=str(begun)))
    code = (
        "import signal, sys; from find_mem_leaks import commands\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background has it ignored
        "sys.exit(commands.call(sys.argv[1:]))"
    )
    words = ["run", str(tmp_path / "slow.py"), *QUIETLY, "-o", str(path)]
    with subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.DEVNULL) as process:
        limit = time.monotonic() + PATIENCE
        while not begun.exists() and process.poll() is None and time.monotonic() < limit:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == errors.INTERRUPTED
    recorded, again = judged_again(path, capsys)
    assert again == recorded
    assert recorded[0].interrupted
    assert recorded[0].tests
