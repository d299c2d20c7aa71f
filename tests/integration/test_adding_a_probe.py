"""docs/adding-a-probe.md, followed in a copy of the project: one file, and a leak is convicted by it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from find_mem_leaks import errors, results
from find_mem_leaks.judging.verdict import Verdict

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-probe.md").read_text(encoding="utf-8")
WORKLOAD, FILE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def measure(tmp_path):
    """A run of the page's workload by a copy of the project: its exit code and its cell."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "compress_reports.py").write_text(WORKLOAD)

    def call():
        command = [sys.executable, "-m", "find_mem_leaks", "run", "compress_reports.py", "--quick", "-q"]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src")}
        done = subprocess.run([*command, "-f", "-o", "results.json"], cwd=tmp_path, env=environment, check=False)
        [cell] = results.read(tmp_path / "results.json")
        return done.returncode, cell

    return call


@pytest.mark.skipif(not Path("/proc/self/timers").exists(), reason="the kernel lists no timers")
def test_one_file_makes_a_probe_that_convicts_and_finds_its_line(tmp_path, measure):
    code, before = measure()
    assert code == errors.CLEAN
    assert before.verdict in {Verdict.CLEAN, Verdict.BOUNDED}
    (tmp_path / "src" / "find_mem_leaks" / "measured" / "probes" / "timers.py").write_text(FILE)
    code, after = measure()
    assert code == errors.LEAK
    assert after.convicted_by == ("timers",)
    assert after.growth["timers"].low <= 1 / 100 <= after.growth["timers"].high
    assert "timers +0.0" in after.reason
    assert "timers/op" in after.reason
    culprit = after.culprits[0]
    assert culprit.type == "timer"
    assert "timer_create(" in WORKLOAD.splitlines()[culprit.frame.line - 1]
