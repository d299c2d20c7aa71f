"""Applications as their servers know them, each of their routes measured: under uvicorn and under waitress."""

import re
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest

from find_mem_leaks import commands, errors, results
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict
from find_mem_leaks.subjects import catalogue, environments

INTENDED = "find_mem_leaks.measured.stacks.intended_leak:application()"
# A list of the module keeps a bytearray of 1,000 bytes, its object, and its place in the list.
KEPT = 1_000 + 1 + 64 + 8

FLASK = """
from flask import Flask, abort, request

app = Flask(__name__)
kept, seen = [], {}


@app.get("/")
def index():
    return "fine"


@app.post("/orders")
def order():
    kept.append(bytearray(1_000))  # the leak
    return {"orders": len(kept)}


@app.get("/users/<int:id>")
def user(id):
    seen.setdefault(id % 10, request.path)
    return {"id": id}


@app.get("/missing")
def missing():
    abort(404)


@app.get("/broken")
def broken():
    raise KeyError("price")


@app.delete("/orders")
def forget():
    kept.clear()
    return ""
"""


# Rows that are made, read and taken away by whom has a token; each request is noted with the rows that there were.
ROWS = """
import json, os
from pathlib import Path

SENT = Path(__file__).parent / "sent"
rows, numbers, token = {}, iter(range(1, 10**9)), os.urandom(8).hex()
PATHS = {
    "/token": {"post": {}},
    "/rows": {"post": {}},
    "/rows/{row_id}": {"get": {}, "delete": {}},
    "/dies": {"get": {}},
}


def answer(method, path, headers):
    if path == "/token":
        return 200, {"access_token": token}
    if headers.get("authorization") != "Bearer " + token:
        return 401, {}
    if path == "/dies":
        os._exit(7)
    with SENT.open("a") as sent:
        sent.write(f"{os.getpid()} {method} {path} {len(rows)}\\n")
    if method == "POST":
        number = next(numbers)
        rows[number] = path
        return 201, {"row_id": number}
    number = int(path.rpartition("/")[2])
    if number not in rows:
        return 404, {}
    return 200, {"path": rows[number] if method == "GET" else rows.pop(number)}


class Rows:
    def openapi(self):
        parameters = [{"name": "row_id", "in": "path", "schema": {"type": "integer"}}]
        paths = {path: {**item, "parameters": parameters * ("{" in path)} for path, item in PATHS.items()}
        return {"paths": paths}

    async def __call__(self, scope, receive, send):
        assert scope["type"] == "http"
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        status, body = answer(scope["method"], scope["path"], headers)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(body).encode()})


app = Rows()
"""


@pytest.fixture(scope="module")
def flask():
    with environments.throw_away(sys.executable, ["flask", "psutil"]) as python:
        yield python


@pytest.fixture
def run(tmp_path):
    """A run: its exit code, and its cells by their scenarios."""

    def call(*arguments):
        path = tmp_path / "results.json"
        code = commands.call(["run", *arguments, "-q", "--no-table", "-j", "2", "-f", "-o", str(path)])
        return code, {cell.scenario: cell for cell in results.read(path)} if path.exists() else {}

    return call


def test_an_application_that_leaks_on_purpose_leaks_at_two_routes_by_its_openapi_alone(run, python_with):
    folder = str(catalogue.MEASURED.parents[1])
    words = ["--app-dir", folder, "--python", python_with("2.0"), "--quick", "--time-cap", "120"]
    chosen = ("POST *", "GET /missing", "GET /resource", "WEBSOCKET *")
    code, cells = run(INTENDED, *words, *(word for name in chosen for word in ("-s", name)))
    assert code == errors.LEAK
    verdicts = {scenario: cell.verdict for scenario, cell in cells.items()}
    leaking = {scenario for scenario, verdict in verdicts.items() if verdict is Verdict.LEAKING}
    assert leaking == {"POST /kept", "POST /kept-by-task"}
    assert verdicts.pop("GET /missing") is Verdict.SKIPPED
    assert verdicts.pop("WEBSOCKET /socket") is Verdict.SKIPPED
    assert "needs websockets" in cells["WEBSOCKET /socket"].reason
    assert {verdict for name, verdict in verdicts.items() if name not in leaking} <= ACQUITTED
    lines = (catalogue.MEASURED / "stacks" / "intended_leak.py").read_text().splitlines()
    for name in leaking:
        assert cells[name].bytes_per_operation == pytest.approx(KEPT, rel=0.1)
        frame = cells[name].culprits[0].frame
        assert "bytearray(PAYLOAD)" in lines[frame.line - 1]
        assert "kept_by_" in cells[name].culprits[0].holder


def test_a_flask_application_of_a_file_is_served_by_waitress_fetched_for_the_run(
    run, flask, tmp_path, monkeypatch, capfd
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.py").write_text(FLASK)
    code, cells = run("shop.py", "--python", flask, "--quick")
    assert f"shop:app is served by waitress, fetched for this run, since {flask} lacks it" in capfd.readouterr().err
    assert code == errors.LEAK
    verdicts = {scenario: cell.verdict for scenario, cell in cells.items()}
    assert verdicts["POST /orders"] is Verdict.LEAKING
    assert {verdicts["GET /"], verdicts["GET /users/{id}"]} <= ACQUITTED
    assert (verdicts["GET /missing"], verdicts["GET /broken"]) == (Verdict.SKIPPED, Verdict.FAILED)
    assert "DELETE /orders" not in verdicts
    assert cells["POST /orders"].bytes_per_operation == pytest.approx(KEPT, rel=0.1)
    frame = cells["POST /orders"].culprits[0].frame
    assert "# the leak" in FLASK.splitlines()[frame.line - 1]
    assert cells["POST /orders"].stack == "shop:app"


def test_two_workers_of_gunicorn_are_measured_as_one_family(run, flask, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.py").write_text(FLASK)
    routes = ["-s", "GET /", "-s", "POST /orders"]
    code, cells = run("shop:app", "--python", flask, "--quick", "--workers", "2", *routes)
    assert code == errors.LEAK
    assert cells["GET /"].verdict in ACQUITTED
    leaking = cells["POST /orders"]
    assert leaking.stack == "shop:app (2 workers)"
    assert leaking.bytes_per_operation == pytest.approx(KEPT, rel=0.1)
    assert {child.name for child in leaking.children} == {"worker 1", "worker 2"}
    grown = sum(child.growth for child in leaking.children)
    assert grown == pytest.approx(KEPT * leaking.operations, rel=0.2)
    assert "# the leak" in FLASK.splitlines()[leaking.culprits[0].frame.line - 1]


def test_workers_of_uvicorn_are_measured_and_none_outlives_the_tool(run, python_with, tmp_path):
    folder = str(catalogue.MEASURED.parents[1])
    python = python_with("2.0")
    where = [INTENDED, "--app-dir", folder, "--python", python, "--quick", "--workers", "2", "--time-cap", "120"]
    _, cells = run(*where, "-s", "POST /kept", "--no-explain")
    assert cells["POST /kept"].verdict is Verdict.LEAKING
    assert cells["POST /kept"].bytes_per_operation == pytest.approx(KEPT, rel=0.1)
    tool = subprocess.Popen([sys.executable, "-m", "find_mem_leaks", "run", *where, "-q"], stdout=subprocess.DEVNULL)
    wait_until(lambda: len(of_workers(python)) >= 3)
    tool.kill()
    tool.wait()
    wait_until(lambda: not of_workers(python))


def of_workers(python):
    """Processes of this interpreter that are a server, or that one has started."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            words = process.cmdline()
            if words[:1] == [python] and {"-m", "-c"} & set(words):
                found.append(words)
    return found


def wait_until(holds):
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_flask_application_is_served_by_gunicorn_where_there_is_that_alone(run, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.py").write_text(FLASK)
    words = ["--with", "flask", "--with", "gunicorn", "-s", "GET /", "-s", "POST /orders", "--time-cap", "60"]
    _, cells = run("shop:app", *words, "--quick")
    assert "fetched" not in capfd.readouterr().err
    assert cells["GET /"].verdict in ACQUITTED
    assert cells["POST /orders"].verdict is Verdict.LEAKING
    assert cells["POST /orders"].bytes_per_operation == pytest.approx(KEPT, rel=0.1)
    assert "# the leak" in FLASK.splitlines()[cells["POST /orders"].culprits[0].frame.line - 1]


def test_who_asks_logs_in_and_what_is_made_is_read_and_taken_away(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows.py").write_text(ROWS)
    words = ["--login", "POST /token name=a", "--rounds", "1", "--operations", "30", "--no-explain"]
    _, cells = run("rows:app", *words, "-s", "* /rows*", "-s", "GET /dies", "-s", "mixed")
    verdicts = {scenario: cell.verdict for scenario, cell in cells.items()}
    assert list(verdicts) == ["POST /rows", "GET /rows/{row_id}", "GET /dies", "mixed"]
    assert verdicts["GET /dies"] is Verdict.FAILED
    assert cells["GET /dies"].error == "exited with code 7"
    assert list(verdicts.values()).count(Verdict.FAILED) == 1
    processes = {}
    for line in (tmp_path / "sent").read_text().splitlines():
        process, method, _, number = line.split()
        processes.setdefault(process, []).append((method, int(number)))
    made = [rows for rows in processes.values() if ("POST", 0) in rows and ("DELETE", 1) in rows and len(rows) > 40]
    read = [rows for rows in processes.values() if len(rows) > 20 and [method for method, _ in rows].count("GET") > 20]
    assert made
    assert max(number for rows in made for _, number in rows) <= 5
    assert read
    assert all(rows[0] == ("POST", 0) for rows in read)


@pytest.mark.parametrize(
    ("text", "target", "said"),
    [
        ("", "shop:app", "shop has no attribute app"),
        ("app = 1", "shop:app", "shop:app is of type int, not an ASGI or WSGI application"),
        ("raise KeyError('X')", "shop:app", r"shop cannot be imported \(shop.py:1\): KeyError: 'X'"),
        (
            "def app(environ, start): ...",
            "shop:app",
            "does not say which routes it has: give --request|is served by waitress, which",
        ),
        ("", "missing:app", "there is no module missing"),
    ],
)
def test_what_is_no_application_is_said_in_one_line(run, tmp_path, monkeypatch, capfd, text, target, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.py").write_text(text)
    assert run(target) == (errors.USAGE, {})
    line = capfd.readouterr().err
    assert line.count("\n") == 1
    assert re.search(said, line)
