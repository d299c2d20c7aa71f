import gc
import io
import json
import subprocess
import sys

import pytest

from find_mem_leaks.measured import changing, protocol
from find_mem_leaks.measured.probes import shared_memory


def serve(*requests):
    lines = b"".join(json.dumps(request).encode() + b"\n" for request in requests)
    replies = io.BytesIO()
    code = protocol.serve(io.BytesIO(lines), replies)
    return code, [json.loads(line) for line in replies.getvalue().splitlines()]


def test_describe_names_what_is_missing():
    code, [reply] = serve({"do": "describe", "modules": ["json", "no_such_module"]})
    assert code == 0
    assert reply["missing"] == ["no_such_module"]
    assert reply["implementation"] == "cpython"
    assert reply["packages"]["psutil"]


def test_an_error_is_the_last_reply_and_tells_its_type_and_place():
    code, [reply] = serve(
        {"do": "open", "stack": "no_such_stack", "directory": ".", "mix": [1], "seed": 0, "capacity": 1}
    )
    assert code == 1
    assert reply["error"]["type"] == "ModuleNotFoundError"
    assert reply["error"]["operation"] == 0
    assert "no_such_stack" in reply["error"]["traceback"]


@pytest.mark.parametrize("stack", ["plain_sqlite", "plain_async"])
def test_a_cell_from_open_to_close(stack, tmp_path, own_package):
    what = {"stack": stack, "directory": str(tmp_path), "mix": [40, 30, 20, 10], "seed": 1, "capacity": 99}
    code, replies = serve_in(
        own_package,
        {"do": "open", **what, "probes": ["threads", "descriptors"]},
        {"do": "prepare", "round": 0, "operations": 50},
        {"do": "stretch", "operations": 30},
        {"do": "stretch", "operations": 20},
        {"do": "finish"},
        {"do": "close"},
    )
    assert code == 0
    opened, prepared, first, second, finished, closed = replies
    assert opened["python"]
    assert opened["allocator"].startswith("pymalloc, glibc 2.")
    assert prepared["counts"] == {"create": 20, "read": 15, "update": 10, "delete": 5}
    for stretch in (first, second):
        assert stretch["seconds"] > 0
        assert stretch["live_bytes"] > 1_000_000
        assert stretch["blocks"] > 10_000
        assert stretch["counts"]["threads"] >= 1
        assert stretch["counts"]["descriptors"] >= 3
        assert stretch["unread"] == {}
    assert finished["peak"] >= finished["rss"] > finished["anonymous"] > 0
    assert (first["calls"], second["calls"], finished["exact"]["calls"]) == (1, 2, 2)
    assert 1_000_000 < finished["exact"]["live_bytes"] <= second["live_bytes"] + 5_000
    assert closed == {"closed": True}


def test_an_operation_that_raises_says_how_many_came_before_it(tmp_path, own_package):
    code, replies = serve_in(
        own_package,
        {"do": "open", "stack": "raises", "directory": str(tmp_path), "mix": [0, 0, 0, 1], "seed": 1, "capacity": 200},
        {"do": "prepare", "round": 0, "operations": 150},
        {"do": "stretch", "operations": 90},
        {"do": "stretch", "operations": 60},
    )
    assert code == 1
    assert replies[-1]["error"]["type"] == "RuntimeError"
    assert replies[-1]["error"]["operation"] == 99


def test_a_stack_that_does_not_do_what_the_plan_says_is_found_out(tmp_path, own_package):
    code, replies = serve_in(
        own_package,
        {"do": "open", "stack": "liar", "directory": str(tmp_path), "mix": [0, 0, 0, 1], "seed": 1, "capacity": 200},
        {"do": "prepare", "round": 0, "operations": 150},
        {"do": "stretch", "operations": 150},
        {"do": "finish"},
    )
    assert code == 1
    assert "leaves 1 posts, the database holds 2" in replies[-1]["error"]["message"]


@pytest.fixture
def left_alone(tmp_path):
    """The request that opens a workload of one's own, which nothing is done to between operations."""
    (tmp_path / "nothing.py").write_text("def operation(i):\n    pass\n")
    return {"do": "open", "file": str(tmp_path / "nothing.py"), "directory": str(tmp_path), "hands_off": True}


def test_a_process_that_is_left_alone_collects_and_trims_where_it_is_asked_to(left_alone, monkeypatch):
    done = []
    monkeypatch.setitem(changing.BETWEEN, "collect", lambda: done.append(1))
    code, replies = serve(
        left_alone,
        {"do": "weigh", "library": ""},
        {"do": "prepare", "round": 0, "operations": 60},
        {"do": "leave", "operations": 25, "every": 10, "between": "collect"},
        {"do": "leave", "operations": 4, "every": 10, "between": "collect"},
        {"do": "leave", "operations": 1, "every": 10, "between": "collect"},
        {"do": "leave", "operations": 30},
        {"do": "close"},
    )
    assert code == 0
    assert len(done) == 3
    assert replies[1]["loaded"]
    assert all(reply["seconds"] > 0 for reply in replies[3:7])


def test_the_collector_is_given_its_own_settings_again_on_request(left_alone):
    before = gc.get_threshold()
    try:
        gc.set_threshold(1_000_000_000)
        code, replies = serve(left_alone, {"do": "restore"})
        assert code == 0
        assert replies[1] == {"thresholds": list(gc.get_threshold())}
        assert gc.get_threshold()[0] < 1_000_000
    finally:
        gc.set_threshold(*before)


def test_the_collector_is_switched_off_on_request(left_alone):
    try:
        code, replies = serve(left_alone, {"do": "keep_garbage"})
        assert (code, replies[1]) == (0, {"was_enabled": True})
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.fixture
def own_package(own_stacks):
    """The measured wing with the tests' own stacks, imported under a name of its own."""
    import importlib.util
    import sys

    folder = own_stacks.parent
    spec = importlib.util.spec_from_file_location(
        "own_measured", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules["own_measured"] = package
    spec.loader.exec_module(package)
    yield "own_measured"
    for name in [name for name in sys.modules if name.split(".")[0] == "own_measured"]:
        del sys.modules[name]


def serve_in(package, *requests):
    import importlib

    own = importlib.import_module(f"{package}.protocol")
    lines = b"".join(json.dumps(request).encode() + b"\n" for request in requests)
    replies = io.BytesIO()
    code = own.serve(io.BytesIO(lines), replies)
    return code, [json.loads(line) for line in replies.getvalue().splitlines()]


OWN = "from multiprocessing import shared_memory\ndef operation(i): pass\n"


def opened(tmp_path, *requests):
    own = tmp_path / "own.py"
    own.write_text(OWN)
    what = {"file": str(own), "directory": str(tmp_path), "probes": ["shared_memory"]}
    return serve({"do": "open", **what}, *requests)


def test_a_process_tells_of_those_below_it(tmp_path):
    with subprocess.Popen(["sleep", "60"]) as child:
        code, [_, reply] = opened(tmp_path, {"do": "family", "most": 99})
        child.kill()
    assert code == 0
    assert child.pid in [each["pid"] for each in reply["family"]]


def test_shared_memory_is_written_down_from_before_the_stack_is_opened(tmp_path, monkeypatch):
    begun = []
    monkeypatch.setattr(shared_memory, "begin", begun.append)
    assert opened(tmp_path)[0] == 0
    assert begun == [str(tmp_path)]


def test_where_shared_memory_cannot_be_watched_a_stack_is_opened_none_the_less(tmp_path, monkeypatch):
    name = "find_mem_leaks.measured.probes.shared_memory"
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delattr("find_mem_leaks.measured.probes.shared_memory")
    code, replies = opened(tmp_path, {"do": "stretch", "operations": 1})
    assert code == 0
    assert list(replies[-1]["unread"]) == ["shared_memory"]


CANCELLING = """
import asyncio

kept = []

async def setup():
    asyncio.get_running_loop().call_later(60, print)  # asyncio drops what was cancelled and comes before all others

async def operation(i):
    kept.append([i])
    asyncio.get_running_loop().call_later(3600, print, [i]).cancel()
"""


def test_timers_that_were_cancelled_are_not_what_holds_what_leaks(tmp_path):
    """asyncio keeps up to a hundred of them: they grow in a survey as they do at no other look."""
    (tmp_path / "cancelling.py").write_text(CANCELLING)
    limits = {"first": 40, "least": 40, "most": 40, "within": 60.0, "rate": 1.0, "bytes": 0.0, "lines": []}
    file = str(tmp_path / "cancelling.py")
    what = {"file": file, "scenario": "operation", "directory": str(tmp_path), "mix": [1], "seed": 1, "capacity": 99}
    code, replies = serve({"do": "open", **what}, {"do": "survey", "round": 1, **limits}, {"do": "close"})
    assert code == 0
    holders = [entry["holder"] for entry in replies[1]["held"]]
    assert "list `kept` of module cancelling" in holders[0]
    assert not [holder for holder in holders if "_scheduled" in holder]


LIKE_A_PROGRAM = """
import asyncio, contextvars

last = contextvars.ContextVar("last")
main = []

async def setup():
    last.set((None, None))
    main.append(asyncio.current_task())

async def operation(i):
    last.set((i, last.get()))  # leaks: each value holds the one before it

async def teardown():
    assert main == [asyncio.current_task()]
    assert last.get()[0] == 3999
"""


def test_what_a_context_variable_chains_up_grows_from_look_to_look(tmp_path):
    (tmp_path / "chain.py").write_text(LIKE_A_PROGRAM)
    code, replies = serve(
        {"do": "open", "file": str(tmp_path / "chain.py"), "directory": str(tmp_path)},
        {"do": "prepare", "round": 0, "operations": 4_000},
        {"do": "stretch", "operations": 2_000},
        {"do": "stretch", "operations": 2_000},
        {"do": "close"},
    )
    assert code == 0, replies[-1]
    assert replies[3]["blocks"] - replies[2]["blocks"] >= 2_000


@pytest.mark.parametrize("error", ["asyncio.CancelledError()", "GeneratorExit('over')"])
def test_an_error_that_is_no_exception_is_told_too(tmp_path, error):
    (tmp_path / "cancelled.py").write_text(f"import asyncio\ndef operation(i):\n    if i: raise {error}\n")
    opening = {"do": "open", "file": str(tmp_path / "cancelled.py"), "directory": str(tmp_path), "probes": []}
    asked = [{"do": "prepare", "round": 1, "operations": 9}, {"do": "stretch", "operations": 5}]
    code, replies = serve(opening, *asked)
    assert code == 1
    assert replies[-1]["error"]["operation"] == 1
