"""Scalene: ``scalene run --outfile``, and whether its report lists a leak in any file.

https://github.com/plasma-umass/scalene ("scalene run", "--help-advanced"): by default it profiles memory, looks for
leaks (``--memory-leak-detector``, experimental) and writes JSON. Options are its defaults, except that the program that
it starts is this script, so ``--program-path`` names the directory of the workload as the code to profile.

It samples, and says itself that it needs "at least one second" or 10 MB of allocations: rounds go on for ``SECONDS``,
unless ``ENOUGH`` memory has been gained: fast operations run more often than for other peers. It looks for leaks only
above a footprint of 100 MB (``scalene_memory_profiler.py`` of 2.4.0), which small or slow leaks do not reach.

No verdict if it takes longer than ``TIME_LIMIT``, if it writes no report, or an empty one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from workload import CLEAN, LEAKING, LOOP_SECONDS, ROUND, ROUNDS, UNDECIDED, WARM_UP, Workload, described, report_file

SECONDS = 2.0
ENOUGH = 512 << 20
TIME_LIMIT = 120.0


def profiled(path: Path, outcome: Path) -> None:
    """Run inside Scalene: do the operations; write their number, or what they raised, to ``outcome`` as JSON."""
    try:
        answer = {"operations": _operations(Workload(path))}
    except (Exception, SystemExit) as error:
        answer = {"error": described(error)}
    outcome.write_text(json.dumps(answer))


def _operations(workload: Workload) -> int:
    resident = psutil.Process().memory_info
    done = rounds = 0
    with workload.running():
        workload.run(WARM_UP)
        begin, before = time.perf_counter(), resident().rss
        while (gone := time.perf_counter() - begin) < LOOP_SECONDS:
            if rounds >= ROUNDS and (gone >= SECONDS or resident().rss - before >= ENOUGH):
                break
            done += workload.run(ROUND)
            rounds += 1
    return done


def judge(path: Path) -> tuple[str, str]:
    with tempfile.TemporaryDirectory() as directory:
        profile, outcome = Path(directory, "profile.json"), Path(directory, "outcome.json")
        options = ["--outfile", str(profile), "--program-path", str(path.parent)]
        program = [str(Path(__file__).resolve()), "---", str(path), str(outcome)]
        try:
            printed = _output([sys.executable, "-m", "scalene", "run", *options, *program], directory)
        except subprocess.TimeoutExpired:
            return UNDECIDED, f"not done after {TIME_LIMIT:.0f} s"
        if not outcome.exists():
            return UNDECIDED, f"Scalene: {printed[-200:]}"
        return _verdict(json.loads(outcome.read_text()), json.loads(profile.read_text()) if profile.exists() else {})


def _output(command: list[str], directory: str) -> str:
    """Return what the command prints; it and its children are killed if they take longer than ``TIME_LIMIT``."""
    process = subprocess.Popen(
        command,
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=TIME_LIMIT)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise


def _verdict(outcome: dict[str, Any], profile: dict[str, Any]) -> tuple[str, str]:
    if "error" in outcome:
        return UNDECIDED, outcome["error"]
    operations = f"{outcome['operations']} operations"
    if not profile.get("files"):
        return UNDECIDED, f"Scalene's report is empty after {operations}"
    places = [f"{Path(name).name}:{line}" for name, file in profile["files"].items() for line in file["leaks"]]
    footprint = f"{profile['max_footprint_mb']:.0f} MB at most, {operations}"
    return (LEAKING, f"leaks at {', '.join(places)}; {footprint}") if places else (CLEAN, f"no leaks; {footprint}")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        profiled(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        report_file(judge)
