"""Workloads have what those ask for that carry them out: the type checker sees to the types, this to the names."""

from types import SimpleNamespace

import pytest

from find_mem_leaks.measured import served_applications, several_workers, tests, user_file, waiting, workload

WORKLOADS = [
    user_file.Operations(SimpleNamespace(operation=lambda i: None), "name", "/place"),
    tests.Test({"nodeid": "test_a.py::test_b", "path": "/test_a.py", "arguments": []}, "/place"),
    waiting.Waiting(),
]


def members(protocol):
    named = {*vars(protocol), *vars(protocol).get("__annotations__", {})}
    return {name for name in named if not name.startswith("_")}


@pytest.mark.parametrize("made", WORKLOADS, ids=lambda made: type(made).__name__)
def test_a_workload_has_what_a_round_asks_for(made):
    lacking = {name for name in members(workload.Workload) if not hasattr(made, name)}
    assert lacking <= ({"open", "stretch", "close"} if isinstance(made, waiting.Waiting) else set())


@pytest.mark.parametrize("of", [served_applications.AsgiWorkload, served_applications.WsgiWorkload])
def test_an_application_answers_single_requests(of):
    assert {"attempt", "read_answers"} <= {*dir(of)}


def test_several_workers_look_at_memory_as_a_process_does():
    assert members(workload.Looks) <= {*dir(several_workers.SeveralWorkers)}
