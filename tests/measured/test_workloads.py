"""A stack under a plan, in this process: the rows are what the plan leaves, for plain and for coroutine functions."""

import asyncio
import importlib.util
import inspect
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from find_mem_leaks.measured import served, user_file, workloads
from find_mem_leaks.measured.blog.database import File
from find_mem_leaks.subjects import catalogue

STACKS = Path(__file__).parents[1] / "stacks"


def plain(path):
    spec = importlib.util.spec_from_file_location(
        "find_mem_leaks.measured.stacks.plain_sqlite", STACKS / "plain_sqlite.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Stack(path)


class Async:
    """The same behind coroutine functions."""

    def __init__(self, path):
        self._stack = plain(path)

    async def open(self):
        self._stack.open()

    async def create(self):
        self._stack.create()

    async def read(self, post_id):
        self._stack.read(post_id)

    async def update(self, post_id):
        self._stack.update(post_id)

    async def delete(self, post_id):
        self._stack.delete(post_id)

    async def close(self):
        self._stack.close()


@pytest.fixture(params=[plain, Async], ids=["plain", "async"])
def workload(request, tmp_path):
    file = str(tmp_path / "database.sqlite")
    return workloads.StackWorkload(request.param(file), File(file), (40, 30, 20, 10), 7, 200)


def finish(result):
    if inspect.isawaitable(result):
        asyncio.run(result)


def test_a_round_leaves_the_rows_of_its_plan(workload):
    finish(workload.open())
    counts = workload.prepare(1, 100)
    assert counts == {"create": 40, "read": 30, "update": 20, "delete": 10}
    finish(workload.stretch(0, 60))
    finish(workload.stretch(60, 100))
    workload.check()
    finish(workload.close())


def test_rows_that_the_plan_does_not_leave_are_found_out(workload):
    finish(workload.open())
    workload.prepare(1, 100)
    finish(workload.stretch(0, 100))
    with sqlite3.connect(workload.database.url) as connection:
        connection.execute("DELETE FROM post WHERE id = (SELECT max(id) FROM post)")
    connection.close()
    with pytest.raises(RuntimeError, match="the plan leaves 41 posts, the database holds 40"):
        workload.check()
    finish(workload.close())


def test_an_operation_that_raises_says_how_many_were_completed(workload):
    finish(workload.open())
    workload.prepare(1, 100)
    finish(workload.stretch(0, 50))
    with sqlite3.connect(workload.database.url) as connection:
        connection.execute("DROP TABLE post")
    connection.close()
    with pytest.raises(sqlite3.Error):
        finish(workload.stretch(50, 100))
    assert workload.completed < 50
    finish(workload.close())


def opened(file=None, stack="plain_sqlite", **changes):
    request = {"file": file, "stack": stack, "directory": "/nowhere", "mix": (1, 1, 1, 1), "seed": 0, "capacity": 10}
    return workloads.load({**request, "scenario": "any", **changes})


def test_a_file_of_ones_own_comes_before_any_stack(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    file = tmp_path / "work.py"
    file.write_text("def operation(i):\n    pass\n")
    assert isinstance(opened(str(file), scenario="operation"), user_file.Operations)
    with pytest.raises(TypeError, match=r"no function operation_read\(i\)"):
        opened(str(file), scenario="read")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ({"Stack": lambda path: SimpleNamespace(create=print, open=print, close=print)}, workloads.StackWorkload),
        ({"Stack": lambda path: SimpleNamespace(requests={})}, served.ServedWorkload),
        ({"operation": lambda i: None}, user_file.Operations),
    ],
)
def test_a_stack_is_told_by_the_shape_of_its_module(code, kind, monkeypatch):
    monkeypatch.setitem(sys.modules, "find_mem_leaks.measured.stacks.of_this_test", SimpleNamespace(**code))
    assert type(opened(stack="of_this_test", concurrency=1)) is kind


def test_a_stack_that_is_not_there_is_an_error_that_names_it():
    with pytest.raises(ModuleNotFoundError, match="no_such_stack"):
        opened(stack="no_such_stack")


def test_each_round_begins_with_the_same_rows(workload):
    finish(workload.open())
    for number in (1, 2):
        workload.prepare(number, 100)
        finish(workload.stretch(0, 100))
        workload.check()
    finish(workload.close())


def test_a_round_of_no_operations_leaves_what_it_found(workload):
    finish(workload.open())
    assert workload.prepare(0, 0) == {"create": 0, "read": 0, "update": 0, "delete": 0}
    finish(workload.stretch(0, 0))
    workload.check()
    finish(workload.close())


def test_a_file_of_ones_own_is_not_given_a_database_that_it_does_not_import(tmp_path):
    (tmp_path / "own.py").write_text("import sys\ndef operation(i):\n    assert 'sqlite3' not in sys.modules\n")
    open_, prepare, stretch = (
        {"do": "open", "file": str(tmp_path / "own.py"), "directory": str(tmp_path)},
        {"do": "prepare", "round": 0, "operations": 1},
        {"do": "stretch", "operations": 1},
    )
    lines = "".join(f"{json.dumps(request)}\n" for request in (open_, prepare, stretch))
    answered = subprocess.run(
        [sys.executable, "-S", str(catalogue.MEASURED)], input=lines, capture_output=True, text=True, check=True
    )
    assert "seconds" in json.loads(answered.stdout.splitlines()[-1])
