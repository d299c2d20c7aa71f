"""The stacks that ship, in each SQLAlchemy series, clean and with a deliberate leak."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from conftest import SERIES
from find_mem_leaks import commands, errors, results
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.subjects import catalogue, environments

# Those that are served are in test_stacks.py and test_served_stacks.py.
STACKS = {name: stack for name, stack in catalogue.stacks().items() if stack.is_usual and not stack.is_served}
LABELS = {"1.4": "sqlalchemy1x_", "2.0": "sqlalchemy2x_", "2.1": "sqlalchemy21x_"}
LEAKING = """
from . import {name}
from ._keeping import mixin
from .{name} import REQUIRES as REQUIRES


class Stack(mixin({name}.Stack), {name}.Stack):
    pass
"""


def part(series):
    """The names of some stacks that ship: with all series together, all of them."""
    return sorted(STACKS)[SERIES.index(series) :: len(SERIES)]


@pytest.mark.parametrize("series", SERIES)
def test_a_stack_is_clean_and_a_leak_of_one_object_in_each_operation_is_found(
    own_stacks, tmp_path, python_with, series
):
    """Each in one series: what they do in the others is in test_stacks.py, what they read there in tests/recorded."""
    path = tmp_path / "results.json"
    for name in part(series):
        (own_stacks / f"leaking_{name}.py").write_text(LEAKING.format(name=name))
    patient = ["--quick", "--no-explain", "--time-cap", "120"]  # on a busy machine the same operations take longer
    stacks = [*part(series), *(f"leaking_{name}" for name in part(series))]
    words = [*stacks, *patient, "-q", "--no-table", "-o", str(path), "--python", python_with(series)]
    assert commands.call(["run", *words]) == errors.LEAK
    cells = {cell.stack: cell for cell in results.read(path)}
    for name in part(series):
        label = LABELS[series] if "sqlalchemy" in STACKS[name].requires else ""
        clean, leak = cells[label + name], cells[f"{label}leaking_{name}"]
        assert (clean.sqlalchemy and clean.sqlalchemy[:3]) == (series if label else None)
        assert clean.verdict in {Verdict.CLEAN, Verdict.BOUNDED}, clean.reason
        assert leak.verdict is Verdict.LEAKING, leak.reason
        assert leak.interval[0] <= 16 <= leak.interval[1]


def test_a_stack_without_sqlalchemy_is_one_row_of_the_table_of_all_series(tmp_path, python_with, capsys):
    files = []
    for series in SERIES[:2]:
        files.append(str(tmp_path / f"{series}.json"))
        short = ["-s", "read_heavy", "--rounds", "2", "--operations", "60", "-q", "--no-table", "-o", files[-1]]
        names = ["peewee_sync_connection", "sync_session"]
        assert commands.call(["run", *names, *short, "--python", python_with(series)]) == errors.CLEAN
    capsys.readouterr()
    assert commands.call(["show", *files, "--json"]) == errors.CLEAN
    shown = [cell["stack"] for cell in json.loads(capsys.readouterr().out)["cells"]]
    assert sorted(shown) == ["peewee_sync_connection", "sqlalchemy1x_sync_session", "sqlalchemy2x_sync_session"]


def test_the_fixed_protocol_fills_every_row_kind_of_the_original_table(own_stacks, tmp_path, python_with, capsys):
    path = tmp_path / "results.json"
    arguments = ["sync_session", "async_session", "-s", "read_heavy", "-s", "delete_heavy"]
    fixed = ["--rounds", "5", "--operations", "100", "-q", "--no-table", "-o", str(path)]
    assert commands.call(["run", *arguments, *fixed, "--python", python_with("1.4")]) == 0
    capsys.readouterr()
    assert commands.call(["show", str(path), "--format", "seed"]) == 0
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| sqlalchemy1x")]
    assert len(rows) == 2 * 2 * 5
    assert {row[1] for row in rows} == {"read_heavy", "delete_heavy"}
    assert [row[3] for row in rows[:5]] == ["1", "2", "3", "4", "5"]
    for row in rows:
        diff, initial, final = (float(text) for text in row[4:7])
        assert final - initial == pytest.approx(diff, abs=0.011)
        assert 20 < initial < 200
        assert row[7] == "100"
        assert sum(float(text.strip(" |")) for text in row[8:]) == pytest.approx(1)


def test_the_page_on_adding_a_stack_has_one_of_sqlmodel_that_does_what_the_plan_says(own_stacks, tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "adding-a-stack.md").read_text(encoding="utf-8")
    [text] = [
        block for block in re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE) if "SQLModel" in block
    ]
    (own_stacks / "sqlmodel_session.py").write_text(text)
    path = tmp_path / "results.json"
    words = [
        "-s",
        "balanced",
        "--with",
        "sqlalchemy==2.0.*",
        "--with",
        "sqlmodel",
        "--rounds",
        "2",
        "--operations",
        "60",
    ]
    assert commands.call(["run", "sqlmodel_session", *words, "-q", "--no-table", "-o", str(path)]) == errors.CLEAN
    [cell] = results.read(path)
    assert (cell.stack, cell.error, cell.operations) == ("sqlalchemy2x_sqlmodel_session", None, 60)


@pytest.mark.parametrize("version", ["3.8", "3.13"])
def test_the_oldest_and_a_new_python_are_measured_too(own_stacks, tmp_path, version):
    try:
        environments.find_python(version)
    except errors.UsageError:
        pytest.xfail(f"Python {version} is not installed on this machine")
    path = tmp_path / "results.json"
    stacks = ["plain_sqlite", "leaking_sqlite", "async_session"]
    packages = ["--with", "sqlalchemy[asyncio]==2.0.*", "--with", "aiosqlite"]
    arguments = [
        "--python",
        version,
        *packages,
        "--quick",
        "--no-explain",
        "--time-cap",
        "120",
        "-q",
        "--no-table",
        "-o",
        str(path),
    ]
    assert commands.call(["run", *stacks, *arguments]) == errors.LEAK
    cells = {cell.stack: cell for cell in results.read(path)}
    assert all(cell.python.startswith(version) for cell in cells.values())
    assert cells["leaking_sqlite"].verdict is Verdict.LEAKING
    assert cells["plain_sqlite"].verdict in {Verdict.CLEAN, Verdict.BOUNDED}
    assert cells["sqlalchemy2x_async_session"].verdict in {Verdict.CLEAN, Verdict.BOUNDED}


FILLED = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
from measured.blog import engines

def kept(pool):
    return pool.checkedin() if hasattr(pool, "checkedin") else 0

async def main(path):
    plain, other = engines.make(path), engines.make_async(path)
    engines.fill_pool(plain)
    await engines.fill_pool_async(other)
    print(kept(plain.pool), kept(other.sync_engine.pool))
    plain.dispose()
    await other.dispose()

asyncio.run(main(sys.argv[2]))
"""


@pytest.mark.parametrize(("series", "connections"), [("1.4", "0 0"), ("2.0", "5 5"), ("2.1", "5 5")])
def test_all_connections_that_a_pool_keeps_are_opened_before_a_served_stack_is_measured(
    python_with, tmp_path, series, connections
):
    words = [python_with(series), "-c", FILLED, str(catalogue.MEASURED.parent), str(tmp_path / "posts.sqlite")]
    answer = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.strip() == connections
