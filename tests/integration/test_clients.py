"""Clients that misbehave, on applications of known truth behind a real server."""

import pytest

from answering import answering, in_one_process
from find_mem_leaks import commands, results
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.subjects import catalogue

KEEPS = "served_keeps_of_clients"
ACQUITTED = {Verdict.CLEAN, Verdict.BOUNDED}


@pytest.fixture
def cells(own_stacks, python_with, tmp_path):
    """The cells of a quick run by their scenarios."""

    def call(stack, *clients, options=("--quick", "--time-cap", "150", "--no-explain")):
        path = tmp_path / "results.json"
        words = ["run", stack, "--clients", ",".join(clients), *options, "-q", "--no-table", "-o", str(path), "-f"]
        commands.call([*words, "--python", python_with("2.0")])
        return {cell.scenario: cell for cell in results.read(path)}

    return call


@pytest.mark.parametrize("client", ["unknown_paths", "abort_response"])
def test_what_an_application_keeps_of_a_client_is_a_leak(cells, client):
    """Of the last the task never ends, which is no hang."""
    cell = cells(KEEPS, client)[client]
    assert cell.error is None
    assert cell.verdict is Verdict.LEAKING
    assert cell.bytes_per_operation > 1_000


@pytest.mark.parametrize("client", ["tcp_probe", "handler_raises"])
def test_a_client_of_which_it_keeps_nothing_is_no_leak(cells, client):
    cell = cells(KEEPS, client)[client]
    assert (cell.error, cell.verdict in ACQUITTED) == (None, True)


def test_what_a_server_keeps_of_a_connection_that_was_reset_is_held_by_a_timer_whose_line_is_named(cells):
    options = ("--rounds", "3", "--operations", "400", "--no-explain")
    [held] = cells(KEEPS, "reset_idle", options=options)["reset_idle"].held
    assert held.name.endswith("Protocol.timeout_keep_alive_handler")
    assert "/uvicorn/protocols/http/" in held.file
    assert held.bytes > 1_000
    assert 0 < held.seconds <= 5


def test_every_client_does_what_it_says_to_a_stack_behind_fastapi(python_with, tmp_path, monkeypatch):
    path = tmp_path / "all.json"
    words = ["run", "intended_leak", "--clients", "all", "--rounds", "1", "--operations", "16", "--no-explain"]
    with answering(python_with("2.0"), catalogue.MEASURED) as ask:
        in_one_process(ask, monkeypatch)
        commands.call([*words, "-j", "1", "-q", "--no-table", "-o", str(path), "--python", python_with("2.0")])
    found = {cell.scenario: cell.error for cell in results.read(path)}
    assert len(found) >= 12
    assert set(found.values()) == {None}


SHOP = """
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

app = FastAPI()
missed = {}


@app.get("/items/{id}")
async def item(id: int):
    return {"id": id}


@app.get("/broken")
async def broken():
    raise KeyError("price")


@app.exception_handler(404)
async def not_found(request: Request, error):
    missed[request.url.path] = bytearray(1_000)  # leaks
    return JSONResponse({}, 404)
"""


def test_clients_of_an_application_of_ones_own_are_rows_each(python_with, tmp_path):
    (tmp_path / "shop.py").write_text(SHOP)
    path = tmp_path / "results.json"
    clients = "unknown_paths,invalid_bodies,websocket_dropped,reset_idle,handler_raises"
    words = ["run", "shop:app", "--app-dir", str(tmp_path), "--clients", clients, "--quick", "--time-cap", "150"]
    commands.call([*words, "-q", "--no-table", "-f", "-o", str(path), "--python", python_with("2.0")])
    cells = {cell.scenario: cell for cell in results.read(path)}
    leaking = cells.pop("unknown_paths")
    assert leaking.verdict is Verdict.LEAKING
    assert "# leaks" in SHOP.splitlines()[leaking.culprits[0].frame.line - 1]
    skipped = {name for name, cell in cells.items() if cell.verdict is Verdict.SKIPPED}
    assert skipped == {"invalid_bodies", "websocket_dropped"}
    assert {cell.verdict for name, cell in cells.items() if name not in skipped} <= ACQUITTED
    assert cells["reset_idle"].verdict is Verdict.BOUNDED
